"""Counts of pairs: the same to the last bit whatever the order, the parts, and who was taken away."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.arrival import arrival_votes_from_arrays
from partage.calc.co_votes import CoVotes
from partage.calc.polis_map import own_place, polis_axes, polis_map

N_STATEMENTS = 6
Row = tuple[int, int, int]
ROWS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, N_STATEMENTS - 1), st.sampled_from([-1, 0, 1])),
    max_size=50,
)


def last_answers(rows: Iterable[Row]) -> dict[int, dict[int, int]]:
    """Of each person, statement to last answer."""
    people: dict[int, dict[int, int]] = {}
    for person, statement, answer in rows:
        people.setdefault(person, {})[statement] = answer
    return people


def replayed(rows: Iterable[Row]) -> CoVotes:
    counts, people = CoVotes(N_STATEMENTS), last_answers(())
    for person, statement, answer in rows:
        mine = people.setdefault(person, {})
        counts.cast(mine, statement, answer)
        mine[statement] = answer
    return counts


def at_once(people: dict[int, dict[int, int]], n_statements: int = N_STATEMENTS) -> CoVotes:
    rows = [(p, s, a) for p, mine in people.items() for s, a in mine.items()]
    columns = np.array(rows, int).reshape(-1, 3).T
    return CoVotes.of(columns[0], columns[1], columns[2], n_statements)


def plainly(people: dict[int, dict[int, int]]) -> list[np.ndarray]:
    """The definition, pair by pair."""
    found = np.zeros((3, N_STATEMENTS, N_STATEMENTS), np.int64)
    for mine in people.values():
        for j, x in mine.items():
            for k, y in mine.items():
                found[:, j, k] += 1, x * y, x
    return list(found)


def assert_same(counts: CoVotes, expected: Iterable[np.ndarray]) -> None:
    for matrix, other in zip(counts.totals(), expected, strict=True):
        assert np.array_equal(matrix, other)


@given(ROWS)
def test_votes_one_by_one_or_at_once_are_those_of_the_definition(rows: list[Row]) -> None:
    people = last_answers(rows)
    assert_same(replayed(rows), plainly(people))
    assert_same(at_once(people), plainly(people))


@given(ROWS, st.integers(1, 7), st.randoms())
def test_parts_in_any_order_add_up(rows: list[Row], parts: int, random: object) -> None:
    people = last_answers(rows)
    shares = [
        at_once({p: mine for p, mine in people.items() if p % parts == n}) for n in range(parts)
    ]
    random.shuffle(shares)  # type: ignore[attr-defined]
    whole = CoVotes(N_STATEMENTS)
    for share in shares:
        whole.add(share)
    assert_same(whole, plainly(people))


@given(ROWS, st.integers(0, 5))
def test_whoever_is_taken_away_has_never_voted(rows: list[Row], gone: int) -> None:
    counts, people = replayed(rows), last_answers(rows)
    counts.forget(people.pop(gone, {}))
    assert_same(counts, plainly(people))


def test_parts_of_other_statements_are_refused() -> None:
    with pytest.raises(ValueError, match="statements: 3, expected 6"):
        CoVotes(6).add(CoVotes(3))


@pytest.mark.parametrize("n_statements", [8, 130])
def test_the_map_of_the_polis_mode_follows_from_the_counts_alone(n_statements: int) -> None:
    rng = np.random.default_rng(n_statements)
    leanings = rng.standard_normal((300, 2)) @ rng.standard_normal((2, n_statements))
    people, statements = np.nonzero(rng.random(leanings.shape) < 0.4)
    votes = arrival_votes_from_arrays(
        people, statements, np.sign(np.round(leanings[people, statements])).astype(int)
    )
    moderated = np.arange(n_statements) % 7 == 3
    counts = CoVotes.of(votes.people, votes.statements, votes.answers, n_statements)
    axes = polis_axes(counts, moderated)
    expected = polis_map(votes, moderated)
    means = counts.means()
    placed = np.sqrt(n_statements) * (1 - means)[:, None] * axes
    assert np.allclose(placed, expected.statements, atol=1e-7)
    mine = votes.people == 0
    answers = dict(zip(votes.statements[mine].tolist(), votes.answers[mine].tolist(), strict=True))
    assert np.allclose(own_place(answers, means, axes, moderated), expected.people[0], atol=1e-7)
    again = polis_axes(counts, moderated, axes[:, 0])
    assert np.allclose(again, axes, atol=1e-7)


def test_without_spread_there_is_no_axis() -> None:
    counts = at_once({0: {0: 1, 1: -1}, 1: {0: 1, 1: -1}})
    assert not polis_axes(counts, np.zeros(N_STATEMENTS, bool)).any()
    assert not polis_axes(at_once({0: {0: 1}}, 1), np.zeros(1, bool)).any()
