"""The order of people and statements, from the votes alone, never from names or the order of rows.

Keys are sums modulo 2**64 over votes: those of two parts of the people add up to that of both.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

KEY_ROUNDS = 3
MOST_PACKED = 1 << 63
AT_ONCE = 1 << 15  # rows that fit in the processor's cache
ANSWER_MARK = np.uint64(1 << 40)


class Rows(Protocol):
    """Three parallel columns: numbers of people and of statements, and answers."""

    @property
    def people(self) -> NDArray[np.integer]: ...

    @property
    def statements(self) -> NDArray[np.integer]: ...

    @property
    def answers(self) -> NDArray[np.int8]: ...


@dataclass(frozen=True)
class Codes:
    """Votes as numbers, in the order they were cast; each array has the shape (n_votes,)."""

    people: NDArray[np.integer]
    statements: NDArray[np.integer]
    answers: NDArray[np.int8]

    def take(self, rows: Ints) -> "Codes":
        return Codes(self.people[rows], self.statements[rows], self.answers[rows])


def last_of_each_pair(codes: Rows, n_statements: int) -> Codes:
    """The votes that count, by person then statement."""
    order = _order(codes, n_statements)
    people, statements = codes.people[order], codes.statements[order]
    is_last = np.ones(order.size, bool)
    is_last[:-1] = (people[1:] != people[:-1]) | (statements[1:] != statements[:-1])
    return Codes(people[is_last], statements[is_last], codes.answers[order[is_last]])


def by_person(codes: Codes, n_statements: int) -> Codes:
    """The same rows by person, then statement."""
    return codes.take(_order(codes, n_statements))


def _order(codes: Rows, n_statements: int) -> Ints:
    """What sorts rows by person, then statement; rows of one pair stay in their order."""
    pairs = codes.people.astype(np.int64)
    pairs *= max(n_statements, 1)
    pairs += codes.statements
    bits = pairs.size.bit_length()
    if int(pairs.max(initial=0)) >= MOST_PACKED >> bits:
        return np.argsort(pairs, kind="stable")
    # Numbers are sorted several times faster than the order that sorts them is found.
    pairs <<= bits
    for rows in _at_once(pairs.size):
        pairs[rows] |= np.arange(rows.start, rows.stop)
    pairs.sort()
    pairs &= (1 << bits) - 1
    return pairs


def _at_once(size: int) -> Iterator[slice]:
    for start in range(0, size, AT_ONCE):
        yield slice(start, min(start + AT_ONCE, size))


def statement_keys(sums_over_all: Callable[[Keys | None], Keys], n_statements: int) -> Keys:
    """One key per statement, from the pattern of votes and no name.

    Each round describes a statement by the keys of those who answered it and how, then a person
    by the keys of the statements and answers. Equal keys mean equal places in the pattern.
    `sums_over_all` adds up `key_sums` over the parts that hold everybody, given the keys so far.
    """
    keys: Keys | None = None
    for _ in range(KEY_ROUNDS):
        keys = mixed(sums_over_all(keys))
    return np.zeros(n_statements, np.uint64) if keys is None else keys


def key_sums(codes: Rows, n_people: int, n_statements: int, keys: Keys | None) -> Keys:
    """What the voters of one part bring to the key of each statement, shape (n_statements,).

    `keys` are those that statements had in the round before, None in the first.
    """
    nobody_known = np.zeros(n_people, np.uint64)
    of_people = nobody_known if keys is None else mixed(_sums(codes, n_people, keys))
    turned = Codes(codes.statements, codes.people, codes.answers)
    return _sums(turned, n_statements, of_people)


def person_keys(codes: Rows, n_people: int) -> Keys:
    """One key per person, shape (n_people,), once statements have their canonical numbers."""
    numbers = np.arange(int(codes.statements.max(initial=-1)) + 1, dtype=np.uint64)
    return mixed(_sums(codes, n_people, mixed(numbers)))


def _sums(codes: Rows, n_people: int, keys: Keys) -> Keys:
    """For each person, a sum over what they answered and how, given the keys of statements."""
    answers = mixed(np.array([0, 1, -1]).astype(np.uint64) ^ ANSWER_MARK)  # -1 takes the last
    total = np.zeros(n_people, np.uint64)
    for rows in _at_once(codes.answers.size):
        # Answers' keys are far from the numbers of statements: no taking one for the other.
        terms = mixed(keys[codes.statements[rows]] + answers[codes.answers[rows]])
        np.add.at(total, codes.people[rows], terms)
    return total


def mixed(numbers: Keys) -> Keys:
    """Scatter 64-bit numbers (the finalizer of splitmix64, Steele et al. 2014)."""
    z = numbers + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z ^= z >> np.uint64(shift)
        z *= np.uint64(factor)
    z ^= z >> np.uint64(31)
    return z


def ranks(
    used: NDArray[np.integer], keys: Keys, names: Sequence[str]
) -> tuple[Ints, tuple[str, ...]]:
    """New number of each old one among those used, and the names in the new order."""
    present = np.flatnonzero(np.bincount(used, minlength=len(names)))
    order = present[np.argsort(keys[present], kind="stable")]
    for same in _runs(keys[order]):
        order[same] = sorted(order[same].tolist(), key=lambda old: names[old])
    new = np.zeros(len(names), np.int64)
    new[order] = np.arange(len(order))
    return new, tuple(names[old] for old in order.tolist())


def _runs(ordered: Keys) -> Iterator[slice]:
    """Where two or more keys in a row are equal."""
    changes = np.flatnonzero(np.diff(ordered)) + 1
    edges = np.concatenate(([0], changes, [ordered.size]))
    for run in np.flatnonzero(np.diff(edges) > 1):
        yield slice(edges[run], edges[run + 1])
