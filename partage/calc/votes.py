"""Votes: read them from a file, keep the last answer of each person, order them.

The order of people and statements comes from the votes alone, never from their names or from the
order of the rows, so that everything computed from it is the same whoever is called what.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from partage.calc.votes_file import Table, VotesError, read_table

__all__ = [
    "Ballot",
    "Codes",
    "Votes",
    "VotesError",
    "as_column",
    "checked_answers",
    "in_time_order",
    "read_moderated",
    "read_votes",
    "stream_votes",
    "votes_from_arrays",
]

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

PERSON_COLUMNS = ("voter-id", "participant-id", "participant", "voter", "person")
STATEMENT_COLUMNS = ("comment-id", "statement-id", "statement", "comment")
VOTE_COLUMNS = ("vote", "answer")
# Columns of a Polis participants-votes.csv that are not statements.
MATRIX_EXTRAS = frozenset(("group-id", "n-comments", "n-votes", "n-agree", "n-disagree"))
ANSWERS = {
    "1": 1, "+1": 1, "1.0": 1, "agree": 1,
    "-1": -1, "-1.0": -1, "disagree": -1,
    "0": 0, "0.0": 0, "pass": 0,
}  # fmt: skip
VOTE_ADVICE = "write 1 or agree, -1 or disagree, 0 or pass"
MODERATED_OUT = "-1"
KEY_ROUNDS = 3
MOST_PACKED = 1 << 63
AT_ONCE = 1 << 15
SPARSE = 8  # numbers spread over more than so many times their count are sorted instead
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
        codes = Codes(
            self.people[rows].astype(np.int64),
            self.statements[rows].astype(np.int64),
            self.answers[rows],
        )
        return _canonical(codes, self.people_ids, self.statement_ids)


def _is_not(names: Sequence[str], dropped: Collection[str]) -> NDArray[np.bool_]:
    unwanted = frozenset(dropped)
    return np.array([name not in unwanted for name in names], bool)


@dataclass(frozen=True)
class Codes:
    """Votes as numbers, in the order they were cast; each array has the shape (n_votes,)."""

    people: Ints
    statements: Ints
    answers: NDArray[np.int8]

    def take(self, rows: NDArray[np.int64]) -> "Codes":
        return Codes(self.people[rows], self.statements[rows], self.answers[rows])


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
    wrong = given[~np.isin(given, (-1, 0, 1))]
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
    return tuple(str(name) for name in values.tolist()), codes.astype(np.int64)


def distinct(column: NDArray[np.generic]) -> tuple[NDArray[np.generic], Ints]:
    """The distinct values of a column, in order, and the place of each row's value among them."""
    if column.dtype.kind in "iu" and column.size:
        lowest, highest = int(column.min()), int(column.max())
        # Numbers without large gaps need no sorting.
        if highest - lowest <= SPARSE * column.size and highest < MOST_PACKED:
            shifted = column.astype(np.int64) - lowest
            is_there = np.zeros(highest - lowest + 1, bool)
            is_there[shifted] = True
            return np.flatnonzero(is_there) + lowest, (np.cumsum(is_there) - 1)[shifted]
    return np.unique(column, return_inverse=True)


def _canonical(codes: Codes, people: Sequence[str], statements: Sequence[str]) -> Votes:
    """Last vote of each pair, people and statements renumbered by what was voted."""
    codes = last_of_each_pair(codes, len(statements))
    statement_keys = _statement_keys(codes, len(people), len(statements))
    statement_rank, statement_ids = _ranks(codes.statements, statement_keys, statements)
    new_statements = statement_rank[codes.statements]
    # Statements in equal places were told apart by name; people follow the statements, so that
    # only people with the very same votes are left to be ordered by name.
    terms = _mixed(new_statements.astype(np.uint64)) + _answer_keys(codes)
    person_keys = _sums(codes.people, _mixed(terms), len(people))
    person_rank, people_ids = _ranks(codes.people, person_keys, people)
    new_people = person_rank[codes.people]
    order = _order(new_people, new_statements, len(statement_ids))
    return Votes(
        new_people[order].astype(np.int32),
        new_statements[order].astype(np.int32),
        codes.answers[order],
        people_ids,
        statement_ids,
    )


def last_of_each_pair(codes: Codes, n_statements: int) -> Codes:
    """The votes that count, by person then statement."""
    order = _order(codes.people, codes.statements, n_statements)
    ordered = codes.people[order] * max(n_statements, 1) + codes.statements[order]
    is_last = np.ones(order.size, bool)
    is_last[:-1] = ordered[1:] != ordered[:-1]
    return codes.take(order[is_last])


def _order(people: Ints, statements: Ints, n_statements: int) -> Ints:
    """What sorts rows by person, then statement; rows of one pair stay in their order."""
    pairs = people * max(n_statements, 1) + statements
    bits = pairs.size.bit_length()
    if int(pairs.max(initial=0)) >= MOST_PACKED >> bits:
        return np.argsort(pairs, kind="stable")
    # Numbers are sorted several times faster than the order that sorts them is found.
    packed = (pairs << bits) | np.arange(pairs.size)
    packed.sort()
    packed &= (1 << bits) - 1
    return packed


def _statement_keys(codes: Codes, n_people: int, n_statements: int) -> Keys:
    """One key per statement, from the pattern of votes and no name.

    Each round describes a statement by the keys of those who answered it and how, then a person
    by the keys of the statements and answers. Equal keys mean equal places in the pattern.
    """
    answers = _answer_keys(codes)
    person_keys = np.zeros(n_people, np.uint64)
    statement_keys = np.zeros(n_statements, np.uint64)
    for _ in range(KEY_ROUNDS):
        terms = _mixed(person_keys[codes.people] + answers)
        statement_keys = _sums(codes.statements, terms, n_statements)
        terms = _mixed(statement_keys[codes.statements] + answers)
        person_keys = _sums(codes.people, terms, n_people)
    return statement_keys


def _answer_keys(codes: Codes) -> Keys:
    # Far from the numbers of statements, so that the two cannot be taken for each other.
    keys = _mixed(np.array([0, 1, -1]).astype(np.uint64) ^ ANSWER_MARK)
    return keys[codes.answers]  # -1 takes the last


def _sums(groups: Ints, terms: Keys, n_groups: int) -> Keys:
    """Sums modulo 2**64, which do not depend on the order of the terms."""
    total = np.zeros(n_groups, np.uint64)
    np.add.at(total, groups, terms)
    return _mixed(total)


def _mixed(numbers: Keys) -> Keys:
    """Scatter 64-bit numbers (the finalizer of splitmix64, Steele et al. 2014)."""
    z = numbers + np.uint64(0x9E3779B97F4A7C15)
    for start in range(0, z.size, AT_ONCE):  # what fits in the processor's cache
        part = z[start : start + AT_ONCE]
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            part ^= part >> np.uint64(shift)
            part *= np.uint64(factor)
        part ^= part >> np.uint64(31)
    return z


def _ranks(used: Ints, keys: Keys, names: Sequence[str]) -> tuple[Ints, tuple[str, ...]]:
    """New number of each old one among those used, and the names in the new order."""
    present = np.flatnonzero(np.bincount(used, minlength=len(names)))
    order = present[np.argsort(keys[present], kind="stable")]
    for same in _runs(keys[order]):
        order[same] = sorted(order[same].tolist(), key=lambda old: names[old])
    ranks = np.zeros(len(names), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks, tuple(names[old] for old in order.tolist())


def _runs(ordered: Keys) -> Iterator[slice]:
    """Where two or more keys in a row are equal."""
    changes = np.flatnonzero(np.diff(ordered)) + 1
    edges = np.concatenate(([0], changes, [ordered.size]))
    for run in np.flatnonzero(np.diff(edges) > 1):
        yield slice(edges[run], edges[run + 1])


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
    unwanted = frozenset(dropped)
    kept = (ballot for ballot in stream_votes(path) if ballot.statement not in unwanted)
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
    table = read_table(Path(path))
    person, statement, vote = (
        table.column(names) for names in (PERSON_COLUMNS, STATEMENT_COLUMNS, VOTE_COLUMNS)
    )
    if person is not None and statement is not None and vote is not None:
        return _listed_votes(table, (person, statement, vote))
    if person is not None and statement is None and vote is None and len(table.header) > 1:
        return _matrix_votes(table, person)
    raise table.error(
        1,
        f"the columns are {', '.join(table.header)}",
        "there must be one called participant, one statement and one vote",
    )


def _listed_votes(table: Table, columns: tuple[int, int, int]) -> Iterator[Ballot]:
    person, statement, vote = columns
    when = table.column(("timestamp",))
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
