"""Votes in the order in which they came, for rules that depend on it (`partage.calc.polis`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.canonical import Codes, Ints, last_of_each_pair
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


@dataclass(frozen=True)
class ArrivalVotes:
    """Who answered what: one row per (person, statement), sorted by person then statement.

    People and statements are numbered in the order in which they first appear. Build it with
    `arrival_votes` or `arrival_votes_from_arrays`.

    Attributes
    ----------
    people : int64 array of shape (n_votes,), index into `people_ids`, increasing
    statements : int64 array of shape (n_votes,), index into `statement_ids`
    answers : int8 array of shape (n_votes,): 1 agree, -1 disagree, 0 pass
    people_ids, statement_ids : names, in the order of the indices
    """

    people: Ints
    statements: Ints
    answers: NDArray[np.int8]
    people_ids: tuple[str, ...]
    statement_ids: tuple[str, ...]

    def votes_per_person(self) -> Ints:
        return np.bincount(self.people, minlength=len(self.people_ids))


class _Numbered(NamedTuple):
    """The distinct values of a column, by first appearance, and the number of each row's value."""

    values: NDArray[np.generic]
    codes: Ints

    @property
    def names(self) -> tuple[str, ...]:
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
    rows = _admitted((people, max_people), (statements, max_statements))
    if rows.size < checked.size:
        checked = checked[rows]
        people, statements = (
            _numbered(column.values[column.codes[rows]]) for column in (people, statements)
        )
    codes = Codes(people.codes, statements.codes, checked)
    kept = last_of_each_pair(codes, len(statements.values))
    return ArrivalVotes(
        kept.people.astype(np.int64, copy=False),
        kept.statements.astype(np.int64, copy=False),
        kept.answers,
        people.names,
        statements.names,
    )


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
        numbered.people,
        numbered.statements,
        numbered.answers,
        tuple(people[int(code)] for code in numbered.people_ids),
        tuple(statements[int(code)] for code in numbered.statement_ids),
    )


def _numbered(column: NDArray[np.generic]) -> _Numbered:
    values, codes = distinct(column)
    first = np.full(values.size, column.size)
    np.minimum.at(first, codes, np.arange(column.size))
    order = np.argsort(first, kind="stable")
    ranks = np.empty(values.size, np.int64)
    ranks[order] = np.arange(order.size)
    return _Numbered(values[order], ranks[codes])


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
