"""Everybody's votes, walked through in parts: what is asked of all adds up over the parts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from partage.calc.adding import Adding
from partage.calc.canonical import Ints, Rows
from partage.calc.ppca import Observed, observed_rows

BLOCK_PEOPLE = 50_000  # of which the matrices are in memory at once
Total = TypeVar("Total", bound=Adding)


class Everybody(Protocol):
    """The people of a landscape, in one memory or in many."""

    @property
    def n_people(self) -> int: ...

    @property
    def statement_ids(self) -> tuple[str, ...]: ...

    def total(self, reading: Callable[[Observed], Total]) -> Total:
        """What a reading says of each part, added up."""

    def people(self, numbers: Ints) -> Observed:
        """The votes of these people, by their numbers in the canonical order, increasing."""


@dataclass(frozen=True)
class InBlocks:
    """Everybody in one memory, read in blocks of people.

    Attributes
    ----------
    votes : rows sorted by person, then statement, as `partage.calc.votes.Votes`; at least one
    n_people : all of them
    statement_ids : names
    block_people : how many make a block
    """

    votes: Rows
    n_people: int
    statement_ids: tuple[str, ...]
    block_people: int = BLOCK_PEOPLE

    def total(self, reading: Callable[[Observed], Total]) -> Total:
        return reduce(add, map(reading, self._blocks()))

    def _blocks(self) -> Iterator[Observed]:
        people = self.votes.people
        firsts = [*range(0, self.n_people, self.block_people), self.n_people]
        # Of the same type, or the whole column would be copied.
        rows = np.searchsorted(people, np.array(firsts, people.dtype)).tolist()
        for (first, last), (start, end) in zip(pairwise(firsts), pairwise(rows), strict=True):
            yield self._observed(slice(start, end), people[start:end] - first, last - first)

    def people(self, numbers: Ints) -> Observed:
        if numbers.size == self.n_people:
            return self._observed(slice(None), self.votes.people, self.n_people)
        is_chosen = np.zeros(self.n_people, bool)
        is_chosen[numbers] = True
        rows = is_chosen[self.votes.people]
        return self._observed(rows, np.searchsorted(numbers, self.votes.people[rows]), numbers.size)

    def _observed(
        self, rows: slice | NDArray[np.bool_], people: NDArray[np.integer], n_people: int
    ) -> Observed:
        shape = (n_people, len(self.statement_ids))
        return observed_rows(people, self.votes.statements[rows], self.votes.answers[rows], shape)
