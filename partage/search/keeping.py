"""The index on this machine: made whole beside, put in place by a rename, made again when it must.

It is derived: losing it loses nothing. Each machine of a site has its own.
"""

import fcntl
import json
import logging
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import Q

from partage.register.consumers import LOG_STEP
from partage.register.models import Entry
from partage.search.engine import MADE_OF, SCHEMA_NUMBER, NoIndex, OpenIndex, Text, write_index
from partage.search.things import KINDS

log = logging.getLogger("partage.search")

EVERY_SECONDS = 1.0
A_DAY_SECONDS = 86_400.0
# A large index takes long: at most one part in so many of the worker's time.
RESTS = 10
UNDER_WAY = ".part"
# Acts that change no word that is searched, and come by the thousand.
SILENT = (
    "vote", "vote-withdrawn", "idea-vote", "argument-helped", "voice", "events-received",
    "fund-ballot", "secret-ballot", "roll-call-ballot", "consent-given", "consent-withdrawn",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What making an index took."""

    texts: int
    seconds: float
    processor_seconds: float  # of the whole process: on a busy machine the rest was waiting

    @property
    def a_second(self) -> float:
        return self.texts / max(self.seconds, 1e-9)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time; the lock goes with a process that is killed."""
    settings.SEARCH_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.SEARCH_DIR / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def every_text() -> Iterator[Text]:
    for kind in KINDS:
        yield from kind.texts()


def make_index() -> Made:
    """A whole new index in the place of the last; nobody ever opens half of one."""
    with _alone():
        return _make()


def _make() -> Made:
    began, worked, state = time.monotonic(), time.process_time(), _state()
    _remove_all_but(_folder())
    beside = settings.SEARCH_DIR / f"{time.time_ns()}{UNDER_WAY}"
    beside.mkdir()
    try:
        texts = write_index(beside, every_text())
        made = Made(texts, time.monotonic() - began, time.process_time() - worked)
        (beside / MADE_OF).write_text(json.dumps({**state, "seconds": made.seconds}))
        kept = settings.SEARCH_DIR / f"v{SCHEMA_NUMBER}-{time.time_ns():020}"
        beside.rename(kept)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _remove_all_but(kept)
    return made


def _folder() -> Path | None:
    """Of the last index of this version."""
    return max(settings.SEARCH_DIR.glob(f"v{SCHEMA_NUMBER}-*"), default=None)


def _remove_all_but(kept: Path | None) -> None:
    """Older ones hold words that were taken back since; processes that have them open are not hurt."""
    for folder in settings.SEARCH_DIR.glob("*"):
        if folder.is_dir() and folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


_opened: dict[Path, OpenIndex] = {}


def current() -> OpenIndex:
    """The index in place, opened once by each process; NoIndex when there is none to read."""
    folder = _folder()
    if folder is None:
        raise NoIndex
    found = _opened.get(folder)
    if found is None:
        found = OpenIndex(folder)
        _opened.clear()
        _opened[folder] = found
    return found


def _state() -> dict[str, Any]:
    """How far the register is read, and the list of erasures: what an index is made of."""
    last = Entry.objects.filter(position__isnull=False).order_by("-log", "-position")
    place = last.values_list("log", "position").first()
    position = place[0] * LOG_STEP + (place[1] or 0) + 1 if place else 0
    return {"position": position, "erasures": _erasures(), "made_at": time.time()}


def _erasures() -> list[int]:
    try:
        facts = settings.ERASURE_LIST.stat()
    except FileNotFoundError:
        return []
    return [facts.st_size, facts.st_mtime_ns]


def is_due() -> bool:
    """Whether to make it again now. Somebody's erasure does not wait; the rest may a little."""
    try:
        index = current()
    except NoIndex:
        return True
    made_of = index.made_of
    if made_of["erasures"] != _erasures():
        return True
    age = time.time() - made_of["made_at"]
    if 0 <= age < RESTS * made_of["seconds"]:
        return False
    return not 0 <= age < A_DAY_SECONDS or _has_moved(index)


def _has_moved(index: OpenIndex) -> bool:
    """Whether anything was said since, beside answers that change no word; or the past was changed.

    It looks once at each entry: answers come by the million between two indexes.
    """
    position, end = max(index.made_of["position"], index.looked_until), _state()["position"]
    if end < position:
        return True  # another database, such as one brought back from a backup
    if _says_something(position):
        return True
    index.looked_until = end
    return False


def _says_something(position: int) -> bool:
    start, place = divmod(position, LOG_STEP)
    later = Q(log__gt=start) | Q(log=start, position__gte=place)
    since = Entry.objects.filter(later, position__isnull=False)
    return since.exclude(kind__in=SILENT).exists()


def keep_index() -> Made | None:
    """Make it again if anything it is made of changed."""
    return make_index() if is_due() else None


def index_for_ever(stop: threading.Event) -> None:
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            keep_index()
        # The engine says what goes wrong in its own ways: a full disk, among others.
        except (OSError, ValueError, OperationalError, InterfaceError) as error:
            log.warning("index not made: %s", type(error).__name__)
