"""Votes: read them from a file, keep the last answer of each person, order them.

The order of people and statements comes from the votes alone, never from their names or from the
order of the rows, so that everything computed from it is the same whoever is called what.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.canonical import (
    Codes,
    Ints,
    by_person,
    key_sums,
    last_of_each_pair,
    person_keys,
    ranks,
    statement_keys,
)
from partage.calc.votes_file import Table, VotesError, read_table

__all__ = [
    "Ballot",
    "Votes",
    "VotesError",
    "as_column",
    "checked_answers",
    "columns_read",
    "in_time_order",
    "read_moderated",
    "read_votes",
    "stream_votes",
    "table_votes",
    "votes_from_arrays",
    "votes_of",
]


PERSON_COLUMNS = ("voter-id", "participant-id", "participant", "voter", "person")
STATEMENT_COLUMNS = ("comment-id", "statement-id", "statement", "comment")
VOTE_COLUMNS = ("vote", "answer")
VOTES_COLUMNS = (PERSON_COLUMNS, STATEMENT_COLUMNS, VOTE_COLUMNS)
MOMENT_COLUMNS = ("timestamp",)
# Columns of a Polis participants-votes.csv that are not statements.
MATRIX_EXTRAS = frozenset(("group-id", "n-comments", "n-votes", "n-agree", "n-disagree"))
ANSWERS = {
    "1": 1, "+1": 1, "1.0": 1, "agree": 1,
    "-1": -1, "-1.0": -1, "disagree": -1,
    "0": 0, "0.0": 0, "pass": 0,
}  # fmt: skip
VOTE_ADVICE = "write 1 or agree, -1 or disagree, 0 or pass"
MODERATED_OUT = "-1"
MOST_PACKED = 1 << 63
SPARSE = 8  # numbers spread over more than so many times their count are sorted instead


@dataclass(frozen=True)
class Votes:
    """Who answered what: one row per (person, statement), sorted by person then statement.

    Build it with `votes_from_arrays` or `read_votes`, which put people and statements in an order
    that depends on the votes only.

    Attributes
    ----------
    people : int32 array of shape (n_votes,), index into `people_ids`, increasing
    statements : int32 array of shape (n_votes,), index into `statement_ids`
    answers : int8 array of shape (n_votes,): 1 agree, -1 disagree, 0 "I don't know"
    people_ids, statement_ids : names, in the order of the indices
    """

    people: NDArray[np.int32]
    statements: NDArray[np.int32]
    answers: NDArray[np.int8]
    people_ids: tuple[str, ...]
    statement_ids: tuple[str, ...]

    def without(self, statement_ids: Collection[str]) -> "Votes":
        """The same votes less those on some statements; people left without a vote go too."""
        return self._kept(_is_not(self.statement_ids, statement_ids)[self.statements])

    def without_people(self, people_ids: Collection[str]) -> "Votes":
        """The votes of the others; statements left without a vote go too."""
        return self._kept(_is_not(self.people_ids, people_ids)[self.people])

    def _kept(self, rows: NDArray[np.bool_]) -> "Votes":
        codes = Codes(self.people[rows], self.statements[rows], self.answers[rows])
        return _canonical(codes, self.people_ids, self.statement_ids)


def _is_not(names: Sequence[str], dropped: Collection[str]) -> NDArray[np.bool_]:
    unwanted = frozenset(dropped)
    return np.array([name not in unwanted for name in names], bool)


@dataclass
class _Numbering:
    """Gives each new name the next number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def __call__(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))


def votes_from_arrays(
    people_ids: Sequence[object] | NDArray[np.generic],
    statement_ids: Sequence[object] | NDArray[np.generic],
    answers: Sequence[int] | NDArray[np.generic],
) -> Votes:
    """Votes from three parallel columns; a later row replaces an earlier one (the Polis rule).

    Parameters
    ----------
    people_ids, statement_ids : length n, integers or strings
    answers : length n, each 1 (agree), -1 (disagree) or 0 ("I don't know")

    Raises
    ------
    VotesError
        If the columns differ in length or an answer is something else.

    Examples
    --------
    >>> votes = votes_from_arrays(["ann", "bob", "ann"], [1, 1, 1], [1, -1, 0])
    >>> sorted(zip(votes.people_ids, votes.answers.tolist()))
    [('ann', 0), ('bob', -1)]
    """
    checked = checked_answers(people_ids, statement_ids, answers)
    people, people_codes = _numbered(people_ids)
    statements, statement_codes = _numbered(statement_ids)
    return _canonical(Codes(people_codes, statement_codes, checked), people, statements)


def checked_answers(
    people_ids: Sequence[object] | NDArray[np.generic],
    statement_ids: Sequence[object] | NDArray[np.generic],
    answers: Sequence[int] | NDArray[np.generic],
) -> NDArray[np.int8]:
    """The answers, shape (n,), once it is sure that there is one per person and statement.

    Raises
    ------
    VotesError
        If the columns differ in length or an answer is not 1, -1 or 0.
    """
    given = np.asarray(answers)
    if not len(people_ids) == len(statement_ids) == given.size:
        raise VotesError(
            f"people, statements and answers must be as many, got {len(people_ids)}, "
            f"{len(statement_ids)} and {given.size}"
        )
    is_right = (
        (given >= -1) & (given <= 1) if given.dtype.kind == "i" else np.isin(given, (-1, 0, 1))
    )
    wrong = given[~is_right]
    if wrong.size:
        raise VotesError(f"an answer must be 1, -1 or 0, got {wrong.flat[0]}")
    return given.astype(np.int8)


def as_column(names: Sequence[object] | NDArray[np.generic]) -> NDArray[np.generic]:
    """Names as an array of shape (n,): whole numbers stay so, all else becomes text."""
    column = np.asarray(names)
    if column.dtype.kind in "iu":
        return column
    return np.asarray([str(name) for name in names], dtype=np.str_)


def _numbered(names: Sequence[object] | NDArray[np.generic]) -> tuple[tuple[str, ...], Ints]:
    """The distinct names as text, and the number of each row's name."""
    values, codes = distinct(as_column(names))
    return tuple(str(name) for name in values.tolist()), codes


def distinct(column: NDArray[np.generic]) -> tuple[NDArray[np.generic], Ints]:
    """The distinct values of a column, in order, and the place of each row's value among them."""
    if column.dtype.kind in "iu" and column.size:
        lowest, highest = int(column.min()), int(column.max())
        # Numbers without large gaps need no sorting.
        if highest - lowest <= SPARSE * column.size and highest < MOST_PACKED:
            shifted = column.astype(np.int64) - lowest if lowest else column
            is_there = np.zeros(highest - lowest + 1, bool)
            is_there[shifted] = True
            places = np.cumsum(is_there, dtype=np.int32) - np.int32(1)
            return np.flatnonzero(is_there) + lowest, places[shifted]
    return np.unique(column, return_inverse=True)


def _canonical(codes: Codes, people: Sequence[str], statements: Sequence[str]) -> Votes:
    """Last vote of each pair, people and statements renumbered by what was voted."""
    codes = last_of_each_pair(codes, len(statements))
    keys = statement_keys(partial(key_sums, codes, len(people), len(statements)), len(statements))
    new, statement_ids = ranks(codes.statements, keys, statements)
    codes = replace(codes, statements=new.astype(np.int32)[codes.statements])
    # Statements in equal places were told apart by name; people follow the statements, so that
    # only people with the very same votes are left to be ordered by name.
    new, people_ids = ranks(codes.people, person_keys(codes, len(people)), people)
    codes = replace(codes, people=new.astype(np.int32)[codes.people])
    codes = by_person(codes, len(statement_ids))
    return Votes(
        codes.people.astype(np.int32, copy=False),
        codes.statements.astype(np.int32, copy=False),
        codes.answers,
        people_ids,
        statement_ids,
    )


def read_votes(path: Path | str, *, dropped: Collection[str] = ()) -> Votes:
    """Read a votes file: Polis votes.csv or participants-votes.csv, or a plain table.

    A table has one row per vote, with a column for the person (participant, voter, voter-id), one
    for the statement (statement, comment-id) and one for the vote (1, -1, 0 or agree, disagree,
    pass); or one row per person and one column per statement. Commas, semicolons and tabs are
    accepted. With a `timestamp` column of numbers, the latest vote of a pair counts; without, the
    last line does.

    Parameters
    ----------
    path : the file
    dropped : names of statements to leave out (moderated ones)

    Raises
    ------
    VotesError
        One plain sentence: the file, the line, the value seen, what to do.
    """
    return votes_of(stream_votes(path), dropped=dropped)


def votes_of(ballots: Iterable["Ballot"], *, dropped: Collection[str] = ()) -> Votes:
    """The votes that count among ballots in the order of their files, some statements left out."""
    unwanted = frozenset(dropped)
    kept = (ballot for ballot in ballots if ballot.statement not in unwanted)
    return _canonical(*in_time_order(kept))


class Ballot(NamedTuple):
    """One vote of a file: when it was cast (0 if not said), by whom, on what, and its line."""

    moment: float
    person: str
    statement: str
    answer: int
    line: int


def stream_votes(path: Path | str) -> Iterator[Ballot]:
    """The votes of a file one after the other, repeated ones included.

    Takes the same files as `read_votes`, and raises VotesError as it does.
    """
    return table_votes(read_table(Path(path)))


def table_votes(table: Table) -> Iterator[Ballot]:
    """The votes of a table in one of the two shapes of `read_votes`, or VotesError."""
    person, statement, vote = (table.column(names) for names in VOTES_COLUMNS)
    if person is not None and statement is not None and vote is not None:
        return _listed_votes(table, (person, statement, vote))
    if person is not None and statement is None and vote is None and len(table.header) > 1:
        return _matrix_votes(table, person)
    raise table.error(
        1,
        f"the columns are {', '.join(table.header)}",
        "there must be one called participant, one statement and one vote",
    )


def columns_read(table: Table) -> frozenset[int]:
    """Places of the columns that `table_votes` looks at."""
    listed = [table.column(names) for names in VOTES_COLUMNS]
    if None in listed:
        return frozenset(range(len(table.header)))
    found = [*listed, table.column(MOMENT_COLUMNS)]
    return frozenset(place for place in found if place is not None)


def _listed_votes(table: Table, columns: tuple[int, int, int]) -> Iterator[Ballot]:
    person, statement, vote = columns
    when = table.column(MOMENT_COLUMNS)
    for line, row in table.rows:
        answer = ANSWERS.get(row[vote]) if row[vote] in ANSWERS else ANSWERS.get(row[vote].lower())
        if answer is None:
            raise table.error(line, f"the vote is '{row[vote]}'", VOTE_ADVICE)
        if not row[person] or not row[statement]:
            raise table.error(
                line, "the participant or the statement is empty", "give each vote both"
            )
        yield Ballot(_moment(row, when), row[person], row[statement], answer, line)


def _moment(row: Sequence[str], column: int | None) -> float:
    """When the vote was cast, 0 if the file does not say it as a number."""
    if column is None:
        return 0.0
    try:
        return float(row[column])
    except ValueError:
        return 0.0


def _matrix_votes(table: Table, person: int) -> Iterator[Ballot]:
    columns = [
        (index, name)
        for index, name in enumerate(table.header)
        if index != person and name.lower() not in MATRIX_EXTRAS
    ]
    for line, row in table.rows:
        for index, name in columns:
            if not row[index]:
                continue
            answer = ANSWERS.get(row[index].lower())
            if answer is None:
                raise table.error(line, f"statement {name} has '{row[index]}'", VOTE_ADVICE)
            yield Ballot(0.0, row[person], name, answer, line)


def in_time_order(ballots: Iterable[Ballot]) -> tuple[Codes, tuple[str, ...], tuple[str, ...]]:
    """The ballots from the first cast to the last, and the names of people and statements.

    Ballots of one moment stay in the order given.
    """
    person, statement = _Numbering(), _Numbering()
    moments: list[float] = []
    coded: list[tuple[int, int, int]] = []
    for when, who, what, answer, _line in ballots:
        moments.append(when)
        coded.append((person(who), statement(what), answer))
    table = np.array(coded, np.int64).reshape(-1, 3)
    table = table[np.argsort(np.array(moments), kind="stable")]
    codes = Codes(table[:, 0], table[:, 1], table[:, 2].astype(np.int8))
    return codes, tuple(person.numbers), tuple(statement.numbers)


def read_moderated(path: Path | str) -> frozenset[str]:
    """Statements that moderators took out: `moderated` is -1 in a Polis comments.csv.

    Raises
    ------
    VotesError
        If the file cannot be read or lacks the columns comment-id and moderated.
    """
    table = read_table(Path(path))
    name, moderated = table.column(STATEMENT_COLUMNS), table.column(("moderated",))
    if name is None or moderated is None:
        raise table.error(
            1,
            f"the columns are {', '.join(table.header)}",
            "there must be comment-id and moderated, or use --no-comments",
        )
    return frozenset(row[name] for _, row in table.rows if row[moderated] == MODERATED_OUT)
