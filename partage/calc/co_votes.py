"""Counts of pairs of answers: whole numbers from which the axes of the Polis mode follow.

For statements j and k, over the people who answered both: how many they are (N), the sum of the
products of their answers (S), the sum of their answers to j (T). All are sums over people. So votes
may come one by one and change, parts be counted apart and added in any order, and a person be taken
away: the numbers are those of the votes that remain, to the last bit.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.accelerated import VoteRows, settled, unpacked

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What each pair counts: one, the product, the answer to the first statement, that to the second.
COUNTED = 4
# By an answer: what a pair counts, (3, 4), by the other answer: -1, 0 and 1.
LINES = {
    answer: np.array([[1, answer * other, answer, other] for other in (-1, 0, 1)], np.int32)
    for answer in (-1, 0, 1)
}
# The four counts of a pair, moved as one thing: four times faster than row by row.
TOGETHER = np.complex128
STRIP = 32  # rows of the matrix computed together, while they are near the processor
OWN = {answer: np.array([1, answer * answer, answer]) for answer in (-1, 0, 1)}


class Totals(NamedTuple):
    """`together` (N), `products` (S) and `answers` (T), each (n_statements, n_statements).

    On the diagonal: who answered, the sum of the squares, and the sum of the answers.
    """

    together: Ints
    products: Ints
    answers: Ints


class CoVotes:
    """Counts of pairs of answers to some statements, changed in place.

    A vote costs one addition along a row: each pair is kept once, under the statement answered
    last, and the matrices are put together when they are read.

    Parameters
    ----------
    n_statements : how many statements there are, from 0

    Examples
    --------
    Ann agrees with both statements, then changes her answer to the second.

    >>> counts = CoVotes(2)
    >>> counts.cast({}, 0, 1)
    >>> counts.cast({0: 1}, 1, 1)
    >>> counts.cast({0: 1, 1: 1}, 1, -1)
    >>> counts.totals().products.tolist()
    [[1, -1], [-1, 1]]
    """

    def __init__(self, n_statements: int) -> None:
        self.n_statements = n_statements
        self._pairs = np.zeros((n_statements, n_statements, COUNTED), np.int32)
        # Who answered each statement, the sum of the squares and of the answers.
        self._own = np.zeros((n_statements, 3), np.int64)

    @classmethod
    def of(
        cls, people: NDArray[np.integer], statements: NDArray[np.integer],
        answers: NDArray[np.integer], n_statements: int,
    ) -> "CoVotes":  # fmt: skip
        """The counts of votes known at once; each person answers a statement once at most.

        Parameters
        ----------
        people, statements, answers : (n_votes,), numbers from 0, and 1, -1 or 0
        n_statements : how many statements there are
        """
        columns = people, statements, answers.astype(np.int8)
        return cls.of_rows(settled(columns, int(people.max(initial=-1)) + 1, n_statements))

    @classmethod
    def of_rows(cls, rows: VoteRows) -> "CoVotes":
        """The counts of votes put together by person."""
        counts = cls(rows.n_statements)
        for packed in rows.pairs():
            counts._take(packed)
        return counts

    def _take(self, packed: Ints) -> None:
        once, first, second, product = unpacked(packed)
        for place, field in enumerate((once, product, first, second)):
            own = np.diagonal(field)
            if place < self._own.shape[1]:
                self._own[:, place] += own
            np.fill_diagonal(field, 0)
            self._pairs[:, :, place] += field

    def cast(self, before: Mapping[int, int], statement: int, answer: int) -> None:
        """One person answers, or answers otherwise than before.

        Parameters
        ----------
        before : the answers of this person until now, statement to answer
        statement, answer : the new one: 1, -1 or 0
        """
        line, own = LINES[answer], OWN[answer]
        if statement in before:
            others = {other: said for other, said in before.items() if other != statement}
            line, own = line - LINES[before[statement]], own - OWN[before[statement]]
            self._count(others, statement, line, own)
        else:
            self._count(before, statement, line, own)

    def _count(
        self, others: Mapping[int, int], statement: int, line: NDArray[np.int32], own: Ints
    ) -> None:
        places = np.fromiter(others, np.intp, len(others))
        said = np.fromiter(others.values(), np.intp, len(others)) + 1
        row = self._pairs[statement].view(TOGETHER)[:, 0]
        counted = row.take(places)
        counted.view(np.int32)[:] += line.view(TOGETHER)[:, 0].take(said).view(np.int32)
        row[places] = counted
        self._own[statement] += own

    def forget(self, answers: Mapping[int, int]) -> None:
        """Take a person away, with all their answers, as if they had never voted."""
        left = dict(answers)
        for statement, answer in answers.items():
            del left[statement]
            self._count(left, statement, -LINES[answer], -OWN[answer])

    def add(self, other: "CoVotes") -> None:
        """Add the counts of other people on the same statements.

        Raises
        ------
        ValueError
            If the other has another number of statements.
        """
        if other.n_statements != self.n_statements:
            raise ValueError(
                f"statements: {other.n_statements}, expected {self.n_statements} as in the other part"
            )
        self._pairs += other._pairs
        self._own += other._own

    def totals(self) -> Totals:
        """N, S and T."""
        once, product, first, second = (
            self._pairs[:, :, place].astype(np.int64) for place in range(COUNTED)
        )
        matrices = (once + once.T, product + product.T, first + second.T)
        for matrix, own in zip(matrices, self._own.T, strict=True):
            np.fill_diagonal(matrix, own)
        return Totals(*matrices)

    def means(self) -> Floats:
        """Mean answer to each statement, (n_statements,); 0 where nobody answered."""
        means: Floats = self._own[:, 2] / np.maximum(self._own[:, 0], 1)
        return means

    def gram(self) -> Floats:
        """Sums over people of products of answers less their means, (n_statements, n_statements)."""
        means = self.means()
        gram = np.empty((self.n_statements, self.n_statements))
        for start in range(0, self.n_statements, STRIP):
            strip = slice(start, start + STRIP)
            self._fill(gram[strip], strip, means)
        together, products, answers = self._own.T
        np.fill_diagonal(gram, products - 2 * means * answers + together * means**2)
        return gram

    def _fill(self, gram: Floats, strip: slice, means: Floats) -> None:
        """Some rows of the matrix; what stands on the diagonal is not counted in pairs."""
        rows, columns = self._pairs[strip], self._pairs[:, strip].swapaxes(0, 1)
        mine = means[strip, None]
        np.multiply(rows[:, :, 0] + columns[:, :, 0], mine * means, out=gram)
        gram -= (rows[:, :, 2] + columns[:, :, 3]) * means + (
            rows[:, :, 3] + columns[:, :, 2]
        ) * mine
        gram += rows[:, :, 1] + columns[:, :, 1]
