"""The few loops over all votes, compiled by numba if it is installed, else in numpy and scipy.

Either way adds the same numbers in the same order, so the results are the same to the last bit.
`PARTAGE_NUMBA` chooses: `auto` (compiled from `FROM_VOTES` votes on, since loading the compiler
costs more than few votes save), `yes`, `no`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from partage.calc.canonical import Codes, last_of_each_pair

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Result = TypeVar("Result")
Sums = TypeVar("Sums", Floats, Ints)

FROM_VOTES = 5_000_000
ANSWERS = 3  # disagree, pass, agree
BLOCK = 1 << 15  # people whose sums are added up apart, in any number of threads
KEPT_VOTES = 1 << 22  # so many stay as matrices between passes; of more only one block at a time
SORTED_VOTES = 1 << 23  # votes sorted together without numba
MOST_THREADS = 4
# In one number of 64 bits: how many, the one answer, the other, their product; so many people fit.
PACKED_PEOPLE, FIELD = (1 << 14) - 1, 16


@cache
def is_installed() -> bool:
    return find_spec("numba") is not None


def is_used(n_votes: int) -> bool:
    """Whether loops over so many votes are compiled."""
    choice = os.environ.get("PARTAGE_NUMBA", "").strip().lower() or "auto"
    wanted = choice == "yes" or (choice == "auto" and n_votes >= FROM_VOTES)
    return wanted and is_installed()


@cache
def loops() -> Any:
    """`partage.calc.loops`, loaded when first used: numba takes half a second and 100 MB."""
    return import_module("partage.calc.loops")


@dataclass(frozen=True)
class VoteRows:
    """The votes of each person one after the other, two bytes each where there is room.

    An answer has the number 3 * statement + answer + 1: the answers to a statement follow each other.

    Attributes
    ----------
    starts : int64 (n_people + 1,), where the votes of each person begin, and the end
    numbers : (n_votes,), number of each answer, increasing within a person, one for a statement
    n_statements : how many statements there are
    """

    starts: Ints
    numbers: NDArray[np.integer]
    n_statements: int

    @property
    def n_people(self) -> int:
        return len(self.starts) - 1

    @property
    def n_answers(self) -> int:
        return ANSWERS * self.n_statements

    @property
    def statements(self) -> Ints:
        """Statement of each vote, (n_votes,)."""
        return self.numbers.astype(np.int64) // ANSWERS

    @property
    def answers(self) -> NDArray[np.int8]:
        """1, -1 or 0, (n_votes,)."""
        return (self.numbers % ANSWERS).astype(np.int8) - np.int8(1)

    def first(self, n_people: int) -> "VoteRows":
        """The votes of the first people."""
        starts = self.starts[: n_people + 1]
        return VoteRows(starts, self.numbers[: starts[-1]], self.n_statements)

    def sums(self, values: Floats) -> Floats:
        """For each person the sum of the values of their answers.

        Parameters
        ----------
        values : (n_answers,), by number of the answer

        Returns
        -------
        (n_people,)
        """
        sums = np.empty(self.n_people)
        if self._is_compiled:
            _each(lambda *block: self._run(loops().sums, values, sums, block), self._blocks())
        else:
            for (start, stop), matrix in zip(self._blocks(), self._matrices(), strict=True):
                sums[start:stop] = matrix @ values
        return sums

    def spread(self, values: Floats) -> Floats:
        """For each answer the sum, over the people who gave it, of their own `sums(values)`.

        Returns
        -------
        (n_answers,)
        """

        def run(start: int, stop: int) -> Floats:
            spread = np.zeros(self.n_answers)
            self._run(loops().spread, values, spread, (start, stop))
            return spread

        if self._is_compiled:
            parts = _each(run, self._blocks())
        else:
            parts = (matrix.T @ (matrix @ values) for matrix in self._matrices())
        return _total(parts, np.zeros(self.n_answers))

    def counts(self, groups: NDArray[np.integer], n_groups: int) -> Ints:
        """How many people of each group gave each answer.

        Parameters
        ----------
        groups : (n_people,), from 0

        Returns
        -------
        (n_groups, n_answers)
        """

        def run(start: int, stop: int) -> Ints:
            counts = np.zeros((n_groups, self.n_answers), np.int64)
            self._run(loops().counts, groups, counts, (start, stop))
            return counts

        def plain(start: int, stop: int) -> Ints:
            sizes = np.diff(self.starts[start : stop + 1])
            cells = groups[start:stop].astype(np.int64).repeat(sizes) * self.n_answers
            cells += self._numbers(start, stop)
            return np.bincount(cells, minlength=empty.size).reshape(empty.shape)

        empty = np.zeros((n_groups, self.n_answers), np.int64)
        work = run if self._is_compiled else plain
        return _total(_each(work, self._blocks()), empty)

    def pairs(self) -> Iterator[Ints]:
        """Counts of pairs of answers by at most `PACKED_PEOPLE` people at a time, packed.

        Each is (n_statements, n_statements); in row j and column k, j up to k, the sum over the
        people who answered both of (1 + x_j 2**16) (1 + x_k 2**32).
        """
        for start, stop in self._blocks(PACKED_PEOPLE):
            if self._is_compiled:
                packed = np.zeros((self.n_statements, self.n_statements), np.int64)
                self._run(loops().pairs, (FIELD, 2 * FIELD), packed, (start, stop))
            else:
                packed = self._plain_pairs(start, stop)
            yield packed

    def _plain_pairs(self, start: int, stop: int) -> Ints:
        numbers = self._numbers(start, stop)
        statements = numbers.astype(np.int32) // ANSWERS
        answers = numbers.astype(np.int64) % ANSWERS - 1
        places = statements, self._starts(start, stop)
        shape = (stop - start, self.n_statements)
        one, other = (
            csr_array((1 + (answers << shift), *places), shape) for shift in (FIELD, 2 * FIELD)
        )
        packed: Ints = (one.T @ other).toarray()
        return np.triu(packed)

    @property
    def _is_compiled(self) -> bool:
        return is_used(len(self.numbers))

    def _run(
        self, loop: Callable[..., None], given: object, found: object, block: tuple[int, int]
    ) -> None:
        loop(self.starts, self.numbers, given, found, block)

    def _blocks(self, size: int = BLOCK) -> list[tuple[int, int]]:
        return list(pairwise([*range(0, self.n_people, size), self.n_people]))

    def _starts(self, start: int, stop: int) -> NDArray[np.int32]:
        return np.asarray(self.starts[start : stop + 1] - self.starts[start], np.int32)

    def _numbers(self, start: int, stop: int) -> NDArray[np.integer]:
        return self.numbers[self.starts[start] : self.starts[stop]]

    def _matrix(self, start: int, stop: int) -> csr_array:
        """Some people by answers: one where a person gave it."""
        numbers = self._numbers(start, stop).astype(np.int32)
        shape = (stop - start, self.n_answers)
        return csr_array((np.ones(numbers.size), numbers, self._starts(start, stop)), shape)

    def _matrices(self) -> Iterator[csr_array]:
        if len(self.numbers) <= KEPT_VOTES:
            return iter(self._kept_matrices)
        return (self._matrix(*block) for block in self._blocks())

    @cached_property
    def _kept_matrices(self) -> list[csr_array]:
        return [self._matrix(*block) for block in self._blocks()]


def unpacked(packed: Ints) -> tuple[Ints, ...]:
    """The four fields of packed `pairs`: how many, x_j, x_k, and their product, summed."""
    fields, half = [], 1 << (FIELD - 1)
    for _ in range(64 // FIELD):
        # A field may be negative, and has then borrowed from the next.
        field = ((packed + half) & ((1 << FIELD) - 1)) - half
        packed = (packed - field) >> FIELD
        fields.append(field)
    return tuple(fields)


def settled(
    columns: tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.int8]],
    n_people: int,
    n_statements: int,
) -> VoteRows:
    """The last vote of each person on each statement, put together.

    Parameters
    ----------
    columns : people and statements as numbers from 0, answers; votes in the order they were cast
    """
    starts = np.zeros(n_people + 1, np.int64)
    numbers = np.empty(columns[2].size, np.min_scalar_type(ANSWERS * n_statements))
    if is_used(numbers.size):
        loops().gather(*columns, starts, numbers)
        loops().settle(starts, numbers)
    else:
        _settle(columns, starts, numbers)
    return VoteRows(starts, numbers[: starts[-1]], n_statements)


def _settle(
    columns: tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.int8]],
    starts: Ints,
    numbers: NDArray[np.integer],
) -> None:
    """Some people after the others, so that millions of votes are sorted in little memory."""
    people, n_people, end = columns[0], len(starts) - 1, 0
    together = max(n_people * SORTED_VOTES // max(people.size, 1), 1)
    for start in range(0, n_people, together):
        stop = min(start + together, n_people)
        theirs = slice(None) if stop - start == n_people else _between(people, start, stop)
        who, what = (column[theirs].astype(np.int64) for column in columns[:2])
        codes = Codes(who - start, what, columns[2][theirs])
        kept = last_of_each_pair(codes, int(what.max(initial=0)) + 1)
        each = np.bincount(kept.people, minlength=stop - start)
        starts[start + 1 : stop + 1] = end + np.cumsum(each)
        numbers[end : starts[stop]] = ANSWERS * kept.statements + kept.answers + 1
        end = int(starts[stop])


def _between(people: NDArray[np.integer], start: int, stop: int) -> Ints:
    return np.flatnonzero((people >= start) & (people < stop))


def _each(work: Callable[[int, int], Result], blocks: list[tuple[int, int]]) -> Iterator[Result]:
    """The work on each block, in order, by several threads if there are several blocks."""
    if len(blocks) < 2:
        return iter([work(*block) for block in blocks])
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        return iter(list(pool.map(lambda block: work(*block), blocks)))


def _total(parts: Iterable[Sums], total: Sums) -> Sums:
    """All parts added to the total, one after the other: always in the same order."""
    for part in parts:
        total += part
    return total
