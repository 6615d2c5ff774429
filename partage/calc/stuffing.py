"""Signs of one person answering as many: computed from votes, about sets and never about a person.

Each rule is a constant here and a line of docs/method/assurance.md. None of them proves anything: a
meeting is a burst, and members of a union may answer as one. People judge.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]

WINDOW_SECONDS = 600
FEWEST_IN_A_BURST = 10
BURST_TIMES = 10.0  # the mean of the other windows
FEWEST_ALIKE = 5
FEWEST_ANSWERS = 8
ALIKE_TIMES = 10.0  # what the share of each answer leads to expect
SECONDS_BETWEEN = 1.0


@dataclass(frozen=True)
class Cast:
    """Votes as three columns of one length, and when each was cast, in seconds since any moment.

    A person stands once at most for a sentence.
    """

    people: Ints
    asked: Ints
    answers: Ints
    seconds: Floats


@dataclass(frozen=True)
class Burst:
    """Newcomers of one window, by their numbers; `expected`: the mean of the other windows."""

    begins: float
    people: frozenset[int]
    expected: float


@dataclass(frozen=True)
class Alike:
    """People who answered the same sentences with the same answers; `expected`: how many would."""

    sentences: int
    people: frozenset[int]
    expected: float


def bursts(votes: Cast) -> list[Burst]:
    """Windows of ten minutes in which far more people began than in the others, in order.

    A window is one when at least 10 people gave their first answer in it, and 10 times as many as
    in the mean of the other windows from the first one to the last.

    >>> seconds = np.array([*range(0, 60_000, 1200), *[30_000.0 + n for n in range(20)]], float)
    >>> people = np.arange(len(seconds))
    >>> votes = Cast(people, np.zeros(len(people), int), np.ones(len(people), int), seconds)
    >>> [(burst.begins, len(burst.people)) for burst in bursts(votes)]
    [(30000.0, 21)]
    """
    people, first = _first_answers(votes)
    if not len(people):
        return []
    start = np.floor(first.min() / WINDOW_SECONDS)
    places = (np.floor(first / WINDOW_SECONDS) - start).astype(np.int64)
    counts = np.bincount(places)
    if len(counts) < 2:
        return []  # nothing to compare with
    expected = (counts.sum() - counts) / (len(counts) - 1)
    found = np.flatnonzero((counts >= FEWEST_IN_A_BURST) & (counts >= BURST_TIMES * expected))
    return [
        Burst(
            float((start + place) * WINDOW_SECONDS),
            frozenset(people[places == place].tolist()),
            float(expected[place]),
        )
        for place in found
    ]


def _first_answers(votes: Cast) -> tuple[Ints, Floats]:
    people, places = np.unique(votes.people, return_inverse=True)
    first = np.full(len(people), np.inf)
    np.minimum.at(first, places, votes.seconds)
    return people, first


def alike(votes: Cast) -> list[Alike]:
    """Sets of people with the very same answers to the very same sentences, the largest first.

    A set is one when it has at least 5 people with at least 8 answers each, and 10 times as many
    people as those who answered these very sentences would make if each answered on their own, with
    the shares that each sentence has among all.

    >>> rng = np.random.default_rng(0)
    >>> table = rng.choice([-1, 1], size=(60, 10))
    >>> table[:6] = table[0]
    >>> people, asked = (axis.ravel() for axis in np.indices(table.shape))
    >>> votes = Cast(people, asked, table.ravel(), np.zeros(table.size))
    >>> [sorted(each.people) for each in alike(votes)]
    [[0, 1, 2, 3, 4, 5]]
    """
    if not len(votes.people):
        return []
    shares = _shares(votes)
    vectors = _vectors(votes)
    same: defaultdict[tuple[tuple[int, int], ...], set[int]] = defaultdict(set)
    for person, vector in vectors.items():
        if len(vector) >= FEWEST_ANSWERS:
            same[vector].add(person)
    asked = _people_by_sentences(vectors)
    found = []
    for vector, people in same.items():
        if len(people) >= FEWEST_ALIKE:
            chance = float(np.prod([shares[pair] for pair in vector]))
            expected = asked[frozenset(sentence for sentence, _answer in vector)] * chance
            if len(people) >= ALIKE_TIMES * expected:
                found.append(Alike(len(vector), frozenset(people), expected))
    return sorted(found, key=lambda each: (-len(each.people), sorted(each.people)))


def _shares(votes: Cast) -> dict[tuple[int, int], float]:
    """How often each answer was given, of all answers to its sentence."""
    pairs, counts = np.unique(np.stack([votes.asked, votes.answers]), axis=1, return_counts=True)
    totals: defaultdict[int, int] = defaultdict(int)
    for sentence, count in zip(pairs[0].tolist(), counts.tolist(), strict=True):
        totals[sentence] += count
    rows = zip(pairs[0].tolist(), pairs[1].tolist(), counts.tolist(), strict=True)
    return {(sentence, answer): count / totals[sentence] for sentence, answer, count in rows}


def _vectors(votes: Cast) -> dict[int, tuple[tuple[int, int], ...]]:
    order = np.lexsort((votes.asked, votes.people))
    columns = (votes.people[order], votes.asked[order], votes.answers[order])
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, sentence, answer in zip(*(column.tolist() for column in columns), strict=True):
        found[person].append((sentence, answer))
    return {person: tuple(pairs) for person, pairs in found.items()}


def _people_by_sentences(
    vectors: dict[int, tuple[tuple[int, int], ...]],
) -> dict[frozenset[int], int]:
    """How many people answered exactly these sentences."""
    found: defaultdict[frozenset[int], int] = defaultdict(int)
    for vector in vectors.values():
        found[frozenset(sentence for sentence, _answer in vector)] += 1
    return found


def too_fast(votes: Cast) -> frozenset[int]:
    """People with at least 8 answers, half of which came within a second of the one before.

    >>> seconds = np.concatenate([np.arange(9) * 0.4, np.arange(9) * 5.0])
    >>> people = np.repeat([1, 2], 9)
    >>> votes = Cast(people, np.tile(np.arange(9), 2), np.ones(18, int), seconds)
    >>> sorted(too_fast(votes))
    [1]
    """
    order = np.lexsort((votes.seconds, votes.people))
    people, seconds = votes.people[order], votes.seconds[order]
    cuts = np.flatnonzero(np.diff(people)) + 1
    runs = zip(np.split(people, cuts), np.split(seconds, cuts), strict=True)
    return frozenset(
        int(person[0])
        for person, at in runs
        if len(at) >= FEWEST_ANSWERS and float(np.median(np.diff(at))) < SECONDS_BETWEEN
    )
