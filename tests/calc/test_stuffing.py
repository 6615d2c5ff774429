"""Signs of stuffing: found where planted, silent among people who answer on their own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.stuffing import (
    FEWEST_ALIKE,
    FEWEST_ANSWERS,
    FEWEST_IN_A_BURST,
    Cast,
    alike,
    bursts,
    too_fast,
)

DAY = 86_400.0


def crowd(seed: int, people: int = 300, sentences: int = 15) -> Cast:
    """People who come over thirty days, answer on their own, and take two to nine seconds each."""
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.2, 0.8, sentences)
    answers = np.where(rng.random((people, sentences)) < shares, 1, -1)
    begins = np.sort(rng.uniform(0, 30 * DAY, people))[:, None]
    seconds = begins + np.cumsum(rng.uniform(2, 9, (people, sentences)), axis=1)
    who, asked = np.indices(answers.shape)
    return Cast(who.ravel(), asked.ravel(), answers.ravel(), seconds.ravel())


def with_stuffer(votes: Cast, count: int, *, gap: float) -> Cast:
    """One person more, with so many devices, who says the same each time."""
    asked = np.unique(votes.asked)
    first = int(votes.people.max()) + 1
    who = np.repeat(np.arange(first, first + count), len(asked))
    seconds = 9 * DAY + np.arange(len(who)) * gap
    answers = np.tile(np.where(asked % 2, 1, -1), count)
    return Cast(
        np.concatenate([votes.people, who]),
        np.concatenate([votes.asked, np.tile(asked, count)]),
        np.concatenate([votes.answers, answers]),
        np.concatenate([votes.seconds, seconds]),
    )


@pytest.mark.parametrize("seed", range(20))
def test_a_crowd_that_answers_on_its_own_raises_nothing(seed: int) -> None:
    votes = crowd(seed)
    assert not bursts(votes) and not alike(votes) and not too_fast(votes)


@pytest.mark.parametrize("seed", range(5))
def test_a_stuffer_is_found_by_each_rule_with_nobody_else(seed: int) -> None:
    votes = with_stuffer(crowd(seed), 20, gap=0.3)
    mine = frozenset(range(300, 320))
    [burst], [same] = bursts(votes), alike(votes)
    assert mine <= burst.people and len(burst.people) <= 22
    assert same.people == too_fast(votes) == mine
    assert same.sentences == 15 and same.expected < 1 < burst.expected + 1


def test_a_patient_stuffer_is_found_only_by_what_they_say() -> None:
    votes = with_stuffer(crowd(1), 20, gap=400.0)
    assert not bursts(votes) and not too_fast(votes)
    assert [one.people for one in alike(votes)] == [frozenset(range(300, 320))]


def test_many_who_agree_with_what_nearly_all_agree_with_are_not_in_doubt() -> None:
    who, asked = np.indices((100, 10))
    answers = np.ones((100, 10), int)
    answers[:5, 0] = -1
    votes = Cast(who.ravel(), asked.ravel(), answers.ravel(), np.arange(1000) * 60.0)
    assert alike(votes) == []


@pytest.mark.parametrize(("people", "found"), [(FEWEST_ALIKE - 1, 0), (FEWEST_ALIKE, 1)])
def test_the_least_alike(people: int, found: int) -> None:
    assert len(alike(with_stuffer(crowd(2), people, gap=400.0))) == found


@pytest.mark.parametrize(("people", "found"), [(FEWEST_IN_A_BURST - 3, 0), (FEWEST_IN_A_BURST, 1)])
def test_the_least_in_a_burst(people: int, found: int) -> None:
    assert len(bursts(with_stuffer(crowd(3), people, gap=0.5))) == found


@given(st.integers(0, FEWEST_ANSWERS - 1))
def test_few_answers_are_too_few_to_judge(count: int) -> None:
    who, asked = (axis.ravel() for axis in np.indices((30, count)))
    votes = Cast(who, asked, np.ones(who.size, int), np.arange(who.size) * 0.01)
    assert alike(votes) == [] and too_fast(votes) == frozenset()


@given(st.permutations(range(24)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    who, asked = (axis.ravel() for axis in np.indices((3, 8)))
    votes = Cast(who, asked, np.ones(24, int), np.arange(24) * 0.5)
    mixed = Cast(*(column[order] for column in vars(votes).values()))
    assert too_fast(mixed) == too_fast(votes) == frozenset({0, 1, 2})
    assert (alike(mixed), bursts(mixed)) == (alike(votes), bursts(votes))
