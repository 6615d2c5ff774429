"""`partage tidy`: what the worker does once a day, or an operator at once."""

import logging
import subprocess
import sys
import threading
import time
from datetime import timedelta

import click
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from partage.checks.models import Run
from partage.register.sequencer import current_log
from partage.rights.retention import remove_past

log_file = logging.getLogger("partage.tidy")
EVERY_SECONDS = 60.0
A_DAY = timedelta(days=1)
PATIENCE_SECONDS = 60.0
# What keeps deleted rows: the transactions open in this database, and those that have written in any
# database of the server, since every reader counts from the oldest of them. Any role may read this.
OPEN_TRANSACTIONS = """
SELECT coalesce(pid::text, 'of a prepared transaction'), virtualtransaction
FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
WHERE granted AND mode = 'ExclusiveLock' AND pid IS DISTINCT FROM pg_backend_pid()
AND (locktype = 'transactionid' OR locktype = 'virtualxid' AND datname = current_database())
"""


@click.command()
def tidy() -> None:
    """Take the last traces of erased people out of the database's files.

    Deleted rows leave bytes behind in the files until they are written anew. The worker does this
    every night on SQLite. On PostgreSQL it locks the tables it writes anew: run it at a quiet hour.

    \b
    Example:
      partage tidy
    """
    remove_traces()
    click.echo("Done.")


def remove_traces() -> None:
    """Write anew the files that held deleted rows."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            deadline = time.monotonic() + PATIENCE_SECONDS
            _wait_for_open_transactions(cursor, deadline)
            # Whoever came while we waited counts from those who were open then.
            _wait_for_open_transactions(cursor, deadline)
            # Statistics too: they quote values that stood in the columns.
            cursor.execute("VACUUM (FULL, ANALYZE)")
            cursor.execute("VACUUM FULL pg_catalog.pg_statistic")


def _wait_for_open_transactions(cursor: CursorWrapper, deadline: float) -> None:
    """PostgreSQL keeps a deleted row for as long as a transaction older than the deletion is open."""
    older = _open_transactions(cursor)
    while older := older & _open_transactions(cursor):
        if time.monotonic() > deadline:
            pids = ", ".join(pid for pid, _ in sorted(older))
            raise click.ClickException(
                f"Nothing was tidied: a transaction is still open on the server (process {pids}), "
                "and keeps what was deleted. Let it end, or end it, and run this again."
            )
        time.sleep(0.1)


def _open_transactions(cursor: CursorWrapper) -> set[tuple[str, str]]:
    cursor.execute(OPEN_TRANSACTIONS)
    return set(cursor.fetchall())


class Nightly:
    """What to do at most once a day: check register and data, remove what is past its date, and traces."""

    def __init__(self) -> None:
        self._tidied = self._removed = 0.0
        self._checking: subprocess.Popen[bytes] | None = None

    def one_pass(self) -> None:
        last = Run.objects.last_first().first()
        is_due = last is None or timezone.now() - last.began_at > A_DAY
        is_busy = self._checking is not None and self._checking.poll() is None
        if current_log().checkpoint and is_due and not is_busy:
            # In a process of its own: a long check must not slow the sealing.
            words = ["nice", sys.executable, "-m", "partage", "check", "--data", "--json"]
            self._checking = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        self._remove_past()
        self._remove_traces()

    def stop(self) -> None:
        """End a check that is under way: it leaves nothing behind, and is started again."""
        if self._checking is not None and self._checking.poll() is None:
            self._checking.terminate()
            self._checking.wait()

    def _remove_past(self) -> None:
        now = timezone.now().timestamp()
        if now - self._removed > A_DAY.total_seconds():
            remove_past()
            self._removed = now

    def _remove_traces(self) -> None:
        """On SQLite, once the list of erasures has grown since the last time, and not every minute."""
        if connection.vendor != "sqlite" or not settings.ERASURE_LIST.exists():
            return
        changed, now = settings.ERASURE_LIST.stat().st_mtime, timezone.now().timestamp()
        if changed > self._tidied and now - self._tidied > A_DAY.total_seconds():
            remove_traces()
            self._tidied = now


def tidy_for_ever(stop: threading.Event, nightly: Nightly) -> None:
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            nightly.one_pass()
        except (OSError, OperationalError, InterfaceError) as error:
            log_file.warning("tidying: %s", type(error).__name__)
