"""Backups taken under load and restored elsewhere: every earlier vote must be in them."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pysqlite3

from faults import postgres
from faults.compare import Comparison, compare
from faults.outcome import Outcome, canary, promise
from faults.site import Site, last_line, running_site, work_folder
from faults.stored import Database
from faults.voters import Voters, voting

PLAIN_COPIES = 10
SECONDS_BETWEEN = 0.7


@dataclass(frozen=True)
class Restored:
    """A backup, restored, against the votes acknowledged before it began."""

    compared: Comparison
    is_whole: bool
    complaints: list[str]
    """What `partage verify log` says against the running site and the restored one."""


def backup(database: str, count: int) -> Iterator[Outcome]:
    name = f"backup, {database}"
    with work_folder() as folder, running_site(database, folder) as site, voting(site.poll) as load:
        if not site.url:
            lost = sum(_lost_by_plain_copy(site, load, folder) for _ in range(PLAIN_COPIES))
            fault = f"{PLAIN_COPIES} plain copies of partage.sqlite3 alone lost {lost} votes"
            yield canary(name, lost, fault)
        done = [_backed_up(site, load, folder / str(number)) for number in range(count)]
    lost = sum(len(one.compared.lost) for one in done)
    yield promise(
        name,
        f"{count} backups under load, restored: {lost} lost of "
        f"{done[-1].compared.acknowledged:,} votes acknowledged before the last one",
        lost == 0 and all(one.is_whole and not one.compared.doubled for one in done),
        backups=count,
        acknowledged=done[-1].compared.acknowledged,
        lost=lost,
    )
    complaints = [said for one in done for said in one.complaints]
    words = complaints[0] if complaints else "says ok of the running site and of each restored one"
    yield promise(name, f"`partage verify log`: {words}", not complaints, complaints=complaints)


def _backed_up(site: Site, voters: Voters, folder: Path) -> Restored:
    folder.mkdir()
    file = folder / "backup"
    voters.wait_for_more()
    acknowledged = voters.so_far()
    _done(site, {}, "backup", str(file))
    elsewhere = _elsewhere(site, folder)
    _done(site, elsewhere, "restore", str(file))
    complaints = [*_complaints(site, {}), *_complaints(site, elsewhere)]
    url = elsewhere["PARTAGE_DATABASE_URL"]
    restored = Database(url or folder / "site" / "partage.sqlite3").stored()
    return Restored(compare(acknowledged, restored.votes), restored.is_whole, complaints)


def _complaints(site: Site, changed: dict[str, str]) -> list[str]:
    verified = site.partage("verify", "log", **changed)
    return [last_line(verified.stdout + verified.stderr)] if verified.returncode else []


def _elsewhere(site: Site, folder: Path) -> dict[str, str]:
    """The variables of a new and empty site."""
    url = site.url and postgres.new_database(site.url, f"restored_{folder.name}")
    return {
        "PARTAGE_DATA_DIR": str(folder / "site"),
        "PARTAGE_DATABASE_URL": url,
        # The running site was seen later than the backup: to go back is what this must refuse.
        "XDG_STATE_HOME": str(folder / "state"),
    }


def _done(site: Site, changed: dict[str, str], *words: str) -> None:
    done = site.partage(*words, **changed)
    if done.returncode:
        raise click.ClickException(f"`partage {words[0]}` failed: {last_line(done.stderr)}")


def _lost_by_plain_copy(site: Site, voters: Voters, folder: Path) -> int:
    """Votes that a `cp` of the main file leaves behind in the write-ahead log beside it."""
    time.sleep(SECONDS_BETWEEN)
    voters.wait_for_more()
    acknowledged = voters.so_far()
    copy = folder / "plain-copy.sqlite3"
    shutil.copyfile(site.folder / "partage.sqlite3", copy)
    try:
        return len(compare(acknowledged, Database(copy).stored().votes).lost)
    except pysqlite3.DatabaseError:
        # Torn by a write in the middle of the copy: nothing can be read from it.
        return len(acknowledged)
    finally:
        for file in folder.glob("plain-copy.sqlite3*"):
            file.unlink()
