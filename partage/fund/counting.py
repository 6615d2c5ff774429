"""Counting a round that is over, once: equal shares on the ballots of people."""

import hashlib
import logging
import secrets
import threading
from datetime import datetime

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.calc.equal_shares import Outcome, Purchase, equal_shares
from partage.contributions.left_out import people_left_out
from partage.fund import models
from partage.fund.ledger import lock
from partage.fund.models import Ballot, Count, Project, Round
from partage.fund.proposing import locked
from partage.register.leaves import canonical
from partage.register.recording import record

log = logging.getLogger("partage.fund")

FEWEST = 10  # ballots, below which the outcome alone is told
EVERY_SECONDS = 20.0


class CannotCount(Exception):
    """The round is not over, or is counted already; the message is the sentence to show."""


@transaction.atomic
def count_round(vote: Round) -> Count:
    """Count the ballots, publish what is bought, and promise its cost."""
    lock(vote.coproduction)
    vote = locked(vote)
    now = timezone.now()
    if not vote.is_over(now):
        raise CannotCount(_("Voting is not over in this round: it is counted once it is."))
    if Count.objects.filter(round=vote).exists():
        raise CannotCount(_("This round is counted already."))
    projects = list(vote.projects.published().order_by("number"))
    given = Ballot.objects.filter(round=vote)
    given.exclude(participant__in=people_left_out(vote.coproduction)).update(is_counted=True)
    ballots = _counted(vote)
    opening = secrets.token_bytes(32)
    outcome = outcome_of(vote, projects, ballots)
    count = Count.objects.create(
        round=vote, counted_at=now, ballots=len(ballots),
        raised_cents=outcome.raised if outcome else 0,
        left_cents=outcome.left if outcome else vote.budget_cents,
        inputs=digest(opening, vote, projects, ballots), opening=opening,
    )  # fmt: skip
    bought = outcome.purchases if outcome else ()
    _keep(count, projects, ballots, bought)
    record("fund-round-counted", space=vote.coproduction.slug, public=_told(count, bought))
    return count


def _counted(vote: Round) -> list[list[int]]:
    """What each ballot approves, but those of people whose answers no result counts."""
    counted = Ballot.objects.filter(round=vote, is_counted=True)
    return list(counted.values_list("projects", flat=True))


def outcome_of(vote: Round, projects: list[Project], ballots: list[list[int]]) -> Outcome | None:
    """What the ballots buy; None where nobody voted."""
    if not ballots:
        return None
    costs = {str(project.number): project.cost_cents for project in projects}
    approved = [frozenset(map(str, ballot)) for ballot in ballots]
    return equal_shares(vote.budget_cents, costs, approved, vote.step_cents)


def digest(opening: bytes, vote: Round, projects: list[Project], ballots: list[list[int]]) -> str:
    """SHA-256 of what is counted. The opening keeps anybody from guessing at ballots."""
    counted = {
        "budget": vote.budget_cents,
        "step": vote.step_cents,
        "projects": [[project.number, project.cost_cents] for project in projects],
        "ballots": sorted(sorted(ballot) for ballot in ballots),
    }
    return hashlib.sha256(opening + canonical(counted).encode()).hexdigest()


def _keep(
    count: Count, projects: list[Project], ballots: list[list[int]], bought: tuple[Purchase, ...]
) -> None:
    votes = {project.number: 0 for project in projects}
    for ballot in ballots:
        for number in ballot:
            votes[number] += 1
    for project in projects:
        project.votes = votes[project.number]
    Project.objects.bulk_update(projects, ["votes"], batch_size=500)
    named = {str(project.number): project for project in projects}
    models.Purchase.objects.bulk_create(
        _purchase(count, named[one.project], place, one) for place, one in enumerate(bought, 1)
    )


def _purchase(count: Count, project: Project, place: int, one: Purchase) -> models.Purchase:
    return models.Purchase(
        count=count, project=project, place=place, cost_cents=one.cost,
        price="" if one.price is None else str(one.price), at_price=one.at_price,
        all_they_had=one.all_they_had, nothing_left=one.nothing_left,
    )  # fmt: skip


def _told(count: Count, bought: tuple[Purchase, ...]) -> dict[str, int | str]:
    """What the register says. An entry is short: the winners stand in it as a digest."""
    winners = " ".join(one.project for one in bought)
    told: dict[str, int | str] = {"round": count.round.number, "inputs": count.inputs}
    told |= {"bought": len(bought), "left": count.left_cents}
    told["winners_sha256"] = hashlib.sha256(winners.encode()).hexdigest()
    return told | ({"ballots": count.ballots} if count.ballots >= FEWEST else {})


def counts_again(count: Count) -> bool | None:
    """Whether the ballots kept give the published outcome; None where one was erased since."""
    if count.opening is None:
        return None
    vote = count.round
    projects = list(vote.projects.published().order_by("number"))
    ballots = _counted(vote)
    if digest(bytes(count.opening), vote, projects, ballots) != count.inputs:
        return False
    outcome = outcome_of(vote, projects, ballots)
    bought = [str(one.project.number) for one in count.purchases.select_related("project")]
    return bought == list(outcome.winners if outcome else ())


def count_due_rounds(at: datetime) -> int:
    """Count the rounds that are over; one that cannot be must not hold up the others."""
    counted = 0
    for vote in Round.objects.filter(votes_close_at__lte=at, count=None).order_by("pk"):
        try:
            count_round(vote)
            counted += 1
        except CannotCount:
            continue  # somebody pressed the button first
        except ValueError as error:
            log.error("round %s not counted: %s", vote.pk, type(error).__name__)
    return counted


def count_for_ever(stop: threading.Event) -> None:
    """A thread of the worker: a round is counted soon after it closes."""
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            count_due_rounds(timezone.now())
        except (OperationalError, InterfaceError) as error:
            log.warning("rounds not counted: %s", type(error).__name__)
