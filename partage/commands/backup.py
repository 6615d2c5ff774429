"""`partage backup` and `partage restore`: a whole site in one file, and back."""

import hashlib
import json
import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from partage import __version__
from partage.commands.postgres_tools import dump, is_empty, load
from partage.commands.throwaway_postgres import PostgresMissing
from partage.commands.wording import counted
from partage.register.models import Log
from partage.register.sequencer import Halted, refuse_unless_extended, show, shown_checkpoint
from partage.rights.replay import replay_erasures

FORMAT = "partage-backup/1"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
BLOCK = 1 << 20


class BackupRefused(click.ClickException):
    """One sentence: what is wrong with the backup, or with where it should go."""


def kept_files() -> dict[str, Path]:
    """What a site is besides its database."""
    return {
        "secret-key": settings.DATA_DIR / "secret-key",
        "register-key": settings.REGISTER_KEY,
        "badge-keys": settings.BADGE_KEYS,
        "erased": settings.ERASURE_LIST,
    }


def digest_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole site to FILE, while it runs: database, keys, and the list of erased people.

    The register's tiles are made again from the database. FILE holds answers and keys: guard it like
    the site, and keep it thirty days at most, so that what is erased goes from it too.

    \b
    Example:
      partage backup /var/backups/partage-2026-11-25.tar
    """
    if file.exists():
        raise BackupRefused(f"{file} exists already: choose another name.")
    if not file.parent.is_dir():
        raise BackupRefused(f"There is no folder {file.parent}.")
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".partage-backup-") as folder:
        parts = {name: path for name, path in kept_files().items() if path.is_file()}
        name = DATABASES[connection.vendor]
        parts[name] = Path(folder) / name
        _copy_database(parts[name])
        whole = Path(folder) / "whole.tar"
        _write(whole, parts)
        whole.replace(file)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


def _copy_database(into: Path) -> None:
    """One consistent state, whatever is written meanwhile. A plain copy of the file would be torn."""
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(into)])
        else:
            dump(connection.settings_dict, into)
    except (DatabaseError, PostgresMissing) as error:
        raise BackupRefused(f"The database could not be copied: {error}".strip()) from None


def _write(whole: Path, parts: dict[str, Path]) -> None:
    manifest = {
        "format": FORMAT,
        "partage": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {name: digest_of(path) for name, path in parts.items()},
    }
    listed = whole.with_name(MANIFEST)
    listed.write_text(json.dumps(manifest, indent=2), "utf-8")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name, path in {MANIFEST: listed, **parts}.items():
                tar.add(path, name)
        file.flush()
        os.fsync(descriptor)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring the site of a backup back, into an empty data folder or PostgreSQL database.

    People who were erased since are erased again before the site opens, from the list in the data
    folder and from the register's files there, if they survived. The register is shown as it was
    signed; it signs again when this database continues what was published, else it says what to do.

    \b
    Example:
      partage restore /var/backups/partage-2026-11-25.tar
    """
    with tempfile.TemporaryDirectory(dir=_data_folder(), prefix=".restoring-") as folder:
        parts = _unpacked(file, Path(folder))
        _refuse_if_occupied(parts)
        _place(parts)
    call_command("migrate", verbosity=0, interactive=False)
    erased = replay_erasures()
    click.echo(
        f"Restored. {counted(erased, 'person erased since was', 'people erased since were')} erased again."
    )
    for log in Log.objects.exclude(checkpoint="").order_by("number"):
        _show(log)


def _data_folder() -> Path:
    folder: Path = settings.DATA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _unpacked(file: Path, folder: Path) -> dict[str, Path]:
    """The files of a backup, each as its manifest says it is."""
    try:
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        listed: dict[str, str] = manifest["files"]
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as error:
        why = (str(error).splitlines() or ["it is empty"])[0]
        raise BackupRefused(f"{file} is not a backup of a site, or is cut short: {why}") from None
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{file} has the form {manifest.get('format')!r}, not {FORMAT!r}.")
    known = {*kept_files(), *DATABASES.values()}
    for name, digest in listed.items():
        path = folder / name
        if name not in known or not path.is_file() or digest_of(path) != digest:
            raise BackupRefused(f"{file} is damaged: {name[:60]!r} is not what its manifest says.")
    if DATABASES[connection.vendor] not in listed:
        raise BackupRefused(
            f"{file} does not hold a database for {connection.vendor}: set PARTAGE_DATABASE_URL to "
            "the kind of database that it was made from."
        )
    return {name: folder / name for name in listed}


def _refuse_if_occupied(parts: dict[str, Path]) -> None:
    if connection.vendor == "sqlite":
        there = Path(connection.settings_dict["NAME"])
        found = [path for path in there.parent.glob(f"{there.name}*") if path.suffix != ".lock"]
        found = [path for path in found if path.suffix != ".host" and path.stat().st_size]
        if found:
            raise BackupRefused(f"{found[0]} is there already: stop the site and move it away.")
    elif not is_empty(connection):
        raise BackupRefused("The PostgreSQL database is not empty: make a new one.")
    kept, brought = settings.REGISTER_KEY, parts.get("register-key")
    if brought and kept.is_file() and digest_of(kept) != digest_of(brought):
        raise BackupRefused(f"{kept} differs from the one in the backup: move it away first.")
    if connection.vendor == "sqlite":
        _refuse_if_damaged(parts["database.sqlite3"])


def _refuse_if_damaged(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as copy:
            (state,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        state = str(error)
    if state != "ok":
        raise BackupRefused(f"The database in the backup is damaged: {state}.".splitlines()[0])


def _place(parts: dict[str, Path]) -> None:
    connection.close()
    for name, kept in kept_files().items():
        if name not in parts:
            continue
        if name == "erased" and kept.is_file():
            lines = {
                *kept.read_text("ascii").splitlines(),
                *parts[name].read_text("ascii").splitlines(),
            }
            parts[name].write_text("".join(f"{line}\n" for line in sorted(lines)), "ascii")
        if name == "badge-keys" and kept.is_file():
            # A key made since then signed badges that are out there: it signs on.
            held = [
                *parts[name].read_text("utf-8").splitlines(),
                *kept.read_text("utf-8").splitlines(),
            ]
            parts[name].write_text("".join(f"{line}\n" for line in dict.fromkeys(held)), "utf-8")
        if name == "secret-key" and kept.is_file() and digest_of(kept) != digest_of(parts[name]):
            # A folder without one gets a key as soon as the settings are read: it is of no use.
            kept.replace(kept.with_name("secret-key.before-restore"))
        parts[name].chmod(0o600)
        parts[name].replace(kept)
    if connection.vendor == "sqlite":
        parts["database.sqlite3"].chmod(0o600)
        parts["database.sqlite3"].replace(connection.settings_dict["NAME"])
    else:
        try:
            load(connection.settings_dict, parts["database.dump"])
        except PostgresMissing as error:
            raise BackupRefused(f"The database could not be brought back: {error}") from None


def _show(log: Log) -> None:
    """Show what was signed; sign again only when nothing later can have been published."""
    is_current = not Log.objects.filter(number__gt=log.pk).exists()
    shown = shown_checkpoint(log)
    if shown is None:
        show(log)
        if is_current and not log.halted:
            halted = (
                "Restored from a backup, and no later checkpoint is here to compare with. Say which "
                "was published last: `partage register resume`."
            )
            Log.objects.filter(pk=log.pk).update(halted=halted)
            click.echo(f"{log.origin}: {halted}")
        return
    try:
        refuse_unless_extended(log, shown)
    except Halted as error:
        click.echo(f"{log.origin}: {error}")
