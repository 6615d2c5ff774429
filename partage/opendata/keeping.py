"""Files made ahead: every night by the worker, or where an operator asks; whole or not there."""

import json
import logging
import os
import shutil
import threading
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.opendata.files import endings, pieces
from partage.opendata.tables import TABLES
from partage.register import consumers
from partage.register.models import Entry

log = logging.getLogger("partage.opendata")
EVERY_SECONDS = 60.0
A_DAY = timedelta(days=1)
# What the files were made of: a position in the register.
MADE_OF = "made-of.json"
UNDER_WAY = ".part"


def write_whole(path: Path, contents: Iterable[bytes]) -> None:
    """Write beside, then rename: whoever stops half way leaves nothing under this name."""
    beside = path.with_name(f".{path.name}{UNDER_WAY}")
    try:
        with beside.open("wb") as file:
            for piece in contents:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_tables(
    coproductions: list[Coproduction], folder: Path, wanted: Iterable[str]
) -> list[Path]:
    """One file a table and format."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for ending in wanted:
        for table in TABLES:
            path = folder / f"{table.name}.{ending}"
            write_whole(path, pieces(table, table.of(coproductions), ending))
            written.append(path)
    return written


def keep(coproduction: Coproduction) -> None:
    """Make all files of a coproduction ahead, in the place of those of the night before."""
    position = consumers.last_position(coproduction.slug)
    folder = settings.OPEN_DATA_DIR / coproduction.slug
    beside = settings.OPEN_DATA_DIR / f".{coproduction.slug}{UNDER_WAY}"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        write_tables([coproduction], beside, endings())
        (beside / MADE_OF).write_text(json.dumps({"position": position}))
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def has_moved(folder: Path) -> bool:
    """Whether anything happened since the files in this folder were made, sealed or not yet."""
    try:
        position = json.loads((folder / MADE_OF).read_text())["position"]
    except (OSError, ValueError, KeyError):
        return True
    waits = Entry.objects.filter(space=folder.name, position=None).exists()
    return waits or consumers.last_position(folder.name) != position


def kept_file(coproduction: Coproduction, name: str) -> Path | None:
    """The file made ahead, unless something happened since: then what was erased could be in it."""
    folder = settings.OPEN_DATA_DIR / coproduction.slug
    path = folder / name
    return path if path.is_file() and not has_moved(folder) else None


def drop_moved() -> None:
    """Nothing that was taken back stays in a file until the next night."""
    for folder in settings.OPEN_DATA_DIR.glob("*"):
        is_left = folder.name.startswith(".") and folder.name.endswith(UNDER_WAY)
        if folder.is_dir() and (is_left or has_moved(folder)):
            shutil.rmtree(folder, ignore_errors=True)


def keep_all() -> None:
    for coproduction in Coproduction.objects.visible().order_by("pk"):
        keep(coproduction)


def keep_for_ever(stop: threading.Event) -> None:
    made = timezone.now() - A_DAY
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            drop_moved()
            if timezone.now() - made >= A_DAY:
                keep_all()
                made = timezone.now()
        except (OSError, OperationalError, InterfaceError) as error:
            log.warning("open data not made ahead: %s", type(error).__name__)
