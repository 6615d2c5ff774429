"""Medians from counts are those of the values themselves."""

from collections import Counter
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from partage.calc.medians import median_of


@given(st.lists(st.integers(1, 1440), min_size=1, max_size=60))
def test_counts_give_the_median_of_the_values(values: list[int]) -> None:
    assert median_of(Counter(values)) == median(values)


def test_nothing_has_no_median() -> None:
    assert median_of({}) is None
    assert median_of({5: 0}) is None
