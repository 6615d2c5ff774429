"""Rounds, projects and ballots of the fund, at any point of their course."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.fund.ledger import free, receive
from partage.fund.models import Ballot, Project, Round
from partage.people.models import Participant
from tests.factories import at

PHASES = ("announced", "proposing", "reading", "voting", "to-count")
DATES = ("proposals_open_at", "proposals_close_at", "votes_open_at", "votes_close_at")
WORDS = {
    "title": "A bench at the bus stop",
    "text": "Somewhere to sit while one waits.",
    "doer": "The workshop of the street",
    "cost": "200",
}
SOURCE = "Share-out of 2026"


def move(one: Round, phase: str) -> Round:
    """Give the round the dates of this phase, a day long each."""
    now, over = timezone.now(), PHASES.index(phase)
    dates = {name: now + timedelta(days=place - over, hours=1) for place, name in enumerate(DATES)}
    Round.objects.filter(pk=one.pk).update(opened_at=now - timedelta(days=9), **dates)
    return Round.objects.select_related("coproduction").get(pk=one.pk)


def make_round(
    coproduction: Coproduction, phase: str = "proposing", *, budget: int = 100_000, **values: Any
) -> Round:
    """One of a thousand euros, which the fund holds."""
    short = budget - free(coproduction)
    if short > 0:
        number = coproduction.fund_movements.count()
        receive(coproduction, short, SOURCE, f"share-out {number}")
    now = timezone.now()
    one = Round.objects.create(
        coproduction=coproduction,
        number=coproduction.fund_rounds.count() + 1,
        purpose="The street in spring",
        language="en",
        budget_cents=budget,
        opened_at=now - timedelta(days=9),
        **{name: now + timedelta(days=day) for day, name in enumerate(DATES, 1)},
        **values,
    )
    return move(one, phase)


def make_project(one: Round, cost: int = 20_000, **values: Any) -> Project:
    """A published project, the next on the ballot."""
    number = one.projects.filter(number__gt=0).count() + 1
    words = {"title": f"Project {number}", "text": "For all.", "doer": "The workshop"}
    rows = {"number": number, "state": Project.State.PUBLISHED, "language": "en"} | words | values
    return Project.objects.create(round=one, cost_cents=cost, written_at=timezone.now(), **rows)


def make_ballots(
    one: Round, people: Sequence[Participant], approved: Sequence[Collection[int]]
) -> list[Ballot]:
    now = timezone.now()
    return Ballot.objects.bulk_create(
        Ballot(participant=person, round=one, projects=sorted(projects), cast_at=now)
        for person, projects in zip(people, approved, strict=True)
    )


def vote(browser: Client, one: Round, *numbers: object, **more: Any) -> Any:
    address = at("fund-ballot", one.coproduction.slug, one.number)
    return browser.post(address, {"project": list(numbers), **more})
