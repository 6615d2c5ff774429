"""Whose receipts a platform reports to the tax office each year: directive (EU) 2021/514, "DAC7".

The method is in docs/method/dac7.md.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partage.calc.parameters import value_at

MONTHS_A_QUARTER = 3
CENTS = 100
THRESHOLDS = ("dac7_goods_sales", "dac7_goods_amount")


class Activity(StrEnum):
    """What someone is paid for. NONE is no activity of the directive: a price cut, a gift."""

    SERVICES = "personal-services"
    GOODS = "goods"
    TRANSPORT = "transport"
    PROPERTY = "property"
    NONE = "none"


class Reason(StrEnum):
    """Why a seller is reported, or is not."""

    SERVICE = "service"
    LETTING = "letting"
    GOODS_ABOVE = "goods-above"
    GOODS_BELOW = "goods-below"
    NOTHING_PAID = "nothing-paid"
    NO_ACTIVITY = "no-activity"


REPORTED = (Reason.SERVICE, Reason.LETTING, Reason.GOODS_ABOVE)


@dataclass(frozen=True)
class Paid:
    """Money credited to someone on a day: cents, for so many services, sales or lets."""

    on: date
    cents: int
    activity: Activity
    count: int = 1


@dataclass(frozen=True)
class Quarter:
    """What is told of one activity in one quarter, 1 to 4: cents and number of operations."""

    activity: Activity
    quarter: int
    cents: int
    count: int


@dataclass(frozen=True)
class SellerYear:
    """What a platform reports of one person for one year; no quarter if it reports nothing."""

    year: int
    reason: Reason
    quarters: tuple[Quarter, ...] = ()

    @property
    def is_reportable(self) -> bool:
        return self.reason in REPORTED


def seller_year(year: int, paid: Sequence[Paid]) -> SellerYear:
    """Tell whether a person is reported for a year, why, and what is told of each quarter.

    Parameters
    ----------
    year : calendar year, from 2023.
    paid : all that was credited to the person; other years are left out. Money taken back has
        negative cents and a negative count.

    Returns
    -------
    SellerYear; goods under both thresholds are left out beside a service that is reported.

    Raises
    ------
    ParameterError
        If the year is before the duty began.

    References
    ----------
    docs/method/dac7.md; parameters dac7_goods_sales and dac7_goods_amount.

    Examples
    --------
    >>> seller_year(2026, [Paid(date(2026, 5, 2), 1_000, Activity.SERVICES)]).reason.value
    'service'
    """
    most_sales, most_euros = (value_at(name, date(year, 12, 31)).value for name in THRESHOLDS)
    of_year = [one for one in paid if one.on.year == year]
    of_duty = [one for one in of_year if one.activity is not Activity.NONE]
    goods = [one for one in of_duty if one.activity is Activity.GOODS]
    sales, cents = sum(one.count for one in goods), sum(one.cents for one in goods)
    is_below = sales < most_sales and cents <= most_euros * CENTS
    told = _quarters([one for one in of_duty if not (is_below and one.activity is Activity.GOODS)])
    if told:
        return SellerYear(year, _reason_of({one.activity for one in told}), told)
    if is_below and cents > 0:
        return SellerYear(year, Reason.GOODS_BELOW)
    is_other = any(one.cents > 0 for one in of_year if one.activity is Activity.NONE)
    return SellerYear(year, Reason.NO_ACTIVITY if is_other else Reason.NOTHING_PAID)


def _reason_of(activities: set[Activity]) -> Reason:
    if Activity.SERVICES in activities:
        return Reason.SERVICE
    return Reason.GOODS_ABOVE if activities == {Activity.GOODS} else Reason.LETTING


def _quarters(paid: Sequence[Paid]) -> tuple[Quarter, ...]:
    """Sums by activity and quarter; an activity that paid nothing over the year is left out."""
    totals: dict[tuple[Activity, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    by_activity: dict[Activity, int] = defaultdict(int)
    for one in paid:
        key = one.activity, (one.on.month - 1) // MONTHS_A_QUARTER + 1
        cents, count = totals[key]
        totals[key] = cents + one.cents, count + one.count
        by_activity[one.activity] += one.cents
    return tuple(
        Quarter(*key, *totals[key])
        for key in sorted(totals)
        if by_activity[key[0]] > 0 and any(totals[key])
    )
