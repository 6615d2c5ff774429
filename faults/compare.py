"""Votes that were acknowledged, against votes that are stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Pair(NamedTuple):
    """One person and one statement: there is one vote, or none."""

    participant: int
    statement: int


class StoredVote(NamedTuple):
    pair: Pair
    answer: int


@dataclass(frozen=True)
class Comparison:
    """`unacknowledged` is no fault: the vote was committed and its answer was cut off."""

    acknowledged: int
    lost: frozenset[Pair]
    doubled: frozenset[Pair]
    unacknowledged: frozenset[Pair]


def compare(acknowledged: Mapping[Pair, int], stored: Iterable[StoredVote]) -> Comparison:
    """A vote is lost when no row holds the answer that was acknowledged."""
    votes = list(stored)
    rows = Counter(vote.pair for vote in votes)
    kept = set(votes)
    return Comparison(
        acknowledged=len(acknowledged),
        lost=frozenset(
            pair for pair, answer in acknowledged.items() if StoredVote(pair, answer) not in kept
        ),
        doubled=frozenset(pair for pair, count in rows.items() if count > 1),
        unacknowledged=frozenset(rows.keys() - acknowledged.keys()),
    )
