"""A PostgreSQL server that lives as long as a `with` block: for the tests and for the bench."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
# PostgreSQL refuses to run as root, so root lends it this account.
ACCOUNT = "postgres"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresMissing(RuntimeError):
    """PostgreSQL's programs are not on this machine, or refused to start; the message says why."""


@contextmanager
def throwaway_postgres(*, durable: bool = False, inside: Path | None = None) -> Iterator[str]:
    """The address (`postgres://…`) of a server on a free port, with a random password.

    It lives in a new folder, in memory unless `inside` names where, and both go at the end.
    `durable` waits for the disk at each commit, as a real site does; the tests need not.
    """
    programs = programs_folder()
    where = inside or (MEMORY if MEMORY.is_dir() and not durable else None)
    folder = Path(tempfile.mkdtemp(prefix="partage-postgres-", dir=where))
    try:
        password = _make(programs, folder)
        port = free_port()
        _start(programs, folder, port, DURABLE if durable else FAST)
        yield f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
    finally:
        if (folder / "base" / "postmaster.pid").exists():
            _run(programs / "pg_ctl", "-D", str(folder / "base"), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def programs_folder() -> Path:
    """Where initdb and pg_ctl are: on the path, or where Debian puts the newest version."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).parent
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
    if not found:
        raise PostgresMissing(
            f"PostgreSQL's programs were looked for on the path and in {DEBIAN}/*/bin: none. "
            "Install them, for example with `apt-get install postgresql`."
        )
    return found[-1].parent


def program(name: str) -> Path:
    """One of PostgreSQL's programs: where Debian puts the newest version, or on the path."""
    found = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda one: int(one.parts[-3]))
    on_path = shutil.which(name)
    if found or on_path:
        return found[-1] if found else Path(on_path or "")
    raise PostgresMissing(
        f"PostgreSQL's {name} is in none of {DEBIAN}/*/bin, nor on the path: install it."
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make(programs: Path, folder: Path) -> str:
    """Make an empty cluster; returns its password (`trust` would let in anybody on the machine)."""
    password = secrets.token_hex(16)
    written = folder / "password"
    written.write_text(password)
    if os.geteuid() == 0:
        try:
            for path in (folder, written):
                shutil.chown(path, ACCOUNT)
        except LookupError as error:
            raise PostgresMissing(f"root needs the account {ACCOUNT!r}: {error}") from None
    _run(
        programs / "initdb", "-D", str(folder / "base"), "-U", "postgres", "--encoding=UTF8",
        "--locale=C.UTF-8", "--no-sync", "-A", "scram-sha-256", f"--pwfile={written}",
    )  # fmt: skip
    return password


def _start(programs: Path, folder: Path, port: int, durability: dict[str, str]) -> None:
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        **durability,
    }
    words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    log = ("-l", str(folder / "log"))
    _run(programs / "pg_ctl", "-D", str(folder / "base"), "-w", *log, "-o", words, "start")


def _run(program: Path, *arguments: str) -> None:
    lent = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    # The server outlives pg_ctl and would keep a pipe open, hence a file for what is said.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [*lent, str(program), *arguments],
            cwd="/",
            stdout=said,
            stderr=said,
            check=False,
            # A Ctrl-C reaches the `with` block, which then stops the server in order.
            start_new_session=True,
        )
        if done.returncode:
            said.seek(0)
            raise PostgresMissing(f"{program.name} failed: {said.read().decode().strip()}")
