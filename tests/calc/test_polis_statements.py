"""What Polis says of statements, on counts small enough to be worked out by hand."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.polis_statements import (
    group_consensus,
    majority,
    priorities,
    proportion_test,
    representatives,
    two_proportion_test,
)
from partage.calc.support import Tallies

KEPT = np.zeros(1, bool)


def counts_of(*groups: list[tuple[int, int, int]]) -> Tallies:
    """For each group, agreements, disagreements and voters of each statement."""
    agrees, disagrees, seen = np.moveaxis(np.array(groups), 2, 0)
    return Tallies(agrees, disagrees, seen - agrees - disagrees)


def listed(counts: Tallies, *excluded: int) -> list[list[tuple[int, str]]]:
    """For each group, the statements with the answer."""
    out = np.isin(np.arange(counts.seen.shape[1]), excluded)
    return [
        [(one.statement, "agree" if one.agrees else "disagree") for one in few]
        for few in representatives(counts, out)
    ]


def test_a_statement_that_divides_represents_both_groups() -> None:
    # 9 of 9 agree in the first group and disagree in the second.
    first, second = representatives(counts_of([(9, 0, 9)], [(0, 9, 9)]), KEPT)
    assert (first[0].statement, first[0].agrees, first[0].is_best_agree) == (0, True, True)
    assert (second[0].agrees, second[0].is_best_agree) == (False, False)
    for one in (*first, *second):
        assert one.probability == 10 / 11
        assert one.test == pytest.approx(2 * sqrt(10) * (10 / 10 - 1 / 2))
        assert one.ratio == pytest.approx((10 / 11) / (1 / 11))
        # Shares 10/10 and 1/10, pooled 11/20.
        assert one.ratio_test == pytest.approx(0.9 / sqrt(11 / 20 * 9 / 20 * (1 / 10 + 1 / 10)))


def of_two_groups(*statements: list[tuple[int, int, int]]) -> Tallies:
    """For each statement, what each of the two groups answered."""
    return counts_of(*([one[group] for one in statements] for group in (0, 1)))


def test_what_a_group_agrees_most_with_is_what_came_first() -> None:
    # Agreed by 9 of 9 and 99 of 99 elsewhere: general, ratio 0.92. By 6 of 9 and 50 of 99: ratio 1.26.
    general, own = [(9, 0, 9), (99, 0, 99)], [(6, 3, 9), (50, 49, 99)]
    # A quirk of the engine: the first of the list is "agreed with" and yet told as disagreement,
    # since all of the few disagree no more than all of the many.
    assert listed(of_two_groups(general, own))[0] == [(0, "disagree")]
    assert listed(of_two_groups(own, general))[0] == [(0, "agree")]


def test_agreements_come_first_and_at_most_five() -> None:
    ours, theirs = [(9, 0, 9), (0, 9, 9)], [(0, 9, 9), (9, 0, 9)]
    first, second = listed(of_two_groups(*[theirs] * 6, ours))
    assert first == [(6, "agree"), *((j, "disagree") for j in range(4))]
    assert second == [(j, "agree") for j in range(5)]


def test_a_moderated_statement_represents_nobody() -> None:
    counts = counts_of([(9, 0, 9), (8, 1, 9)], [(0, 9, 9), (1, 8, 9)])
    assert listed(counts, 0) == [[(1, "agree")], [(1, "disagree")]]
    assert listed(counts, 0, 1) == [[], []]


def test_without_agreement_the_most_particular_answer_is_listed() -> None:
    # One person each: nothing is significant, and nobody agrees.
    counts = counts_of([(0, 0, 1), (0, 1, 1)], [(0, 0, 1), (0, 0, 1)])
    assert listed(counts)[0] == [(1, "disagree")]


def test_a_statement_that_nobody_saw_is_not_agreed_with() -> None:
    counts = counts_of([(0, 0, 0), (2, 0, 2)], [(5, 0, 5), (0, 0, 0)])
    assert listed(counts)[0] == [(1, "agree")]


def test_the_majority_is_significant_and_more_than_half() -> None:
    # 8 of 10: 9/12, z = 2 sqrt(11) (9/11 - 1/2). 3 of 4: z = 2 sqrt(5) (4/5 - 1/2) = 1.34. 5 of 8: 1.
    answers, seen = np.array([5, 3, 8, 80]), np.array([8, 4, 10, 100])
    found = majority(answers, seen, np.array([False, False, False, True]))
    assert [one.statement for one in found] == [2, 1]
    assert found[0].probability == 9 / 12
    assert found[0].test == pytest.approx(2 * sqrt(11) * (9 / 11 - 1 / 2))
    assert found[1].test == pytest.approx(1.3416, abs=1e-4)


def test_a_majority_lists_five_by_probability_times_test() -> None:
    answers = np.array([60, 90, 70, 95, 80, 85])
    found = majority(answers, np.full(6, 100), np.zeros(6, bool))
    assert [one.statement for one in found] == [3, 1, 5, 4, 2]


def test_consensus_is_a_product_over_groups() -> None:
    # Three groups: (9 + 1)/(9 + 2), (0 + 1)/(0 + 2), (1 + 1)/(4 + 2).
    counts = counts_of([(9, 0, 9)], [(0, 0, 0)], [(1, 2, 4)])
    assert group_consensus(counts).tolist() == pytest.approx([10 / 11 * 1 / 2 * 2 / 6])


def test_a_meta_statement_has_the_priority_of_seven_squared() -> None:
    counts = counts_of([(4, 1, 6), (4, 1, 6)], [(3, 0, 4), (3, 0, 4)])
    found = priorities(counts, np.array([1.5, 1.5]), np.array([True, False]))
    # 10 saw it, 7 agreed and 2 passed: (1 - 3/12) (1.5 + 1) (8/12) (1 + 8/4), squared.
    assert found.tolist() == pytest.approx([49, (9 / 12 * 2.5 * 8 / 12 * 3) ** 2])


SHARES = st.integers(0, 10**5).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(SHARES, SHARES)
def test_tests_are_those_of_the_plain_formulas(
    here: tuple[int, int], elsewhere: tuple[int, int]
) -> None:
    (a, n), (b, m) = here, elsewhere
    first, second = (a + 1) / (n + 1), (b + 1) / (m + 1)
    pooled = (a + b + 2) / (n + m + 2)
    spread = sqrt(pooled * (1 - pooled) * (1 / (n + 1) + 1 / (m + 1)))
    expected = (first - second) / spread if pooled < 1 else 0
    found = two_proportion_test(*np.array([[a], [n], [b], [m]]))[0]
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)
    swapped = two_proportion_test(*np.array([[b], [m], [a], [n]]))[0]
    assert found == pytest.approx(-swapped)
    one = proportion_test(np.array([a]), np.array([n]))[0]
    assert one == pytest.approx((first - 1 / 2) / sqrt(1 / 4 / (n + 1)), abs=1e-9)
