"""A real site, web processes and worker, that can be killed and started again."""

import http.client
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click

from faults.stored import Database, Stored
from faults.voters import Poll
from partage.commands.throwaway_postgres import free_port, throwaway_postgres

PARTAGE = (sys.executable, "-m", "partage")
REPOSITORY = Path(__file__).resolve().parent.parent
# Together far more pairs than any run can use.
PEOPLE, STATEMENTS = 1000, 500
START_SECONDS = 60
SECONDS_TO_REST = 1.0
PLANTED = {"DJANGO_SETTINGS_MODULE": "faults.planted_settings", "PYTHONPATH": str(REPOSITORY)}
ANSWERS_FIRST = PLANTED | {"DJANGO_SETTINGS_MODULE": "faults.answers_first_settings"}


class Site:
    """`partage serve` on its own data folder and port."""

    poll: Poll

    def __init__(self, folder: Path, url: str, extra: Mapping[str, str], log: BinaryIO) -> None:
        self.folder = folder
        self.url = url
        self.port = free_port()
        self.variables = _variables(folder, self.port, url) | dict(extra)
        self._log = log
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Database:
        return Database(self.url or self.folder / "partage.sqlite3")

    def stored_at_rest(self) -> Stored:
        """What is stored some time after the last vote: a vote that is only late is not lost."""
        time.sleep(SECONDS_TO_REST)
        return self.database.stored()

    def start(self) -> float:
        """Start the site; returns the seconds until it answered."""
        began = time.monotonic()
        self._server = subprocess.Popen(
            [*PARTAGE, "serve"],
            env=self.variables,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        while not self.answers():
            if time.monotonic() > began + START_SECONDS or self._server.poll() is not None:
                raise click.ClickException(f"the site did not start: {last_line(self.log())}")
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz", headers={"Host": "localhost"})
            return asked.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()

    def kill(self) -> None:
        """kill -9, at once, of every process that serves this folder."""
        while found := _processes_of(self.folder):
            for pid in found:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if self._server is not None:
                self._server.wait()

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._server.wait(timeout=20)
        self.kill()

    def log(self) -> str:
        """What the site said. Read in place: its processes share the position of the file."""
        size = os.fstat(self._log.fileno()).st_size
        return os.pread(self._log.fileno(), size, 0).decode(errors="replace")

    def last_error(self) -> str:
        errors = [line for line in self.log().splitlines() if '"level": "ERROR"' in line]
        return errors[-1] if errors else "none in its log"

    def partage(self, *words: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        """Run a `partage` command in the environment of this site."""
        return subprocess.run(
            [*PARTAGE, *words],
            env=self.variables | changed,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def prepare(self) -> None:
        """Fill the site with people and statements."""
        numbers = f"--people={PEOPLE}", f"--statements={STATEMENTS}"
        done = self.partage("bench", "prepare-votes", *numbers)
        if done.returncode:
            raise click.ClickException(f"the site could not be filled: {last_line(done.stderr)}")
        told = json.loads(done.stdout.splitlines()[-1])
        tokens = dict(zip(self.database.people(), told["tokens"], strict=True))
        self.poll = Poll(self.port, told["path"], tokens, told["statements"])


def last_line(text: str) -> str:
    """Where a traceback says what happened."""
    return (text.strip() or "it said nothing").splitlines()[-1]


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
        "PARTAGE_LOG_LEVEL": "WARNING",
        # What `partage verify` remembers is kept apart from what this account has checked.
        "XDG_STATE_HOME": str(folder / "state"),
        # The limits are for single people; one machine plays them all here.
        "PARTAGE_NEW_PARTICIPANTS_PER_HOUR": "1000000",
        "PARTAGE_ACTS_PER_MINUTE": "1000000",
    }


def _processes_of(folder: Path) -> list[int]:
    """Found by their environment: a child whose parent died is in no family tree."""
    mark = f"PARTAGE_DATA_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder on a real disk: in memory every commit would be free."""
    # Made with the usual mode: PostgreSQL's account must be able to pass through it.
    folder = Path("var").resolve() / f"faults-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_site(
    database: str, inside: Path, extra: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """A site that is filled and answers, with its database, all in one folder."""
    with ExitStack() as stack:
        url = ""
        if database == "postgres":
            url = stack.enter_context(throwaway_postgres(durable=True, inside=inside))
        log = stack.enter_context(tempfile.TemporaryFile())
        site = Site(inside / "site", url, extra or {}, log)
        stack.callback(site.stop)
        site.start()
        site.prepare()
        yield site
