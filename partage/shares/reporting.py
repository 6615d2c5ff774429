"""Who is reported to the tax office for what was paid out here (directive (EU) 2021/514, DAC7).

A person's mark is another one in each coproduction, so that this is said of one coproduction.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from partage.calc.dac7 import Activity, Paid, Reason, SellerYear, seller_year
from partage.coproductions.models import Coproduction
from partage.shares.models import Beneficiary, ErasedSellers, Payout, Statement

FIRST_YEAR = 2023

REASONS: Mapping[Reason, Any] = {
    Reason.SERVICE: _("Reported: a personal service is, from the first cent."),
    Reason.LETTING: _("Reported: letting is, from the first cent."),
    Reason.GOODS_ABOVE: _(
        "Reported: there are 30 sales of goods or more, or more than 2,000 € in the year."
    ),
    Reason.GOODS_BELOW: _(
        "Not reported: there are fewer than 30 sales of goods and 2,000 € at most in the year."
    ),
    Reason.NOTHING_PAID: _("Not reported: nothing was paid in the year."),
    Reason.NO_ACTIVITY: _("Not reported: what was paid is for none of the four activities."),
}
NAMES: Mapping[Activity, Any] = {
    Activity.SERVICES: _("personal services"),
    Activity.GOODS: _("sale of goods"),
    Activity.TRANSPORT: _("renting out a means of transport"),
    Activity.PROPERTY: _("letting"),
    Activity.NONE: _("none"),
}


def _paid_out(statements: "QuerySet[Statement]") -> "QuerySet[Statement]":
    there = statements.filter(payout__said_paid_at__isnull=False, net__gt=0)
    return there.select_related("payout", "recorded", "share_out__period").order_by("pk")


def _paid(statement: Statement) -> Paid:
    """What a payout that is said paid credited: net of what is withheld, on the day the bank is to pay."""
    activity = Activity(statement.share_out.period.activity)
    sales = sum(statement.recorded.counts.values()) if activity is Activity.GOODS else 1
    assert statement.payout is not None  # noqa: S101 - for the type checker
    return Paid(statement.payout.paid_on, statement.net, activity, max(sales, 1))


def years_of(beneficiary: Beneficiary) -> list[SellerYear]:
    """What is said of a person for each year in which something was paid out."""
    mine = Statement.objects.filter(recorded__beneficiary=beneficiary)
    return _years([_paid(one) for one in _paid_out(mine)])


def keep_counts(beneficiary: Beneficiary) -> None:
    """Count somebody who is being erased among the years in which they were paid."""
    _add(beneficiary.coproduction, years_of(beneficiary))


def count_erased(payout: Payout) -> None:
    """Count those of a payout who were erased between its file and the day it is said paid."""
    gone = payout.statements.filter(recorded__beneficiary=None)
    for one in _paid_out(gone):
        _add(payout.share_out.period.coproduction, _years([_paid(one)]))


def _add(coproduction: Coproduction, years: list[SellerYear]) -> None:
    for told in years:
        row, _made = ErasedSellers.objects.get_or_create(
            coproduction=coproduction, year=told.year, defaults={"people": 0, "reported": 0}
        )
        row.people, row.reported = F("people") + 1, F("reported") + int(told.is_reportable)
        row.save(update_fields=["people", "reported"])


def _years(paid: list[Paid]) -> list[SellerYear]:
    years = sorted({one.on.year for one in paid if one.on.year >= FIRST_YEAR}, reverse=True)
    return [seller_year(year, paid) for year in years]


def reported_in(coproduction: Coproduction) -> dict[int, tuple[int, int]]:
    """By year: how many people were paid out something, and how many of them are reported.

    Whoever was erased since stays counted.
    """
    theirs = Statement.objects.filter(share_out__period__coproduction=coproduction)
    paid: dict[int, list[Paid]] = defaultdict(list)
    for one in _paid_out(theirs.filter(recorded__beneficiary__isnull=False)).iterator(2000):
        paid[one.recorded.beneficiary_id or 0].append(_paid(one))
    gone = ErasedSellers.objects.filter(coproduction=coproduction)
    counts = {row.year: (row.people, row.reported) for row in gone}
    for mine in paid.values():
        for year in _years(mine):
            people, reported = counts.get(year.year, (0, 0))
            counts[year.year] = people + 1, reported + year.is_reportable
    return counts


def unreported_in(coproductions: Iterable[Coproduction]) -> dict[int, int]:
    """By coproduction: people who would be reported were what pays them a sale of goods, and are not.

    Whoever was paid for several services is not one: they are reported from the first cent.
    """
    theirs = Statement.objects.filter(
        share_out__period__coproduction__in=list(coproductions), recorded__beneficiary__isnull=False
    )
    paid: dict[tuple[int, int], list[Paid]] = defaultdict(list)
    for one in _paid_out(theirs).iterator(2000):
        period, person = one.share_out.period, one.recorded.beneficiary_id or 0
        paid[period.coproduction_id, person].append(_paid(one))
    counts: dict[int, int] = defaultdict(int)
    for (coproduction, _person), mine in paid.items():
        counts[coproduction] += _crosses(mine)
    return {pk: people for pk, people in counts.items() if people}


def _crosses(paid: list[Paid]) -> bool:
    """Whether some year is over a threshold, and nothing of it is reported."""
    sold = [replace(one, activity=Activity.GOODS) for one in paid]
    pairs = zip(_years(paid), _years(sold), strict=True)
    return any(other.is_reportable and not told.is_reportable for told, other in pairs)
