"""The real product, started as `partage demo` on a free port, and stopped as Ctrl-C would."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.urls import translate_url
from django.utils import translation

PATIENCE = 90  # seconds, on a machine busy with other tests
CHECKOUT = "coproductions/self-checkout/"
SENSITIVE = "coproductions/coproduction-2016/"


@dataclass(frozen=True)
class Site:
    address: str
    folder: Path
    desk_link: str
    process: subprocess.Popen[bytes]

    def page(self, path: str, language: str = "en") -> str:
        """The address of a page, given by its English path."""
        # Addresses are read in the language that is on: whatever an earlier test left is not.
        with translation.override("en"):
            translated = translate_url(f"/en/{path}", language)
        return self.address + translated.replace("/en/", f"/{language}/", 1)

    def sign_in_link(self) -> str:
        """One more link for the sample's facilitator, made as an operator makes it."""
        command = [sys.executable, "-m", "partage", "sign-in-link", "facilitator@example.org"]
        environment = _environment(self.address) | {"PARTAGE_DATA_DIR": "var/demo"}
        made = subprocess.run(
            command, cwd=self.folder, env=environment, check=True, capture_output=True, text=True
        )
        return made.stdout.split()[-1]

    def environment_of_acts(self) -> dict[str, str]:
        """For a process that acts in the database of this site."""
        folder = {"PARTAGE_DATA_DIR": str(self.folder / "var" / "demo")}
        return _environment(self.address) | folder

    def stop(self, by: signal.Signals) -> None:
        """Ask it to stop; it ends well and leaves no process behind."""
        family = _family(self.process.pid)
        self.process.send_signal(by)
        assert self.process.wait(timeout=PATIENCE) == 0
        assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]


@contextmanager
def running_demo(
    folder: Path, by: signal.Signals = signal.SIGINT, **variables: str
) -> Iterator[Site]:
    """A demo of its own; stopped at the end, unless it already was."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://localhost:{free.getsockname()[1]}"
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "partage", "demo"],
            cwd=folder,
            env=_environment(address) | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, address, log)
        site = Site(address, folder, _desk_link(log), process)
        yield site
        if process.poll() is None:
            site.stop(by)
    finally:
        _end(process)


def _environment(address: str) -> dict[str, str]:
    ours = ("PARTAGE_", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "PARTAGE_BASE_URL": address,
        "PARTAGE_LISTEN": address.replace("http://localhost", "127.0.0.1"),
        "PARTAGE_NEW_PARTICIPANTS_PER_HOUR": "100000",
        "PARTAGE_ACTS_PER_MINUTE": "100000",
        "PARTAGE_WEB_PROCESSES": "1",
    }


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, f"the demo stopped:\n{log.read_text()}"
        try:
            with urlopen(f"{address}/readyz") as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"the demo did not start within {PATIENCE} s:\n{log.read_text()}")


def _desk_link(log: Path) -> str:
    line = next(line for line in log.read_text().splitlines() if line.startswith("Desk"))
    return line.split()[-1]


def _family(pid: int) -> list[int]:
    """The process and all those it started."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue  # it ended meanwhile
        children.setdefault(parent, []).append(int(status.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    for pid in _family(process.pid) if process.poll() is None else []:
        os.kill(pid, signal.SIGKILL)
    process.wait()
