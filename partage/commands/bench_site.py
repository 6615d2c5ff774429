"""A site of its own for a bench: real servers on a free port, measured, then removed."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import psycopg
from django.conf import settings
from django.db.utils import ConnectionHandler

from partage.commands.throwaway_postgres import free_port, throwaway_postgres
from partage.config import environment

PROCESSES, THREADS = 2, 2
PARTAGE = (sys.executable, "-m", "partage")
START_SECONDS = 120
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Site:
    """A running site, what to vote on in it, and how its costs are read."""

    database: str
    folder: Path
    port: int
    pid: int
    variables: dict[str, str]
    postgres_pid: int | None = None
    prepared: dict[str, Any] = field(default_factory=dict)

    def votes_recorded(self) -> int:
        """Votes in the register of the site, read from its database."""
        options = (
            environment.postgres(self.variables["PARTAGE_DATABASE_URL"])
            if self.postgres_pid
            else environment.sqlite(self.folder / "partage.sqlite3")
        )
        connection = ConnectionHandler({"default": {}, "bench": without_pool(options)})["bench"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM register_entry WHERE kind = 'vote'")
            (count,) = cursor.fetchone()
        connection.close()
        return int(count)

    def run(self, *command: str) -> str:
        """What a `partage` command says of this site."""
        return said_on(self.variables, *command)

    def server_cpu(self) -> float:
        return cpu_seconds(self.pid)

    def database_cpu(self) -> float:
        return cpu_seconds(self.postgres_pid) if self.postgres_pid else 0.0


def said_on(variables: dict[str, str], *command: str) -> str:
    """What a `partage` command says in the environment of a site."""
    done = subprocess.run(
        [*PARTAGE, *command],
        env=variables | {"PARTAGE_LOG_LEVEL": "WARNING"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        raise click.ClickException(f"`partage {' '.join(command)}` failed on the bench's site.")
    return done.stdout


@contextmanager
def resting_site(database: str) -> Iterator[dict[str, str]]:
    """The environment of a site that nobody serves, on an empty data folder."""
    with ExitStack() as stack:
        folder, url = _place(stack, database)
        yield _variables(folder, free_port(), url)


def _place(stack: ExitStack, database: str) -> tuple[Path, str]:
    """A folder and the address of a database, both gone when the stack closes."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    # On the disk of the site's own data: a folder in memory would make commits free.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=settings.DATA_DIR))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    if database != "postgres":
        return folder, ""
    return folder, stack.enter_context(throwaway_postgres(durable=True, inside=settings.DATA_DIR))


def without_pool(options: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in options["OPTIONS"].items() if name != "pool"}
    return {**options, "OPTIONS": kept}


@contextmanager
def running_site(
    database: str,
    *,
    people: int,
    statements: int,
    command: Sequence[str] = ("serve", "--no-worker"),
) -> Iterator[Site]:
    """`partage serve --no-worker` on an empty data folder, filled once it answers."""
    with ExitStack() as stack:
        folder, url = _place(stack, database)
        postgres_pid = _listener(url) if url else None
        port = free_port()
        variables = _variables(folder, port, url)
        server = stack.enter_context(_serving(folder, port, variables, command))
        site = Site(database, folder, port, server.pid, variables, postgres_pid)
        site.prepared = _prepare(variables, people, statements)
        yield site


def _variables(folder: Path, port: int, url: str) -> dict[str, str]:
    """The environment of the site: nothing of this process's own settings."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PARTAGE_") and name != "DJANGO_SETTINGS_MODULE"
    }
    return inherited | {
        "PARTAGE_DATA_DIR": str(folder),
        "PARTAGE_DATABASE_URL": url,
        "PARTAGE_LISTEN": f"127.0.0.1:{port}",
        "PARTAGE_BASE_URL": f"http://localhost:{port}",
        "PARTAGE_WEB_PROCESSES": str(PROCESSES),
        "PARTAGE_WEB_THREADS": str(THREADS),
        # The limits are for single people; one machine plays them all here.
        "PARTAGE_NEW_PARTICIPANTS_PER_HOUR": "1000000",
        "PARTAGE_ACTS_PER_MINUTE": "1000000",
    }


@contextmanager
def _serving(
    folder: Path, port: int, variables: dict[str, str], command: Sequence[str]
) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*PARTAGE, *command],
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_for(port, server, folder / "log")
        yield server
    finally:
        _stop(server)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            asked.request("GET", "/healthz", headers={"Host": "localhost"})
            if asked.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            asked.close()
    said = log.read_text("utf-8", errors="replace")[-2000:]
    raise click.ClickException(f"the site did not start:\n{said}")


def _stop(server: "subprocess.Popen[bytes]") -> None:
    family = descendants(server.pid)
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait()


def _prepare(variables: dict[str, str], people: int, statements: int) -> dict[str, Any]:
    done = subprocess.run(
        [*PARTAGE, "bench", "prepare-votes", f"--people={people}", f"--statements={statements}"],
        env=variables | {"PARTAGE_LOG_LEVEL": "WARNING"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,
    )
    if done.returncode:
        raise click.ClickException("the site could not be filled with statements and people.")
    prepared: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return prepared


def _listener(url: str) -> int:
    """The process that every other process of this PostgreSQL descends from."""
    with psycopg.connect(url) as opened:
        return _parents()[opened.info.backend_pid]


def _parents() -> dict[int, int]:
    return {int(stat[0]): int(stat[3]) for stat in map(_stat, Path("/proc").glob("[0-9]*")) if stat}


def _stat(process: Path) -> list[str]:
    """The fields of /proc/PID/stat without the command, empty when the process has ended."""
    try:
        before, _, after = (process / "stat").read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [before.partition(" ")[0], "", *after.split()]


def descendants(pid: int) -> list[int]:
    """The process and all that came from it, still running."""
    parents, family = _parents(), [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def cpu_seconds(pid: int) -> float:
    """CPU time of the process and all that came from it, ended children included."""
    stats = [_stat(Path("/proc") / str(member)) for member in descendants(pid)]
    return sum(int(ticks) for stat in stats for ticks in stat[13:17]) / TICKS


def bench_cpu_seconds() -> float:
    """CPU time of this process and of the loads it has sent."""
    here = os.times()
    return here.user + here.system + here.children_user + here.children_system


def machine_cpu_seconds() -> float:
    """CPU time of everything on this machine, and what its host gave to others."""
    user, nice, system, _idle, _waiting, *rest = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return (user + nice + system + sum(rest)) / TICKS
