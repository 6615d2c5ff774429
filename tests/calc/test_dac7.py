"""Who is reported under DAC7: the cases of the thresholds, both sides of each, and sums that close."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.dac7 import Activity, Paid, Quarter, Reason, seller_year
from partage.calc.parameters import ParameterError

DAY = date(2026, 5, 2)
PAID = st.builds(
    Paid,
    on=st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    cents=st.integers(0, 10**7),
    activity=st.sampled_from(Activity),
    count=st.integers(1, 40),
)


def one(cents: int, activity: Activity, count: int = 1) -> list[Paid]:
    return [Paid(DAY, cents, activity, count)]


@pytest.mark.parametrize(
    ("paid", "reason"),
    [
        (one(200_000, Activity.GOODS, 29), Reason.GOODS_BELOW),
        (one(200_000, Activity.GOODS, 30), Reason.GOODS_ABOVE),
        (one(200_100, Activity.GOODS, 29), Reason.GOODS_ABOVE),
        (one(200_001, Activity.GOODS, 1), Reason.GOODS_ABOVE),
        (one(1_000, Activity.SERVICES), Reason.SERVICE),
        (one(1, Activity.SERVICES), Reason.SERVICE),
        (one(1, Activity.TRANSPORT), Reason.LETTING),
        (one(1, Activity.PROPERTY), Reason.LETTING),
        (one(0, Activity.SERVICES), Reason.NOTHING_PAID),
        (one(5_000, Activity.NONE), Reason.NO_ACTIVITY),
        ([], Reason.NOTHING_PAID),
    ],
)
def test_who_is_in_and_who_is_out(paid: list[Paid], reason: Reason) -> None:
    found = seller_year(2026, paid)
    assert found.reason is reason
    assert found.is_reportable is bool(found.quarters)


def test_goods_below_their_thresholds_are_not_told_beside_a_service() -> None:
    paid = [*one(1_000, Activity.SERVICES), *one(1_999, Activity.GOODS, 29)]
    assert seller_year(2026, paid).quarters == (Quarter(Activity.SERVICES, 2, 1_000, 1),)


def test_money_taken_back_within_the_year_is_not_reported() -> None:
    taken_back = Paid(date(2026, 11, 1), -1_000, Activity.SERVICES, -1)
    found = seller_year(2026, [*one(1_000, Activity.SERVICES), taken_back])
    assert found.reason is Reason.NOTHING_PAID and not found.is_reportable


def test_a_year_before_the_duty_has_no_answer() -> None:
    with pytest.raises(ParameterError, match="dac7_goods"):
        seller_year(2022, [])


@given(st.lists(PAID, max_size=12))
def test_quarters_sum_to_what_was_paid_in_the_year_and_the_order_does_not_matter(
    paid: list[Paid],
) -> None:
    found = seller_year(2026, paid)
    assert found == seller_year(2026, paid[::-1])
    told = {quarter.activity for quarter in found.quarters}
    for activity in told:
        total = sum(each.cents for each in found.quarters if each.activity is activity)
        in_year = [each for each in paid if each.on.year == 2026 and each.activity is activity]
        assert total == sum(each.cents for each in in_year) > 0
    assert Activity.NONE not in told
