"""The desk of the fund: money that comes in, rounds, projects to read, and what became of them."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.contributions.card import new_once
from partage.contributions.deciding import AlreadyDecided
from partage.contributions.desk import already_decided, facilitated_coproduction
from partage.coproductions.models import Coproduction
from partage.fund.counting import CannotCount, count_round
from partage.fund.following_up import Said, follow_up
from partage.fund.forms import FollowUpForm, ReceiptForm, RefusalForm, ReversalForm, RoundForm
from partage.fund.ledger import LedgerRefused, balance, free, receive, reverse
from partage.fund.models import FollowUp, Movement, Project, Purchase
from partage.fund.proposing import ListIsFinal, publish_project, refuse_project
from partage.fund.rounds import RoundRefused, open_round
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.paging import page_of
from partage.web.tidying import number_in

ROUNDS_SHOWN = 20


@never_cache
def fund_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """POST enters money, corrects a movement, opens a round, or counts one that is over."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show(request, coproduction)
    acts = {"receive": _receive, "reverse": _reverse, "open": _open, "count": _count}
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        sentence = _("This button is unknown: open the page again.")
        return _show(request, coproduction, 400, refusal=sentence)
    try:
        return act(request, coproduction)
    except (LedgerRefused, RoundRefused, CannotCount) as error:
        return _show(request, coproduction, 409, refusal=str(error))


def _show(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    waiting = Project.objects.waiting().filter(round__coproduction=coproduction)
    chosen = Purchase.objects.filter(count__round__coproduction=coproduction)
    blank = {
        "receipt": ReceiptForm(initial={"once": new_once()}),
        "reversal": ReversalForm(),
        "planned": RoundForm(),
    }
    typed = {name: form(request.POST) for name, form in _typed(request, more)}
    context = {
        "coproduction": coproduction,
        "balance": balance(coproduction),
        "free": free(coproduction),
        "waiting": waiting.count(),
        "rounds": list(coproduction.fund_rounds.select_related("count")[:ROUNDS_SHOWN]),
        "page": page_of(chosen.select_related("project").order_by("-pk"), request),
        **blank,
        **typed,
        **more,
    }
    return render(request, "fund/desk.html", context, status=status)


FORMS: dict[str, tuple[str, type[forms.Form]]] = {
    "receive": ("receipt", ReceiptForm),
    "reverse": ("reversal", ReversalForm),
    "open": ("planned", RoundForm),
}


def _typed(request: HttpRequest, more: dict[str, Any]) -> list[tuple[str, type[forms.Form]]]:
    """The form whose act was refused: what was typed stays in it."""
    did = request.POST.get("do", "")
    return [FORMS[did]] if "refusal" in more and did in FORMS else []


def _receive(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = ReceiptForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, 400, receipt=form, refused=form)
    said = form.cleaned_data
    kind = Movement.Kind(said["kind"])
    receive(coproduction, said["euros"], said["source"], said["once"], kind)
    return redirect("fund-desk", coproduction.slug)


def _reverse(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = ReversalForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, 400, reversal=form, refused=form)
    number = form.cleaned_data["movement"]
    found = Movement.objects.filter(coproduction=coproduction, number=number).first()
    if found is None:
        form.add_error("movement", _("No movement has the number %(n)s.") % {"n": number})
        return _show(request, coproduction, 400, reversal=form, refused=form)
    reverse(found, form.cleaned_data["reason"])
    return redirect("fund-desk", coproduction.slug)


def _open(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    form = RoundForm(request.POST)
    if not form.is_valid():
        return _show(request, coproduction, 400, planned=form, refused=form)
    planned = form.planned()
    planned.coproduction = coproduction
    open_round(planned)
    return redirect("fund-desk", coproduction.slug)


def _count(request: HttpRequest, coproduction: Coproduction) -> HttpResponse:
    number = number_in(request.POST.get("round", ""))
    found = get_object_or_404(coproduction.fund_rounds, number=number)
    count_round(found)
    return redirect(found)


@never_cache
def read_projects(request: HttpRequest, slug: str) -> HttpResponse:
    """The oldest project that waits; POST publishes it or refuses it under a rule."""
    coproduction = facilitated_coproduction(request, slug)
    projects = Project.objects.filter(round__coproduction=coproduction).select_related("round")
    if request.method != "POST":
        return _show_waiting(request, coproduction, RefusalForm())
    found = get_object_or_404(projects, pk=number_in(request.POST.get("project", "")))
    found.round.coproduction = coproduction
    form, person = RefusalForm(request.POST), signed_in(request)
    try:
        if request.POST.get("decision") == "publish":
            publish_project(found, person)
        elif form.is_valid():
            refuse_project(found, person, form.cleaned_data["rule"], form.cleaned_data["reason"])
        else:
            return _show_waiting(request, coproduction, form, found)
    except AlreadyDecided:
        return already_decided(request)
    except ListIsFinal:
        sentence = _("Voting has begun: this project came too late. Refuse it, with the reason.")
        return error_page(request, 409, _("Nothing was decided"), sentence)
    return redirect("fund-projects", slug)


def _show_waiting(
    request: HttpRequest,
    coproduction: Coproduction,
    form: RefusalForm,
    asked: Project | None = None,
) -> HttpResponse:
    waiting = Project.objects.waiting().filter(round__coproduction=coproduction)
    context = {
        "coproduction": coproduction,
        "project": asked or waiting.select_related("round").order_by("pk").first(),
        "waiting": waiting.count(),
        "form": form,
    }
    status = 400 if asked else 200
    return render(request, "fund/read_projects.html", context, status=status)


@never_cache
def follow_project(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Say what became of a chosen project."""
    coproduction = facilitated_coproduction(request, slug)
    chosen = Purchase.objects.filter(count__round__coproduction=coproduction, project=number)
    purchase = chosen.select_related("project", "count__round__coproduction").first()
    if purchase is None:
        raise Http404
    form = FollowUpForm(
        request.POST if request.method == "POST" else None, initial={"once": new_once()}
    )
    status, refusal = 200, ""
    if request.method == "POST" and form.is_valid():
        try:
            follow_up(purchase, _said(form))
            return redirect("project", slug, number)
        except LedgerRefused as error:
            status, refusal = 409, str(error)
    context = {"coproduction": coproduction, "purchase": purchase, "form": form}
    context |= {"project": purchase.project, "refusal": refusal}
    status = 400 if form.errors else status
    return render(request, "fund/follow_project.html", context, status=status)


def _said(form: FollowUpForm) -> Said:
    words = form.cleaned_data
    kind = FollowUp.Kind(words["kind"])
    return Said(kind, words["text"], words["euros"] or 0, words["once"])
