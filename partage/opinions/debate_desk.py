"""The desk of a debate: open it, open the votes in their order, settle what clashed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from partage.assemblies.forms import RuleForm
from partage.assemblies.models import Assembly
from partage.assemblies.votes import VoteNotReady
from partage.opinions.amending import DebateRefused, TextMoved, place_of
from partage.opinions.debate import ask_again, form_for, heading, three_texts
from partage.opinions.debating import (
    apply_by_hand,
    open_debate,
    put_to_vote,
    put_whole_to_vote,
)
from partage.opinions.desk import own_opinion
from partage.opinions.forms import OpenDebateForm
from partage.opinions.models import Amendment, Debate, Opinion
from partage.people.sign_in import signed_in
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.tidying import number_in

IN_PLAY_EACH = 20


def debate_desk(request: HttpRequest, slug: str, opinion: str) -> HttpResponse:
    """Before it, which assembly and until when; then the amendments to vote, and the whole."""
    found = own_opinion(request, slug, opinion)
    debate = Debate.objects.filter(opinion=found).select_related("assembly", "vote").first()
    if debate is None:
        return _begin(request, found)
    debate.opinion = found
    form = RuleForm(debate.assembly, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _show(request, debate, form)
    refused = ""
    if form.is_valid():
        try:
            _open_votes(request, debate, form.cleaned_data)
            return redirect("debate-desk", slug, opinion)
        except (DebateRefused, VoteNotReady) as error:
            refused = str(error)
    return _show(request, debate, form, refused=refused, status=400)


def _open_votes(request: HttpRequest, debate: Debate, rule: dict[str, Any]) -> None:
    if "whole" in request.POST:
        put_whole_to_vote(debate, rule)
        return
    numbers = [number_in(text) for text in request.POST.getlist("amendment")]
    put_to_vote(debate, numbers, rule)


def _begin(request: HttpRequest, opinion: Opinion) -> HttpResponse:
    assemblies = Assembly.objects.of(signed_in(request)).order_by("name", "pk")
    form = OpenDebateForm(assemblies, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            return redirect(
                open_debate(opinion, words["assembly"], reader_language(), words["until"])
            )
        except DebateRefused as error:
            form.add_error(None, str(error))
    context = {
        "coproduction": opinion.coproduction,
        "opinion": opinion,
        "form": form,
        "has_assemblies": assemblies.exists(),
    }
    status = 400 if form.errors else 200
    return render(request, "opinions/begin_debate.html", context, status=status)


def _show(
    request: HttpRequest, debate: Debate, form: RuleForm, refused: str = "", status: int = 200
) -> HttpResponse:
    in_play = debate.amendments.in_play().in_order().select_related("vote__assembly")
    page = page_of(in_play, request, IN_PLAY_EACH)
    unapplied = debate.amendments.filter(state=Amendment.State.ADOPTED, applied_at=None)
    context = {
        "coproduction": debate.opinion.coproduction,
        "opinion": debate.opinion,
        "debate": debate,
        "form": form,
        "page": page,
        "rows": [(one, heading(one.target, one.place)) for one in page],
        "unapplied": unapplied[:IN_PLAY_EACH],
        "chosen": request.POST.getlist("amendment"),
        "refused": refused,
    }
    return render(request, "opinions/debate_desk.html", context, status=status)


def apply_amendment(request: HttpRequest, slug: str, opinion: str, number: int) -> HttpResponse:
    """An adopted amendment on a text that had moved: three texts, and the one to keep."""
    found = own_opinion(request, slug, opinion)
    unapplied = Amendment.objects.filter(state=Amendment.State.ADOPTED, applied_at=None)
    one = get_object_or_404(
        unapplied.select_related("debate"), debate__opinion=found, number=number
    )
    one.debate.opinion = found
    current = place_of(one).words
    form = form_for(request, one.debate, one.target, one.words, current, asks_why=False)
    if request.method == "POST" and form.is_valid():
        try:
            apply_by_hand(one, form.words, form.cleaned_data["seen"])
            return redirect("debate-desk", slug, opinion)
        except TextMoved as error:
            ask_again(form, current, error)
        except DebateRefused as error:
            form.add_error(None, str(error))
    context = {
        "coproduction": found.coproduction,
        "opinion": found,
        "debate": one.debate,
        "amendment": one,
        "form": form,
        "heading": heading(one.target, one.place),
        "texts": three_texts(one, current, _("As adopted")),
        "by_desk": True,
    }
    return render(request, "opinions/amend.html", context, status=400 if form.errors else 200)
