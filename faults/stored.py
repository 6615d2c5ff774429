"""The votes in a database, read beside the site and without its code."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3

from faults.compare import Pair, StoredVote

PEOPLE = "SELECT id FROM people_participant WHERE space = 'bench' ORDER BY id"
VOTES = (
    "SELECT v.participant_id, v.statement_id, v.answer FROM contributions_vote v "
    "JOIN people_participant p ON p.id = v.participant_id WHERE p.space = 'bench'"
)
ENTRIES = "SELECT COUNT(*) FROM register_entry WHERE kind = 'vote' AND space = 'bench'"


@dataclass(frozen=True)
class Stored:
    """Rows of votes, and entries of votes in the register, at one moment."""

    votes: list[StoredVote]
    entries: int

    @property
    def is_whole(self) -> bool:
        """Whether each vote has its entry, when nobody voted twice on one statement."""
        return len(self.votes) == self.entries


@dataclass(frozen=True)
class Database:
    """Where the votes are: a `postgres://` address, or the path of an SQLite file."""

    address: str | Path

    def stored(self) -> Stored:
        votes, ((entries,),) = self._read(VOTES, ENTRIES)
        return Stored([StoredVote(Pair(who, what), answer) for who, what, answer in votes], entries)

    def people(self) -> list[int]:
        """The bench's participants, in the order in which they were made."""
        (rows,) = self._read(PEOPLE)
        return [number for (number,) in rows]

    def is_sound(self) -> bool:
        """SQLite's own check; PostgreSQL has none and is sound when it answers."""
        if isinstance(self.address, str):
            return bool(self._read("SELECT 1"))
        return self._read("PRAGMA integrity_check") == [[("ok",)]]

    def _read(self, *queries: str) -> list[list[Any]]:
        """The rows of each query, all of one moment."""
        if isinstance(self.address, str):
            with psycopg.connect(self.address) as opened:
                opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                return _rows(opened, queries)
        with closing(pysqlite3.connect(str(self.address), timeout=20)) as opened:
            opened.execute("BEGIN")
            return _rows(opened, queries)


def _rows(opened: Any, queries: Sequence[str]) -> list[list[Any]]:
    found: Iterable[Any] = (opened.execute(query).fetchall() for query in queries)
    return list(found)
