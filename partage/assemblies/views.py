"""Public pages: assemblies, their votes, and each result with the rule that decided."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partage.assemblies.models import SEATS, Assembly, GroupCount, SecretElectorate, Vote
from partage.assemblies.votes import cast, decision_of, roll_lines, said_of
from partage.assemblies.wording import (
    condition_sentences,
    result_sentence,
    rule_sentences,
    turnout_sentence,
)
from partage.calc.rollcall import Tally
from partage.register.finding import code_of
from partage.register.models import Entry
from partage.web.charts import hemicycle
from partage.web.csv_files import csv_file
from partage.web.paging import page_of

HEMICYCLE_FROM = 30
NAMES_A_PAGE = 100
LISTED = 5
COLUMNS = ["group", "chamber", "members", "for", "against", "abstain", "did_not_vote"]
NAMED_COLUMNS = ["place", "name", "group", "chamber", "choice", "cast_by"]


@login_not_required
@require_safe
def assemblies(request: HttpRequest) -> HttpResponse:
    found = Assembly.objects.select_related("organization").order_by("name", "pk")
    return render(request, "assemblies/assemblies.html", {"page": page_of(found, request)})


@login_not_required
@require_safe
def assembly(request: HttpRequest, slug: str) -> HttpResponse:
    """Its groups, and what it voted on, the latest first."""
    found = get_object_or_404(Assembly.objects.select_related("organization"), slug=slug)
    context = {
        "assembly": found,
        "groups": found.groups.annotate(seats=SEATS),
        "debates": debates_of(found),
        "page": page_of(found.votes.shown().select_related("assembly"), request),
    }
    return render(request, "assemblies/assembly.html", context)


def debates_of(assembly: Assembly) -> Any:
    """Drafts that it debates: their app stands above this one, and names the relation."""
    return assembly.debates.under_way()[:LISTED]


def shown_vote(slug: str, number: int) -> Vote:
    """A vote that was opened; a draft is nobody's but the desk's."""
    votes = Vote.objects.shown().select_related("assembly", "chair")
    return get_object_or_404(votes, assembly__slug=slug, number=number)


def closed_vote(slug: str, number: int) -> Vote:
    """A vote whose result is out: until closing there is none to see."""
    vote = shown_vote(slug, number)
    if not vote.is_closed:
        raise Http404
    return vote


@login_not_required
@require_safe
def vote(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The result in one sentence, the rule that decided, the table by group; before, the question."""
    found = shown_vote(slug, number)
    context: dict[str, Any] = {
        "assembly": found.assembly,
        "vote": found,
        "rule": rule_sentences(found),
        "proofs": _proofs(found),
    }
    if not found.is_closed:
        context["turnout"] = turnout_sentence(found)
        return render(request, "assemblies/open_vote.html", context)
    groups = list(found.group_counts.all())
    context |= {
        "sentence": result_sentence(found),
        "conditions": condition_sentences(found, decision_of(found, groups).conditions),
        "groups": _rows(found, groups),
        "total": found.total,
        "picture": _picture(found),
    }
    return render(request, "assemblies/vote.html", context)


def _rows(vote: Vote, groups: list[GroupCount]) -> list[dict[str, Any]]:
    """Each group with its totals; in secret only how many took part is known."""
    took_part: dict[int, int] = {}
    if vote.regime == Vote.Regime.SECRET:
        marks = SecretElectorate.objects.filter(entry__vote=vote).order_by()
        took_part = dict(marks.values_list("entry__group").annotate(n=Count("pk")))
    return [
        {
            "name": group.name,
            "chamber": group.chamber,
            "members": group.members,
            "tally": group.counted.tally if group.is_known else None,
            "took_part": took_part.get(group.pk, 0),
        }
        for group in groups
    ]


def _picture(vote: Vote) -> str:
    total = vote.total
    if total.cast < HEMICYCLE_FROM:
        return ""
    counts = (total.votes_for, total.abstentions, total.against)
    return hemicycle(counts, result_sentence(vote))


def _proofs(vote: Vote) -> list[tuple[str, str]]:
    """The entries of the register that seal the roll and the result, by kind and number."""
    kinds = ["vote-opened", "vote-closed"]
    found = Entry.objects.filter(space=vote.assembly.space, kind__in=kinds)
    mine = found.filter(public__vote=vote.number).order_by("pk")
    return [(entry.kind, code_of(bytes(entry.event_id))) for entry in mine]


@login_not_required
@require_safe
def names(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Who voted how, by group: of a roll call, once it is closed."""
    found = closed_vote(slug, number)
    if found.regime != Vote.Regime.ROLL_CALL:
        raise Http404
    entries = found.roll.select_related("group", "ballot__acting")
    page = page_of(entries, request, NAMES_A_PAGE)
    rows = [(entry, getattr(entry, "ballot", None), entry.group.name) for entry in page]
    context = {"assembly": found.assembly, "vote": found, "page": page, "rows": rows}
    return render(request, "assemblies/names.html", context)


@login_not_required
@require_safe
def as_csv(request: HttpRequest, slug: str, number: int) -> StreamingHttpResponse:
    """By name for a roll call; by group for a show of hands; the whole for a secret vote."""
    found = closed_vote(slug, number)
    is_named = found.regime == Vote.Regime.ROLL_CALL
    columns = NAMED_COLUMNS if is_named else COLUMNS
    rows = _named_rows(found) if is_named else _group_rows(found)
    return csv_file(f"{found.assembly.slug}-{found.number}", columns, rows, csv.QUOTE_ALL)


def _named_rows(vote: Vote) -> Iterator[list[object]]:
    for entry in vote.roll.select_related("group", "ballot__acting"):
        ballot = getattr(entry, "ballot", None)
        acting = ballot.acting.name if ballot and ballot.acting else None
        choice = ballot.choice if ballot else None
        yield [entry.place, entry.name, entry.group.name, entry.group.chamber, choice, acting]


def _group_rows(vote: Vote) -> Iterator[list[object]]:
    for group in vote.group_counts.all():
        counts = _counts(group.counted.tally)
        known = counts if group.is_known else [None] * len(counts)
        yield [group.name, group.chamber, group.members, *known]
    if vote.regime == Vote.Regime.SECRET:
        yield ["", "", vote.roll_size, *_counts(vote.total)]


@login_not_required
@require_safe
def as_json(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """Everything that is public of a vote, and what opens its seals."""
    found = closed_vote(slug, number)
    facts: dict[str, Any] = said_of(found) | {
        "format": "partage-vote/1",
        "assembly": found.assembly.slug,
        "title": found.title,
        "question": found.question,
        "outcome": found.outcome,
        "members": found.roll_size,
        "total": dict(zip(COLUMNS[3:], _counts(found.total), strict=True)),
        "groups": [dict(zip(COLUMNS, row, strict=True)) for row in _group_rows(found) if row[0]],
        "register": dict(_proofs(found)),
    }
    if found.regime == Vote.Regime.ROLL_CALL:
        facts["salt"] = bytes(found.roll_salt or b"").hex()
        facts["roll"] = roll_lines(list(found.roll.select_related("group")))
        facts["ballots"] = cast(found)
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _counts(tally: Tally) -> list[int | None]:
    return [tally.votes_for, tally.against, tally.abstentions, tally.not_voting]
