"""PostgreSQL's own programs, on a cluster of the bench."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import click
import psycopg

from partage.commands.throwaway_postgres import ACCOUNT, free_port, programs_folder


def cluster_of(url: str) -> Path:
    """The folder in which this server keeps everything."""
    with psycopg.connect(url) as opened:
        found = opened.execute("SHOW data_directory").fetchone()
    if found is None:
        raise click.ClickException("PostgreSQL does not say where its files are.")
    return Path(found[0])


def pg_ctl(cluster: Path, *words: str) -> None:
    runuser = shutil.which("runuser") or "runuser"
    lent = [runuser, "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    # The server outlives pg_ctl and would keep a pipe open, hence a file for what is said.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [*lent, str(programs_folder() / "pg_ctl"), "-D", str(cluster), "-w", *words],
            cwd="/",
            stdout=said,
            stderr=said,
            check=False,
            start_new_session=True,
        )
        said.seek(0)
        if done.returncode:
            raise click.ClickException(f"pg_ctl {words[-1]} failed: {said.read().decode()}")


def write_out(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute("CHECKPOINT")


@contextmanager
def opened_again(cluster: Path, url: str) -> Iterator[str]:
    """A server on a copy of a cluster that was cut off; `url` is the address of the original."""
    # The copy names the process of the original, which still runs; after a cut it would not.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    port = free_port()
    # What the copy writes is thrown away: it need not wait for the disk.
    options = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
    }
    words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
    try:
        pg_ctl(cluster, "-l", str(cluster.parent / "log-after"), "-o", words, "start")
        yield with_port(url, port)
    finally:
        if (cluster / "postmaster.pid").exists():
            pg_ctl(cluster, "-m", "immediate", "stop")


def with_port(url: str, port: int) -> str:
    parts = urlsplit(url)
    where = f"{parts.username}:{parts.password}@{parts.hostname}:{port}"
    return urlunsplit(parts._replace(netloc=where))


def new_database(url: str, name: str) -> str:
    """Make an empty database on the same server; returns its address."""
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
