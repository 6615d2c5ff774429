"""The desk of shares: periods, the facts of the work, a rule for a period to come."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partage.contributions.desk import facilitated_coproduction
from partage.coproductions.models import Coproduction
from partage.events.reading import NotAnEvent, who_of
from partage.shares.adopting import AdoptionRefused, adopt
from partage.shares.example import example_of
from partage.shares.facts import latest_facts, record_facts
from partage.shares.forms import FactsForm, RuleForm
from partage.shares.models import FACTS, Beneficiary, ShareOut
from partage.shares.people import erase_beneficiary
from partage.shares.wording import rule_sentences
from partage.web.paging import page_of


@never_cache
def shares_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The periods; POST erases what leads to a person who asks for it."""
    coproduction = facilitated_coproduction(request, slug)
    if request.method != "POST":
        return _show_desk(request, coproduction)
    try:
        who = who_of(coproduction, request.POST.get("person", ""))
    except NotAnEvent:
        who = None
    if who is None:
        sentence = _("Write the number that stands for the person: 200 signs at most.")
        return _show_desk(request, coproduction, 400, refusal=sentence)
    found = Beneficiary.objects.filter(coproduction=coproduction, who=who).first()
    if found is None:
        sentence = _("Nobody is known here by that number: nothing was erased.")
        return _show_desk(request, coproduction, 404, refusal=sentence)
    erase_beneficiary(found)
    return _show_desk(request, coproduction, is_erased=True)


def _show_desk(
    request: HttpRequest, coproduction: Coproduction, status: int = 200, **more: Any
) -> HttpResponse:
    computed = Exists(ShareOut.objects.filter(period=OuterRef("pk")))
    periods = coproduction.share_periods.annotate(is_computed=computed)
    context = {
        "coproduction": coproduction,
        "page": page_of(periods, request),
        "facts": latest_facts(coproduction),
        **more,
    }
    return render(request, "shares/desk.html", context, status=status)


@never_cache
def facts_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """What the work is, point by point; each time it is said is kept."""
    coproduction = facilitated_coproduction(request, slug)
    last = latest_facts(coproduction)
    form = FactsForm(request.POST if request.method == "POST" else None, initial=_said(last))
    if request.method == "POST" and form.is_valid():
        record_facts(coproduction, form.answers())
        return redirect("shares-desk", slug)
    fields = [(form[code], form[f"{code}_words"]) for code in FACTS]
    context = {"coproduction": coproduction, "form": form, "fields": fields, "last": last}
    return render(request, "shares/facts.html", context, status=400 if form.errors else 200)


def _said(last: Any) -> dict[str, str]:
    lines = last.lines if last else []
    answers = {line["code"]: line["answer"] for line in lines}
    return answers | {f"{line['code']}_words": line["words"] for line in lines}


@never_cache
def rule_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """A rule: first what it would give on an example, then one button adopts it."""
    coproduction = facilitated_coproduction(request, slug)
    form = RuleForm(coproduction, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "coproduction": coproduction,
        "form": form,
        "facts": latest_facts(coproduction),
        "tasks": coproduction.event_tasks.all(),
    }
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "adopt":
            return _adopt(request, form, context)
        context["sentences"] = rule_sentences(form.rule)
        context["divisions"] = example_of(form.rule, form.cleaned_data["example_pot"])
    return render(request, "shares/rule.html", context, status=400 if form.errors else 200)


def _adopt(request: HttpRequest, form: RuleForm, context: dict[str, Any]) -> HttpResponse:
    try:
        period = adopt(form.period(), form.rule)
    except AdoptionRefused as refused:
        context["refusal"] = str(refused)
        return render(request, "shares/rule.html", context, status=409)
    return redirect("share-period", period.coproduction.slug, period.number)
