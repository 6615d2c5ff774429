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
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What each pair counts: one, the product, the answer to the first statement, that to the second.
COUNTED = 4
# By an answer: what is counted for each unit of the other answer, and whatever the other is.
LINE = {
    answer: (np.array([0, answer, 0, 1], np.int32), np.array([1, 0, answer, 0], np.int32))
    for answer in (-1, 0, 1)
}
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
        counts = cls(n_statements)
        shape = (int(people.max(initial=-1)) + 1, n_statements)
        seen = csr_array((np.ones(people.size, np.int64), (people, statements)), shape)
        said = csr_array((answers.astype(np.int64), (people, statements)), shape)
        totals = ((seen.T @ seen), (said.T @ said), (said.T @ seen))
        counts._take(Totals(*(matrix.toarray() for matrix in totals)))
        return counts

    def _take(self, totals: Totals) -> None:
        self._own += np.column_stack([np.diagonal(matrix) for matrix in totals])
        together, products, answers = totals
        each = (together, products, answers, answers.T)
        self._pairs += np.stack([np.triu(matrix, 1) for matrix in each], axis=2).astype(np.int32)

    def cast(self, before: Mapping[int, int], statement: int, answer: int) -> None:
        """One person answers, or answers otherwise than before.

        Parameters
        ----------
        before : the answers of this person until now, statement to answer
        statement, answer : the new one: 1, -1 or 0
        """
        others = before
        if statement in before:
            others = {other: said for other, said in before.items() if other != statement}
            self._count(others, statement, before[statement], -1)
        self._count(others, statement, answer, 1)

    def _count(self, others: Mapping[int, int], statement: int, answer: int, times: int) -> None:
        rows = np.fromiter(others.keys(), np.intp, len(others))
        said = np.fromiter(others.values(), np.int32, len(others))
        row = self._pairs[statement]
        # One, the product, this answer, the other: in what the other was, all four are straight lines.
        row[rows] += said[:, None] * LINE[answer][0] * times + LINE[answer][1] * times
        own = self._own[statement]
        own += OWN[answer] * times

    def forget(self, answers: Mapping[int, int]) -> None:
        """Take a person away, with all their answers, as if they had never voted."""
        left = dict(answers)
        for statement, answer in answers.items():
            del left[statement]
            self._count(left, statement, answer, -1)

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
            self._pairs[:, :, i].astype(np.int64) for i in range(COUNTED)
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
        together, products, answers = self.totals()
        means = self.means()
        shifted = answers * means
        gram: Floats = products - shifted - shifted.T + together * np.outer(means, means)
        return gram
