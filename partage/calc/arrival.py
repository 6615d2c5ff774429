"""Votes in the order in which they came, for rules that depend on it (`partage.calc.polis`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from partage.calc.accelerated import VoteRows, settled
from partage.calc.canonical import Ints
from partage.calc.votes import (
    Ballot,
    as_column,
    checked_answers,
    distinct,
    in_time_order,
)

# Polis lets nobody in beyond these.
MAX_PEOPLE = 100_000
MAX_STATEMENTS = 10_000
SPARSE = 8  # numbers spread over more than so many times their count are sorted instead
AT_ONCE = 1 << 20


class Numerals(Sequence[str]):
    """Whole numbers as names, written out when read: millions of them are not kept as text."""

    def __init__(self, numbers: NDArray[np.generic]) -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "Numerals": ...
    def __getitem__(self, place: int | slice) -> "str | Numerals":
        found = self._numbers[place]
        return Numerals(found) if isinstance(place, slice) else str(found)


@dataclass(frozen=True)
class ArrivalVotes:
    """Who answered what: one vote per (person, statement), sorted by person then statement.

    People and statements are numbered in the order in which they first appear. Build it with
    `arrival_votes` or `arrival_votes_from_arrays`.

    Attributes
    ----------
    rows : the votes of each person
    people_ids, statement_ids : names, in the order of the indices
    """

    rows: VoteRows
    people_ids: Sequence[str]
    statement_ids: tuple[str, ...]

    @property
    def people(self) -> Ints:
        """Index into `people_ids` of each vote, (n_votes,), increasing."""
        return np.arange(len(self.people_ids)).repeat(self.votes_per_person())

    @property
    def statements(self) -> Ints:
        """Index into `statement_ids` of each vote, (n_votes,)."""
        return self.rows.statements

    @property
    def answers(self) -> NDArray[np.int8]:
        """1 agree, -1 disagree, 0 pass, (n_votes,)."""
        return self.rows.answers

    def votes_per_person(self) -> Ints:
        return np.diff(self.rows.starts)


class _Numbered(NamedTuple):
    """The distinct values of a column, by first appearance, and the number of each row's value."""

    values: NDArray[np.generic]
    codes: NDArray[np.integer]

    @property
    def names(self) -> Sequence[str]:
        if self.values.dtype.kind in "iu":
            return Numerals(self.values)
        return tuple(map(str, self.values.tolist()))


def arrival_votes_from_arrays(
    people_ids: Sequence[object] | NDArray[np.generic],
    statement_ids: Sequence[object] | NDArray[np.generic],
    answers: Sequence[int] | NDArray[np.generic],
    *,
    max_people: int = MAX_PEOPLE,
    max_statements: int = MAX_STATEMENTS,
) -> ArrivalVotes:
    """Votes from three parallel columns, first vote cast first.

    A later row replaces an earlier one of the same pair, which keeps its place in the order. A vote
    by somebody new, or on something new, is dropped when there is no room left for it.

    Parameters
    ----------
    people_ids, statement_ids : length n, integers or strings
    answers : length n, each 1 (agree), -1 (disagree) or 0 (pass)
    max_people, max_statements : room; by default that of the Polis engine

    Raises
    ------
    VotesError
        If the columns differ in length or an answer is something else.

    Examples
    --------
    >>> votes = arrival_votes_from_arrays(["zoe", "ann", "zoe"], [7, 7, 7], [1, -1, 0])
    >>> votes.people_ids, votes.answers.tolist()
    (('zoe', 'ann'), [0, -1])
    """
    checked = checked_answers(people_ids, statement_ids, answers)
    people, statements = _numbered(as_column(people_ids)), _numbered(as_column(statement_ids))
    if len(people.values) > max_people or len(statements.values) > max_statements:
        kept = _admitted((people, max_people), (statements, max_statements))
        checked = checked[kept]
        people, statements = (
            _numbered(column.values[column.codes[kept]]) for column in (people, statements)
        )
    rows = settled(
        (people.codes, statements.codes, checked), len(people.values), len(statements.values)
    )
    return ArrivalVotes(rows, people.names, tuple(statements.names))


def arrival_votes(
    ballots: Iterable[Ballot],
    *,
    max_people: int = MAX_PEOPLE,
    max_statements: int = MAX_STATEMENTS,
) -> ArrivalVotes:
    """Votes from a file (`partage.calc.votes.stream_votes`), put in the order of their moments.

    Without moments, and for votes of one moment, the order is that of the lines.

    Raises
    ------
    VotesError
        As `stream_votes` does.
    """
    codes, people, statements = in_time_order(ballots)
    numbered = arrival_votes_from_arrays(
        codes.people,
        codes.statements,
        codes.answers,
        max_people=max_people,
        max_statements=max_statements,
    )
    return ArrivalVotes(
        numbered.rows,
        tuple(people[int(code)] for code in numbered.people_ids),
        tuple(statements[int(code)] for code in numbered.statement_ids),
    )


def _numbered(column: NDArray[np.generic]) -> _Numbered:
    if column.dtype.kind in "iu" and column.size:
        lowest, highest = int(column.min()), int(column.max())
        # Numbers without large gaps need no sorting.
        if highest - lowest <= SPARSE * column.size and highest <= np.iinfo(np.int64).max:
            return _by_table(column, lowest, highest)
    values, codes = distinct(column)
    first = np.empty(values.size, np.int64)
    # From the last row to the first one, which stays.
    first[codes[::-1]] = np.arange(column.size)[::-1]
    order = np.argsort(first, kind="stable")
    ranks = np.empty(values.size, np.int64)
    ranks[order] = np.arange(order.size)
    return _Numbered(values[order], ranks[codes])


def _by_table(column: NDArray[Any], lowest: int, highest: int) -> _Numbered:
    """The same of whole numbers, some rows at a time: millions of them in little memory."""
    first = np.full(highest - lowest + 1, -1)
    parts = [slice(start, start + AT_ONCE) for start in range(0, column.size, AT_ONCE)]
    for part in reversed(parts):
        rows = np.arange(part.start, min(part.stop, column.size))
        first[column[part][::-1].astype(np.int64) - lowest] = rows[::-1]
    places = np.flatnonzero(first >= 0)
    values = places[np.argsort(first[places])]
    ranks: NDArray[Any] = np.empty(first.size, np.min_scalar_type(values.size))
    ranks[values] = np.arange(values.size)
    codes: NDArray[Any] = np.empty(column.size, ranks.dtype)
    for part in parts:
        codes[part] = ranks[column[part].astype(np.int64) - lowest]
    return _Numbered(values + lowest, codes)


def _admitted(*columns: tuple[_Numbered, int]) -> Ints:
    """Rows of the votes let in.

    Once a column is full it lets nothing new in, and what the other column sees of the votes
    refused does not take room there: the column that fills first is applied first.
    """
    rows = np.arange(columns[0][0].codes.size)
    for column, room in sorted(columns, key=lambda pair: _full_at(*pair)):
        if len(column.values) > room:
            rows = rows[_numbered(column.codes[rows]).codes < room]
    return rows


def _full_at(column: _Numbered, room: int) -> int:
    """Row of the first vote refused; the number of rows if there is none."""
    refused = column.codes >= room
    return int(refused.argmax()) if refused.any() else refused.size
