"""Answers in doubt: what the desk is shown, what it decides, and the statement of reasons for all."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partage.assurance.models import InvitationBatch
from partage.calc import stuffing as rules
from partage.contributions.channels import FEWEST, Way
from partage.contributions.deciding import AlreadyDecided, SamePerson, two_must_agree
from partage.contributions.desk import already_decided
from partage.contributions.doubting import (
    answer_contest,
    contest_exclusion,
    count_after_all,
    leave_out,
    put_in_doubt,
)
from partage.contributions.models import LONGEST_REASON, ContestedSet, InDoubt, Turnout
from partage.contributions.stuffing import (
    Finding,
    fewest_on_a_side,
    findings_kept,
    invitations_set,
    shifts,
    way_set,
)
from partage.contributions.views import refused, visible_coproduction
from partage.contributions.voting import VoteRefused, acting
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import MODERATES, coproduction_for
from partage.people.participants import device_token
from partage.people.sign_in import signed_in
from partage.web.errors import error_page
from partage.web.localized import reader_language
from partage.web.paging import page_of
from partage.web.tidying import number_in, tidy

SHORTEST_REASON, LONGEST_CONTEST = 20, 500
FINDINGS_SHOWN = 15  # the page stays light
RULES = {
    "minutes": rules.WINDOW_SECONDS // 60,
    "burst": rules.FEWEST_IN_A_BURST,
    "times": int(rules.BURST_TIMES),
    "alike": rules.FEWEST_ALIKE,
    "answers": rules.FEWEST_ANSWERS,
    "alike_times": int(rules.ALIKE_TIMES),
    "seconds": int(rules.SECONDS_BETWEEN),
}


def _words(label: Any, least: int, most: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=least,
        max_length=most,
        error_messages={
            "required": gettext_lazy("Say why: it cannot be done without a reason."),
            "min_length": gettext_lazy("Say more: your text has %(show_value)s characters, write at least %(limit_value)s."),
            "max_length": gettext_lazy("Your text has %(show_value)s characters; shorten it to %(limit_value)s."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class ReasonForm(forms.Form):
    reason = _words(
        gettext_lazy("Why? All will read it, and those concerned may contest it."),
        SHORTEST_REASON,
        LONGEST_REASON,
    )

    def clean_reason(self) -> str:
        return tidy(self.cleaned_data["reason"])


class ContestForm(forms.Form):
    text = _words(gettext_lazy("Why your answers should count"), 1, LONGEST_CONTEST)

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


@never_cache
def doubts(request: HttpRequest, slug: str) -> HttpResponse:
    """What the rules see now, and the sets opened so far; POST puts answers in doubt."""
    coproduction = coproduction_for(request, slug, MODERATES)
    if request.method != "POST":
        return _show_doubts(request, coproduction)
    found = _asked(request, coproduction)
    person = signed_in(request)
    opened = (
        put_in_doubt(coproduction, person, found.kind, found.people, found.facts) if found else None
    )
    if opened is None:
        sentence = _("Nobody is in this set any more. See what the rules find now.")
        return _show_doubts(request, coproduction, sentence)
    return redirect("doubt", slug, opened.number)


def _asked(request: HttpRequest, coproduction: Coproduction) -> Finding | None:
    if (way := request.POST.get("way", "")) in Way.values:
        return way_set(coproduction, Way(way))
    if number := number_in(request.POST.get("batch", "")):
        batches = InvitationBatch.objects.filter(coproduction=coproduction)
        return invitations_set(get_object_or_404(batches, pk=number))
    key = request.POST.get("found", "")
    return next((one for one in findings_kept(coproduction) if one.key == key), None)


def _show_doubts(
    request: HttpRequest, coproduction: Coproduction, sentence: str = ""
) -> HttpResponse:
    sets = ContestedSet.objects.filter(coproduction=coproduction).order_by("-number")
    waiting = Count("members", filter=Q(members__filed_at__isnull=False, members__answered_at=None))
    turnout = Turnout.objects.filter(coproduction=coproduction).first()
    found = sorted(findings_kept(coproduction), key=lambda one: -len(one.people))
    context = {
        "coproduction": coproduction,
        "findings": [(one, _told(one.kind, one.facts)) for one in found[:FINDINGS_SHOWN]],
        "more": max(0, len(found) - FINDINGS_SHOWN),
        "page": page_of(sets.annotate(waiting=waiting), request),
        "ways": [way for way in Way if way in (turnout.by_channel if turnout else {})],
        "batches": InvitationBatch.objects.filter(coproduction=coproduction).order_by("-pk")[:20],
        "rules": RULES,
        "sentence": sentence,
    }
    status = 409 if sentence else 200
    return render(request, "contributions/doubts.html", context, status=status)


def _told(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The figures of a set as its page says them."""
    told: dict[str, Any] = {
        "begins": None,
        "sentences": None,
        "expected": None,
        "way": "",
        "batch": None,
    }
    told |= {name: value for name, value in facts.items() if name in told}
    told["begins"] = parse_datetime(facts["begins"]) if "begins" in facts else None
    told["way"] = Way(facts["way"]).label if facts.get("way") in Way.values else ""
    return {**told, "kind": ContestedSet.Kind(kind).label}


def _set_of(coproduction: Coproduction, number: int) -> ContestedSet:
    found = get_object_or_404(ContestedSet, coproduction=coproduction, number=number)
    found.coproduction = coproduction
    return found


@never_cache
def doubt(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One set, with the results counted with it and without it; POST decides."""
    coproduction = coproduction_for(request, slug, MODERATES)
    one = _set_of(coproduction, number)
    if request.method != "POST":
        return _show_doubt(
            request, one, ReasonForm(initial={"reason": one.proposed_reason or one.reason})
        )
    try:
        return _decide(request, one)
    except AlreadyDecided:
        return already_decided(request)
    except SamePerson:
        sentence = _("You left these answers out, or proposed it: somebody else decides on this.")
        return error_page(request, 403, _("Nothing was decided"), sentence)


def _decide(request: HttpRequest, one: ContestedSet) -> HttpResponse:
    person, decision = signed_in(request), request.POST.get("decision", "")
    if "doubt" in request.POST:
        rows = InDoubt.objects.filter(contested_set=one, pk=number_in(request.POST["doubt"]))
        said = get_object_or_404(rows.select_related("contested_set"))
        said.contested_set.coproduction = one.coproduction
        answer_contest(said, person, is_upheld=decision == "count")
        return redirect("doubt", one.coproduction.slug, one.number)
    form = ReasonForm(request.POST)
    deeds = {"leave-out": leave_out, "count": count_after_all}
    if not form.is_valid() or decision not in deeds:
        return _show_doubt(request, one, form, 400)
    deeds[decision](one, person, form.cleaned_data["reason"], reader_language())
    return redirect("doubt", one.coproduction.slug, one.number)


def _show_doubt(
    request: HttpRequest, one: ContestedSet, form: ReasonForm, status: int = 200
) -> HttpResponse:
    contests = one.members.filter(filed_at__isnull=False, answered_at=None).order_by("filed_at")
    context = {
        **_said(one),
        "form": form,
        "shifts": shifts(one),
        "fewest_shown": fewest_on_a_side(one.kind),
        "contest": contests.first(),
        "contests": contests.count(),
        "is_proposed": one.first_reader_id is not None and one.state != "excluded",
        "two_must_agree": two_must_agree(one.coproduction),
    }
    return render(request, "contributions/doubt.html", context, status=status)


def _said(one: ContestedSet) -> dict[str, Any]:
    people = one.members.count()
    return {
        "coproduction": one.coproduction,
        "one": one,
        "facts": _told(one.kind, one.facts),
        "people": people if people >= FEWEST else None,
        "fewest": FEWEST,
        "rules": RULES,
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contested_set(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The statement of reasons, for all; whoever is concerned sees it, and contests it by POST."""
    coproduction = visible_coproduction(slug)
    one = _set_of(coproduction, number)
    if one.decided_at is None:
        raise Http404  # nothing was done yet
    participant = acting(coproduction, device_token(request))
    mine = one.members.filter(participant=participant).first() if participant else None
    form = ContestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if participant is None or mine is None:
            raise Http404
        if form.is_valid():
            try:
                contest_exclusion(participant, one, form.cleaned_data["text"])
            except VoteRefused as error:
                return refused(request, error)
            return redirect("contested-set", slug, number)
    context = {**_said(one), "mine": mine, "form": form}
    status = 400 if form.errors else 200
    return render(request, "contributions/contested_set.html", context, status=status)
