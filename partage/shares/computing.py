"""Computing a period: once, to the cent, with a statement for each person."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median, quantiles
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.calc.sharing import SharingError, rounded
from partage.calc.sharing_rules import Kind, Rule
from partage.calc.sharing_stages import (
    LARGEST_CIRCLE,
    SMALLEST_CIRCLE,
    Contribution,
    Sharing,
    Stage,
    share,
)
from partage.events.months import FEWEST, lock
from partage.fund.ledger import LedgerRefused
from partage.register.inserting import Insert, insert_each
from partage.register.recording import record
from partage.shares.funds import credit_fund
from partage.shares.models import (
    Activity,
    Period,
    PeriodFund,
    ShareOut,
    Why,
)
from partage.shares.people import AT_ONCE

SHOWN = 12  # divisions, and parts of one, kept for the public page
QUARTERS = 4
MOST_POT = 10**13


class CannotCompute(Exception):
    """The period cannot be computed; the message is the sentence to show."""


@dataclass(frozen=True)
class Pot:
    """What is shared: cents, where they come from, and what is withheld, where a rate is known."""

    cents: int
    source: str
    contributions: Fraction | None = None
    tax: Fraction | None = None
    rates_source: str = ""


@dataclass(frozen=True)
class Amounts:
    """One share in cents, and what is withheld of it."""

    gross: int
    contributions: int
    tax: int

    @property
    def net(self) -> int:
        return self.gross - self.contributions - self.tax


class Row(NamedTuple):
    """What was recorded of one person, read without the weight of a model."""

    pk: int
    person: str
    seconds: int
    counts: dict[str, int]
    given: dict[str, int]
    received: int
    circle: str


def rows_of(period: Period) -> list[Row]:
    told = period.recorded.order_by().values_list(*Row._fields)
    return [Row(*values) for values in told.iterator(AT_ONCE)]


@transaction.atomic
def compute(period: Period, pot: Pot) -> ShareOut:
    """Share a pot by the period's rule among those recorded, for good."""
    _check(period, pot)
    rows = {row.person: row for row in rows_of(period)}
    sharing = shared(period, pot.cents, rows.values())
    amounts = {name: _amounts(gross, pot) for name, gross in sharing.people.items()}
    opening = secrets.token_bytes(32)
    share_out = ShareOut.objects.create(
        period=period,
        computed_at=timezone.now(),
        opening=opening,
        digest=digest_of(opening, amounts.values()),
        **_totals(sharing, list(amounts.values())),
        **_told(period, pot),
    )
    _write_funds(share_out, sharing)
    _write_statements(share_out, sharing, amounts, rows)
    _credit(period)
    record("shares-computed", space=period.coproduction.slug, public=_public(share_out))
    return share_out


def what_is_computed(period: Period, pot: Pot) -> str:
    """A mark of what a computation would start from: bringing in again makes new rows."""
    last = period.recorded.order_by().aggregate(last=Max("pk"))["last"]
    return hashlib.sha256(f"{last} {pot}".encode()).hexdigest()


@transaction.atomic
def foresee(period: Period, pot: Pot) -> dict[str, Any]:
    """What computing now would give; nothing is kept."""
    _check(period, pot)
    sharing = shared(period, pot.cents, rows_of(period))
    return _totals(sharing, [_amounts(gross, pot) for gross in sharing.people.values()])


def _check(period: Period, pot: Pot) -> None:
    lock(period.coproduction)
    if Period.objects.in_force().filter(pk=period.pk).first() is None:
        raise CannotCompute(_("This period is withdrawn."))
    if not period.is_over:
        sentence = _("The period closes on %(day)s: its shares are computed once it is over.")
        raise CannotCompute(sentence % {"day": period.closes_on})
    if ShareOut.objects.filter(period=period).exists():
        raise CannotCompute(_("The shares of this period are computed already, once and for all."))
    if period.activity == Activity.NONE and (pot.contributions or pot.tax):
        raise CannotCompute(
            _("This period pays for no activity, so nothing is withheld: leave the rates empty.")
        )


def shared(period: Period, cents: int, rows: Iterable[Row]) -> Sharing:
    """The sharing of a pot among these rows; the same rows give the same cents each time."""
    told = [contribution_of(row, period.read) for row in rows]
    if cents > 0 and period.read.parts and not told:
        raise CannotCompute(_("Nobody is recorded in this period: bring in what people did first."))
    try:
        return share(cents, period.read, told, bytes(period.seed))
    except SharingError:
        # Parts and tasks are checked when the rule is sealed: what is left is about circles.
        sentence = _(
            "The rule cannot be applied to what was recorded: circles of %(least)s to %(most)s people give points inside their circle. Bring in a file with circles."
        )
        limits = {"least": SMALLEST_CIRCLE, "most": LARGEST_CIRCLE}
        raise CannotCompute(sentence % limits) from None


def contribution_of(row: Row, rule: Rule) -> Contribution:
    """What the rule reads of a row: of tasks, those that have published points."""
    published = {task for part in rule.parts for task, _points in part.points}
    by_peers = any(part.kind is Kind.PEERS for part in rule.parts)
    return Contribution(
        row.person,
        Fraction(row.seconds, 60) if row.seconds % 60 else row.seconds // 60,
        {task: count for task, count in row.counts.items() if task in published},
        row.given if by_peers else {},
        row.received,
        row.circle,
    )


def _amounts(gross: int, pot: Pot) -> Amounts:
    contributions, tax = (
        int(rounded(gross * rate, 0)) if rate else 0 for rate in (pot.contributions, pot.tax)
    )
    return Amounts(gross, contributions, min(tax, gross - contributions))


def digest_of(opening: bytes, amounts: Iterable[Amounts]) -> str:
    """A seal of every statement's amounts, in order, that nobody can guess at."""
    lines = "".join(f"{one.gross} {one.contributions} {one.tax}\n" for one in amounts)
    return hashlib.sha256(opening + lines.encode()).hexdigest()


def _totals(sharing: Sharing, amounts: Sequence[Amounts]) -> dict[str, Any]:
    return {
        "pot": sharing.pot,
        "to_funds": sum(sharing.funds.values()),
        "kept": sharing.kept,
        "to_people": sum(one.gross for one in amounts),
        "contributions": sum(one.contributions for one in amounts),
        "tax": sum(one.tax for one in amounts),
        "net": sum(one.net for one in amounts),
        "people": len(amounts),
        "silent": len(sharing.silent),
        "spread": _spread([one.gross for one in amounts]),
        "stages": [_division(stage) for stage in sharing.stages if _is_shown(stage)][:SHOWN],
    }


def _spread(grosses: Sequence[int]) -> dict[str, int]:
    """Neither the smallest nor the largest: each is one person's. Whole cents, ten people apart."""
    if len(grosses) < FEWEST:
        return {}
    if len(grosses) < QUARTERS * FEWEST:
        return {"median": int(rounded(Fraction(median(grosses)), 0))}
    names = ("first_quarter", "median", "third_quarter")
    # Exact: a quarter of a sum of cents below `MOST_POT` has its place in a float.
    cuts = quantiles(grosses, n=QUARTERS, method="inclusive")
    return {name: int(rounded(Fraction(cut), 0)) for name, cut in zip(names, cuts, strict=True)}


def _is_shown(stage: Stage) -> bool:
    """A circle has as few as five people: neither its name nor its pot is published."""
    return stage.name != "circles" and not stage.name.startswith("by peers ")


def _division(stage: Stage) -> dict[str, Any]:
    """Its parts too where they are pots, not people."""
    parts = {} if stage.reaches_people or len(stage.shares) > SHOWN else dict(stage.shares)
    return {
        "name": stage.name,
        "pot": stage.pot,
        "sum": sum(stage.shares.values()),
        "parts": parts,
    }


def _told(period: Period, pot: Pot) -> dict[str, Any]:
    return {
        "pot_source": pot.source,
        "contributions_why": _why(period, pot.contributions),
        "contributions_rate": "" if pot.contributions is None else str(pot.contributions),
        "tax_why": _why(period, pot.tax),
        "tax_rate": "" if pot.tax is None else str(pot.tax),
        "rates_source": pot.rates_source,
    }


def _why(period: Period, rate: Fraction | None) -> Why:
    if period.activity == Activity.NONE:
        return Why.NOT_DUE
    return Why.UNKNOWN if rate is None else Why.RATE


def _write_funds(share_out: ShareOut, sharing: Sharing) -> None:
    PeriodFund.objects.bulk_create(
        [
            PeriodFund(
                share_out=share_out,
                place=place,
                name=name,
                is_common=name == share_out.period.read.common,
                cents=cents,
            )
            for place, (name, cents) in enumerate(sharing.funds.items(), start=1)
        ]
    )


in_json = json.JSONEncoder(ensure_ascii=False).encode  # one encoder, for each of many rows
# Written out: rows of the ORM would take several times as long for a hundred thousand people.
STATEMENTS = Insert(
    "INSERT INTO shares_statement (share_out_id, number, recorded_id, gross, contributions, tax, net, stages)",
    "(%s, %s, %s, %s, %s, %s, %s, %s)",
)


def _write_statements(
    share_out: ShareOut,
    sharing: Sharing,
    amounts: dict[str, Amounts],
    rows: dict[str, Row],
) -> None:
    reached = _reached(sharing.stages)
    statements = [
        [share_out.pk, number, rows[name].pk, one.gross, one.contributions, one.tax, one.net,
         f"[{reached.get(name, '')}]"]
        for number, (name, one) in enumerate(amounts.items(), start=1)
    ]  # fmt: skip
    insert_each(STATEMENTS, statements)


def _reached(stages: Iterable[Stage]) -> dict[str, str]:
    """By person, in JSON: each division that reached them, with what they weighed in it.

    As text from the start: a million small tables kept at once slow the whole process down.
    """
    found: dict[str, str] = {}
    for stage in stages:
        if stage.reaches_people:
            told = {"name": stage.name, "pot": stage.pot, "of": str(sum(stage.weights.values()))}
            begun = in_json(told)[:-1]
            for person, cents in stage.shares.items():
                own = f'{begun}, "weight": "{stage.weights[person]}", "cents": {cents}}}'
                found[person] = f"{found[person]},{own}" if person in found else own
    return found


def _credit(period: Period) -> None:
    try:
        credit_fund(period)
    except LedgerRefused as refused:
        raise CannotCompute(str(refused)) from None


def _public(share_out: ShareOut) -> dict[str, Any]:
    told: dict[str, Any] = {
        "period": share_out.period.number,
        "digest": share_out.digest,
    }
    if not share_out.is_told:
        # What few people got together is not told, nor what it follows from: one may be known.
        return told
    told["pot"] = share_out.pot
    told["funds"] = {str(fund.place): fund.cents for fund in share_out.funds.all()}
    if share_out.kept:
        told["kept"] = share_out.kept
    of_people = {
        "people": share_out.people,
        "people_cents": share_out.to_people,
        "net": share_out.net,
    }
    return told | (of_people if share_out.people >= FEWEST else {})
