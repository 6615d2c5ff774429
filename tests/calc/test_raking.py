"""Weights meet the margins whoever the people are, and the view is refused where it would lie."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from partage.calc.raking import TRIM, Margin, effective_number, rake
from partage.calc.support import wilson
from partage.calc.votes import Votes, VotesError, votes_from_arrays
from partage.calc.weighted_view import WeightedView, published_view, weighted_view

Ints = NDArray[np.int64]
AGE = Margin("age", {"old": 0.5, "young": 0.5})
PLACE = Margin("place", {"east": 0.3, "west": 0.7})


def drawn(seed: int, n_people: int, silent: float) -> tuple[Ints, list[NDArray[np.float64]]]:
    """Categories of people in two questions, every pair taken, and margins not far from theirs."""
    rng = np.random.default_rng(seed)
    pairs = np.array([(a, b) for a in range(3) for b in range(2)])
    answers = np.concatenate((pairs, rng.integers((0, 0), (3, 2), (n_people, 2))))
    answers[6:][rng.random((n_people, 2)) < silent] = -1
    return answers, [rng.dirichlet([20.0] * size) for size in (3, 2)]


@given(st.integers(0, 10**6), st.integers(0, 200), st.sampled_from([0.0, 0.3]))
def test_margins_are_met_when_nobody_is_trimmed(seed: int, n_people: int, silent: float) -> None:
    answers, wanted = drawn(seed, n_people, silent)
    raked = rake(answers, wanted)
    assert raked.weights.mean() == pytest.approx(1) and raked.weights.max() <= TRIM * (1 + 1e-9)
    if not raked.trimmed.any():
        for column, shares in zip(answers.T, wanted, strict=True):
            held = np.bincount(column[column >= 0], raked.weights[column >= 0], shares.size)
            assert held / held.sum() == pytest.approx(shares, abs=1e-6)


@given(st.integers(0, 10**6), st.integers(0, 200))
def test_weights_follow_the_categories_and_not_the_order_of_people(seed: int, n: int) -> None:
    answers, wanted = drawn(seed, n, 0.3)
    order = np.random.default_rng(seed).permutation(len(answers))
    first = rake(answers, wanted)
    assert np.array_equal(rake(answers[order], wanted).weights, first.weights[order])
    renamed = np.where(answers[:, :1] >= 0, 2 - answers[:, :1], -1)
    again = rake(np.column_stack((renamed, answers[:, 1])), [wanted[0][::-1], wanted[1]])
    assert again.weights == pytest.approx(first.weights, abs=1e-7)


@given(st.integers(0, 10**6), st.integers(0, 200))
def test_margins_equal_to_the_sample_leave_every_weight_at_one(seed: int, n_people: int) -> None:
    answers, _ = drawn(seed, n_people, 0.2)
    counts = [np.bincount(column[column >= 0]) for column in answers.T]
    raked = rake(answers, [count / count.sum() for count in counts])
    assert raked.weights == pytest.approx(np.ones(len(answers)))
    assert effective_number(raked.weights) == pytest.approx(len(answers))


def test_nobody_weighs_more_than_five_times_the_mean() -> None:
    raked = rake(np.array([[0]] * 98 + [[1]] * 2), [np.array([0.5, 0.5])])
    assert raked.weights.max() == TRIM and raked.trimmed.sum() == 2
    assert raked.weights.mean() == pytest.approx(1)
    assert raked.reached[0] == pytest.approx([0.9, 0.1])


def test_who_did_not_answer_keeps_a_weight_of_one() -> None:
    raked = rake(np.array([[0]] * 30 + [[1]] * 10 + [[-1]] * 5), [np.array([0.5, 0.5])])
    assert raked.weights[-5:] == pytest.approx(np.ones(5))
    assert raked.weights[[0, 30]] == pytest.approx([2 / 3, 2])


def test_a_category_without_anybody_is_refused() -> None:
    with pytest.raises(VotesError, match=r"category 1 of margin 0 has nobody and should have 25%"):
        rake(np.zeros((5, 1), np.int64), [np.array([0.75, 0.25])])


def people_of(counts: Mapping[tuple[int, ...], int]) -> dict[str, tuple[int, ...]]:
    """So many people of each combination of categories, named by number."""
    combinations = [pair for pair, count in counts.items() for _ in range(count)]
    return {str(number): pair for number, pair in enumerate(combinations)}


def votes_of(people: Mapping[str, tuple[int, ...]], n_more: int = 0) -> Votes:
    """The first category agrees with statement 1, the others do not; all pass on statement 2."""
    names = [*people, *(f"more{n}" for n in range(n_more))]
    sides = [1 if people.get(name, (1,))[0] == 0 else -1 for name in names]
    return votes_from_arrays(
        names * 2, [1] * len(names) + [2] * len(names), sides + [0] * len(names)
    )


def view_of(
    counts: Mapping[tuple[int, ...], int], *margins: Margin, n_more: int = 0
) -> WeightedView:
    people = people_of(counts)
    return weighted_view(
        votes_of(people, n_more), people | {"absent": (0,) * len(margins)}, margins
    )


def test_shares_are_weighted_beside_the_plain_ones() -> None:
    view = view_of({(0,): 150, (1,): 50}, AGE, n_more=20)
    assert (view.refused, view.people, view.left_out, view.did_not_vote) == ("", 200, 20, 1)
    assert view.n_eff == pytest.approx(150) and view.design_effect == pytest.approx(4 / 3)
    content = published_view(view)
    agree = content["statements"][0]["agree"]
    assert (agree["plain"], agree["weighted"]) == (0.68, 0.5)
    # A Wilson interval on 150 votes.
    assert (agree["low"], agree["high"]) == (0.42, 0.58)
    assert content["statements"][1]["pass"]["weighted"] == 1.0
    assert content["margins"][0] == {
        "question": "age", "category": "old", "here": 0.75, "wanted": 0.5, "reached": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "margins", "refused", "about"),
    [
        ({(0,): 200}, [AGE], "nobody", (("age", "young"),)),
        ({(0,): 200, (1,): 9}, [AGE], "few", (("age", "young"),)),
        (
            {(0, 0): 60, (1, 1): 60, (0, -1): 40},
            [AGE, PLACE],
            "unanswered",
            (("place", ""),),
        ),
        ({(0,): 50, (1,): 49}, [AGE], "few_effective", ()),
        (
            {(0,): 960, (1,): 40},
            [Margin("age", {"old": 0.8, "young": 0.2})],
            "",
            (),
        ),
        (
            {(0,): 960, (1,): 20},
            [AGE],
            "unmet",
            (("age", "old"), ("age", "young")),
        ),
        # Everyone old is in the east: no weights give half of them and a third there.
        (
            {(0, 0): 100, (1, 1): 100},
            [AGE, PLACE],
            "unmet",
            (("age", "old"), ("age", "young")),
        ),
    ],
)
def test_the_view_is_refused_where_it_would_lie(
    counts: Mapping[tuple[int, ...], int],
    margins: list[Margin],
    refused: str,
    about: tuple[tuple[str, str], ...],
) -> None:
    view = view_of(counts, *margins)
    assert (view.refused, view.about) == (refused, about)
    assert bool(view.statements) == bool(view.margins) == (refused == "")


def test_weights_too_unequal_are_refused() -> None:
    view = view_of({(0,): 840, (1,): 160}, Margin("age", {"old": 0.25, "young": 0.75}))
    assert (view.refused, view.trimmed) == ("uneven", 0)
    assert view.design_effect == pytest.approx(0.25**2 / 0.84 + 0.75**2 / 0.16)


def test_nothing_under_ten_people_is_told() -> None:
    people = people_of({(0,): 60, (1,): 60})
    few = [*list(people)[:9], *["more"] * 9]
    votes = votes_of(people, 3)
    names = [votes.people_ids[person] for person in votes.people] + few
    seen = [votes.statement_ids[statement] for statement in votes.statements]
    more = votes_from_arrays(names, seen + ["3"] * 18, [*votes.answers.tolist(), *[1] * 18])
    statements = published_view(weighted_view(more, people, [AGE]))["statements"]
    third = next(one for one in statements if one.pop("id") == "3")
    assert set(third.values()) == {None}


def test_intervals_hold_the_share_of_the_population() -> None:
    """People come unequally by age and place, and answer by age and place."""
    rng = np.random.default_rng(8)
    wanted = [np.array(list(margin.shares.values())) for margin in (AGE, PLACE)]
    agree, population = np.array([[0.8, 0.6], [0.5, 0.3]]), np.outer(*wanted)
    coming = population * np.array([[0.4, 0.4], [1, 1]])
    covered, covered_plain = 0, 0
    for _ in range(300):
        drawn_pairs = rng.choice(4, 200, p=coming.ravel() / coming.sum())
        answers = np.column_stack(np.divmod(drawn_pairs, 2))
        agreed = rng.random(200) < agree[answers[:, 0], answers[:, 1]]
        weights = rake(answers, wanted).weights
        for_weighted = wilson(
            np.array([np.average(agreed, weights=weights)]), np.array([effective_number(weights)])
        )
        for_plain = wilson(np.array([agreed.mean()]), np.array([200.0]))
        truth = float((population * agree).sum())
        covered += bool(for_weighted[0] <= truth <= for_weighted[1])
        covered_plain += bool(for_plain[0] <= truth <= for_plain[1])
    assert covered >= 0.92 * 300 and covered_plain < 0.7 * 300
