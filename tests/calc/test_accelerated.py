"""Compiled or not, the same votes give the same: numbers to the last bit, groups, what is published."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from partage.calc import accelerated
from partage.calc.accelerated import is_installed, is_used
from partage.calc.arrival import ArrivalVotes, arrival_votes_from_arrays
from partage.calc.co_votes import CoVotes
from partage.calc.polis import polis, published

Result = TypeVar("Result")
Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

ROWS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(-5, 20), st.sampled_from((-1, 0, 1))), max_size=200
)
MANY_DRAWS = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Result]], list[Result]]:
    """What some work gives compiled, and in numpy and scipy."""
    assert is_installed()

    def each(work: Callable[[], Result]) -> list[Result]:
        results = []
        for choice in ("yes", "no"):
            monkeypatch.setenv("PARTAGE_NUMBA", choice)
            assert is_used(1) == (choice == "yes")
            results.append(work())
        return results

    return each


def made_up(seed: int, people: int, statements: int, each: int) -> Columns:
    """Votes of a stretched cloud; some come twice, and people come mixed up."""
    rng = np.random.default_rng(seed)
    who = rng.permutation(np.repeat(np.arange(people), each))
    what = rng.integers(statements, size=who.size)
    points = rng.standard_normal((people, 2)) * (2, 1)
    leanings = (rng.standard_normal((statements, 2))[what] * points[who]).sum(axis=1)
    return who, what, np.sign(np.round(leanings)).astype(np.int64)


def assert_same_votes(one: ArrivalVotes, other: ArrivalVotes) -> None:
    assert tuple(one.people_ids) == tuple(other.people_ids)
    assert one.statement_ids == other.statement_ids
    assert np.array_equal(one.rows.starts, other.rows.starts)
    assert np.array_equal(one.rows.numbers, other.rows.numbers)


def assert_same_answer(votes: ArrivalVotes, both: Callable[..., list[Any]]) -> None:
    moderated = votes.statement_ids[3:5]
    one, other = both(lambda: polis(votes, moderated=moderated))
    assert published(one) == published(other)
    assert np.array_equal(one.labels, other.labels)
    assert np.array_equal(one.map.people, other.map.people)
    pairs, others = both(lambda: CoVotes.of_rows(votes.rows))
    for counts, expected in zip(pairs.totals(), others.totals(), strict=True):
        assert np.array_equal(counts, expected)


@MANY_DRAWS
@given(rows=ROWS)
def test_any_votes_give_the_same_both_ways(
    rows: list[tuple[int, int, int]], both: Callable[..., list[Any]]
) -> None:
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    compiled, plain = both(lambda: arrival_votes_from_arrays(*columns))
    assert_same_votes(compiled, plain)
    assert_same_answer(plain, both)


@pytest.mark.parametrize(
    ("people", "statements", "each"),
    [(2000, 150, 20), (33_000, 120, 8), (60, 400, 200), (300, 9, 9)],
)
def test_many_votes_give_the_same_both_ways(
    people: int,
    statements: int,
    each: int,
    both: Callable[..., list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More people than are added up at once; more statements than people; nearly all answered."""
    # As if these were millions, which are sorted, and made into matrices, in parts.
    monkeypatch.setattr(accelerated, "SORTED_VOTES", 5_000)
    monkeypatch.setattr(accelerated, "KEPT_VOTES", 10_000)
    columns = made_up(people, people, statements, each)
    compiled, plain = both(lambda: arrival_votes_from_arrays(*columns))
    assert_same_votes(compiled, plain)
    assert_same_answer(plain, both)


WITHOUT = """
import sys
if sys.argv[1] == "blocked":
    sys.modules["numba"] = None
from partage.calc.arrival import arrival_votes_from_arrays
from partage.calc.polis import polis
print(polis(arrival_votes_from_arrays("aabb", [1, 2, 1, 2], [1, 1, -1, 1])).k)
print(sys.modules.get("numba"))
"""


@pytest.mark.parametrize(("how", "choice"), [("blocked", "yes"), ("installed", "auto")])
def test_few_votes_and_a_site_without_numba_do_not_load_it(
    how: str, choice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTAGE_NUMBA", choice)
    command = [sys.executable, "-c", WITHOUT, how]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "None"]
