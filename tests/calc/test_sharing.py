"""Shares always sum to the pot, to the cent."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.sharing import SharingError, rounded, share_out

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any)


@settings(max_examples=500)
@given(pot=st.integers(0, 10**9), weights=weights)
def test_shares_sum_to_the_pot_within_a_cent_of_exact(pot: int, weights: list[int]) -> None:
    shares = share_out(pot, dict(enumerate(weights)))
    assert sum(shares.values()) == pot
    for person, weight in enumerate(weights):
        exact = Fraction(pot * weight, sum(weights))
        assert exact.__floor__() <= shares[person] <= exact.__ceil__()
        assert weight or not shares[person]


def test_twenty_thousand_random_pots() -> None:
    draw = random.Random(20_000)  # noqa: S311
    for _ in range(20_000):
        pot, people = draw.randrange(10**9 + 1), draw.randrange(1, 41)
        drawn = [draw.choice((0, draw.randrange(10**6))) for _ in range(people)]
        given_to = {**dict(enumerate(drawn)), people: draw.randrange(1, 100)}
        shares, total = share_out(pot, given_to), sum(given_to.values())
        assert sum(shares.values()) == pot
        for person, weight in given_to.items():
            assert pot * weight // total <= shares[person] <= -(-pot * weight // total)
            assert weight or not shares[person]


@given(weights=weights, pot=st.integers(0, 10**9), factor=st.fractions(Fraction(1, 9), 9))
def test_only_proportions_count(weights: list[int], pot: int, factor: Fraction) -> None:
    scaled = {person: weight * factor for person, weight in enumerate(weights)}
    assert share_out(pot, scaled) == share_out(pot, dict(enumerate(weights)))


def test_ten_thousand_cents_in_three() -> None:
    assert list(share_out(10_000, {1: 1, 2: 1, 3: 1}).values()) == [3334, 3333, 3333]


def test_the_default_rule_on_the_self_checkout_pot() -> None:
    rule = dict(zip("abcd", (40, 30, 20, 10), strict=True))
    assert list(share_out(266_648, rule).values()) == [106_659, 79_994, 53_330, 26_665]


def test_a_circle_of_four_who_gave_each_other_points() -> None:
    points = dict(zip("abcd", (110, 115, 95, 80), strict=True))
    assert list(share_out(600_000, points).values()) == [165_000, 172_500, 142_500, 120_000]


def test_one_more_cent_can_take_one_from_someone() -> None:
    """The Alabama paradox: a known limit, harmless for cents, written in the method."""
    rule = {"a": 6, "b": 6, "c": 2}
    assert list(share_out(10, rule).values()) == [4, 4, 2]
    assert list(share_out(11, rule).values()) == [5, 5, 1]


@pytest.mark.parametrize("pot", [0, -1, -3_693_910])
def test_an_empty_or_negative_pot_shares_nothing(pot: int) -> None:
    assert set(share_out(pot, {"a": 40, "b": 60}).values()) == {0}


def test_weights_all_zero_are_refused_not_split() -> None:
    with pytest.raises(SharingError, match="all weights are zero: give at least one a weight"):
        share_out(100, {"a": 0, "b": 0})


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(SharingError, match="the weight of b is -1: a weight is zero or more"):
        share_out(100, {"a": 2, "b": -1})


@pytest.mark.parametrize(
    ("exact", "cents"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0"), ("2.675", "2.68")]
)
def test_half_a_cent_goes_away_from_zero(exact: str, cents: str) -> None:
    assert rounded(Fraction(exact)) == Fraction(cents)


@pytest.mark.slow
def test_a_million_people_share_to_the_last_cent() -> None:
    drawn = dict(enumerate(random.Random(7).choices(range(1, 10**4), k=10**6)))  # noqa: S311
    assert sum(share_out(10**9 + 7, drawn).values()) == 10**9 + 7
