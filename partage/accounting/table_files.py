"""The big tables of events on disk: Parquet by month, sorted, with a table of what the numbers stand for.

`FOLDER/current` leads to one complete writing: readers have all of the one before or all of the new.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

CURRENT, WRITING = "current", "partage-tables-"
# In each folder made here: nothing else is ever removed.
MARKER = ".made-by-partage-tables"
EVENTS, CODES = "events", "codes.parquet"
# Small for what is read of it at once; large enough to be packed well.
ROWS_TOGETHER = 1 << 17
MOST_WAITING = 1 << 21  # rows of all the months together that wait to be written
NUMBERS = 256  # that one byte holds
SCHEMA = pa.schema(
    [
        ("coproduction", pa.int32()),
        ("task", pa.uint8()),
        ("basis", pa.uint8()),
        ("who", pa.int64()),
        ("started_at", pa.timestamp("ms", "UTC")),
        ("seconds", pa.int32()),
        ("value_cents", pa.int64()),
        ("data_mask", pa.int32()),
    ]
)
CODES_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),  # coproduction, task, data or basis
        ("coproduction", pa.int32()),  # a task or kind of data is one of this coproduction
        ("number", pa.int32()),
        ("code", pa.string()),
    ]
)


class TablesRefused(Exception):
    """The tables cannot be written or read; the message is the sentence to show."""


class Code(NamedTuple):
    """What a number of the tables stands for."""

    kind: str
    coproduction: int | None
    number: int
    code: str


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new place to fill; it becomes the tables of the folder at once, if all goes well."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            _refuse_what_is_not_ours(folder)
            yield from _filled(folder)
    except FileExistsError:
        raise TablesRefused(f"{folder} is a file: name a folder") from None
    except OSError as problem:
        why = problem.strerror or str(problem).partition("\n")[0]
        raise TablesRefused(f"{folder} cannot be written: {why}") from None


def _filled(folder: Path) -> Iterator[Path]:
    new = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder))
    try:
        closed(for_us_alone(new / MARKER))
        yield new
        _point_to(folder, new)
    finally:
        _drop_others(folder)


def _is_ours(place: Path) -> bool:
    return not place.is_symlink() and (place / MARKER).is_file()


def _refuse_what_is_not_ours(folder: Path) -> None:
    """A name that somebody else uses in this folder is not taken from them."""
    link = folder / CURRENT
    if not link.is_symlink():
        is_ours = not link.exists()
    else:
        # A writing that was removed by hand leaves a name that leads nowhere.
        place = folder / os.readlink(link)
        is_ours = place.parent == folder and (_is_ours(place) or not os.path.lexists(place))
    if not is_ours:
        raise TablesRefused(f"{link} was not made by this command: name another folder")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)  # let go of by a process that is killed
        yield
    except BlockingIOError:
        raise TablesRefused(f"{folder} is being written: wait until that is done") from None
    finally:
        os.close(place)


def _point_to(folder: Path, new: Path) -> None:
    link = new / "link"
    link.symlink_to(new.name)
    link.replace(folder / CURRENT)


def _drop_others(folder: Path) -> None:
    """What was forgotten in the database must not stay in an older writing, or in half of one."""
    kept = (folder / CURRENT).resolve()
    for other in folder.glob(f"{WRITING}*"):
        if other.resolve() != kept and _is_ours(other):
            shutil.rmtree(other)


def current(folder: Path) -> Path:
    """The last complete writing. Raises TablesRefused."""
    place = (folder / CURRENT).resolve()
    if not (place / CODES).is_file():
        raise TablesRefused(
            f"{folder} holds no tables of events: write them with `partage tables write {folder}`"
        )
    return place


def write_codes(place: Path, codes: Iterable[Code]) -> None:
    rows = [code._asdict() for code in codes]
    with for_us_alone(place / CODES) as file:
        parquet.write_table(pa.Table.from_pylist(rows, CODES_SCHEMA), file, compression="zstd")
        closed(file)


def read_codes(place: Path) -> list[Code]:
    try:
        rows = parquet.read_table(place / CODES, schema=CODES_SCHEMA).to_pylist()
    except (OSError, pa.ArrowException):
        raise TablesRefused(f"{place / CODES} cannot be read: write the tables again") from None
    return [Code(**row) for row in rows]


def for_us_alone(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def closed(file: BinaryIO) -> None:
    """On the disk before a name leads to it."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


class EventFiles:
    """The files of the months, to which events are added by coproduction, task and basis."""

    def __init__(self, place: Path) -> None:
        self.place = place / EVENTS
        self.place.mkdir(mode=0o700)
        self.months: dict[str, _Month] = {}

    def __enter__(self) -> "EventFiles":
        return self

    def __exit__(self, *_problem: object) -> None:
        with ExitStack() as each:  # all of them, where the disk is full too
            for month in self.months.values():
                each.callback(month.close)

    def add(self, month: str, rows: pa.Table) -> None:
        if month not in self.months:
            self.months[month] = _Month(self.place / f"month={month}")
        most = min(ROWS_TOGETHER, MOST_WAITING // len(self.months))
        self.months[month].add(rows, most)

    @property
    def rows(self) -> int:
        return sum(month.rows for month in self.months.values())


class _Month:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        self.file = for_us_alone(folder / "events.parquet")
        self.writer = parquet.ParquetWriter(self.file, SCHEMA, compression="zstd")
        self.waiting: list[pa.Table] = []
        self.rows = self.n_waiting = 0

    def add(self, rows: pa.Table, most: int) -> None:
        self.waiting.append(rows)
        self.rows += rows.num_rows
        self.n_waiting += rows.num_rows
        if self.n_waiting >= most:
            self.write()

    def write(self) -> None:
        if self.waiting:
            together = pa.concat_tables(self.waiting)
            self.writer.write_table(together, row_group_size=ROWS_TOGETHER)
        self.waiting, self.n_waiting = [], 0

    def close(self) -> None:
        with self.file:
            self.write()
            self.writer.close()
            closed(self.file)


def by_month(rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each month, in their order."""
    moments = rows["started_at"]
    numbers = pc.add(pc.multiply(pc.year(moments), 12), pc.subtract(pc.month(moments), 1))
    for number in sorted(pc.unique(numbers).to_pylist()):
        year, month = divmod(number, 12)
        yield f"{year}-{month + 1:02}", rows.filter(pc.equal(numbers, number))
