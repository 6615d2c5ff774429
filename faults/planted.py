"""The mistake that a race must reveal: look whether there is a vote, then insert one."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pysqlite3

from faults.compare import Pair, StoredVote
from faults.stored import Database

RACERS, PAIRS = 8, 200
MAKE = "CREATE TABLE planted_vote (pair INTEGER NOT NULL, answer INTEGER NOT NULL)"
DROP = "DROP TABLE planted_vote"
ALL = "SELECT pair, answer FROM planted_vote"
Vote = Callable[[Any, int, int], None]


def votes_checked_first(database: Database) -> list[StoredVote]:
    """What is stored when eight voters check, then insert, on a table of our own.

    PostgreSQL doubles votes even inside a transaction. SQLite's IMMEDIATE transactions cannot, so
    there the check and the insert are two statements without one.
    """
    _run(database, MAKE)
    try:
        start = threading.Barrier(RACERS)
        with ThreadPoolExecutor(RACERS) as pool:
            races = [pool.submit(_race, database, start, answer) for answer in range(RACERS)]
        for race in races:
            race.result()
        return [StoredVote(Pair(0, pair), answer) for pair, answer in _run(database, ALL)]
    finally:
        _run(database, DROP)


def _race(database: Database, start: threading.Barrier, answer: int) -> None:
    vote: Vote = _vote_in_postgres if isinstance(database.address, str) else _vote_in_sqlite
    try:
        with closing(_open(database)) as opened:
            for pair in range(PAIRS):
                start.wait(timeout=60)
                vote(opened, pair, answer)
    finally:
        # The others must not wait for one that has failed.
        if start.n_waiting:
            start.abort()


def _vote_in_postgres(opened: Any, pair: int, answer: int) -> None:
    with opened.transaction():
        found = opened.execute("SELECT 1 FROM planted_vote WHERE pair = %s", [pair])
        if found.fetchone() is None:
            opened.execute("INSERT INTO planted_vote VALUES (%s, %s)", [pair, answer])


def _vote_in_sqlite(opened: Any, pair: int, answer: int) -> None:
    found = opened.execute("SELECT 1 FROM planted_vote WHERE pair = ?", [pair])
    if found.fetchone() is None:
        opened.execute("INSERT INTO planted_vote VALUES (?, ?)", [pair, answer])


def _open(database: Database) -> Any:
    """A connection that commits each statement by itself."""
    if isinstance(database.address, str):
        return psycopg.connect(database.address, autocommit=True)
    return pysqlite3.connect(str(database.address), timeout=60, isolation_level=None)


def _run(database: Database, statement: str) -> list[Any]:
    with closing(_open(database)) as opened:
        answer = opened.execute(statement)
        return list(answer) if answer.description else []
