"""Made-up events of a whole year, written in little memory as the big tables have them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from partage.accounting.table_files import SCHEMA, Code, EventFiles, write_codes

SEED = 20161206
COPRODUCTIONS, TASKS, BASES, KINDS = 2_000, 12, 3, 12
YEAR, MONTHS = 2026, 12
DRAWN = 500_000  # events drawn together
EVENTS_A_PERSON = 20
MONTH_S = 28 * 86_400
SECOND_BITS = 22  # that hold any second of a month
Ints = NDArray[np.int64]


def make_tables(place: Path, events: int) -> None:
    """So many events in all: few coproductions have most of them, and so have tasks and bases."""
    rng = np.random.default_rng(SEED)
    with EventFiles(place) as files:
        for number in range(MONTHS):
            start = int(datetime(YEAR, number + 1, 1, tzinfo=UTC).timestamp())
            of_month = events // MONTHS + (number < events % MONTHS)
            for some in _some_coproductions(rng.multinomial(of_month, _skewed(COPRODUCTIONS))):
                files.add(f"{YEAR}-{number + 1:02}", _table(rng, some, start))
    write_codes(place, _codes())


def _skewed(size: int) -> NDArray[np.float64]:
    weights = 1 / (np.arange(size) + 10) ** 0.9
    return np.asarray(weights / weights.sum())


def _some_coproductions(sizes: Ints) -> Iterator[Ints]:
    """The coproduction of each event, in order, in parts of whole coproductions."""
    parts = np.cumsum(sizes) // DRAWN
    for part in np.unique(parts):
        mine = np.flatnonzero(parts == part)
        if sizes[mine].sum():
            yield mine.repeat(sizes[mine])


def _table(rng: np.random.Generator, coproductions: Ints, start: int) -> pa.Table:
    size = coproductions.size
    cells = (coproductions * TASKS + rng.choice(TASKS, size, p=_skewed(TASKS))) * BASES
    cells += rng.choice(BASES, size, p=_skewed(BASES))
    # Sorted by coproduction, task, basis and moment.
    keys = np.sort(cells << SECOND_BITS | rng.integers(MONTH_S, size=size))
    cells, seconds = keys >> SECOND_BITS, keys & ((1 << SECOND_BITS) - 1)
    masks = rng.integers(1 << KINDS, size=size) & rng.integers(1 << KINDS, size=size)
    columns: list[Any] = [
        cells // (TASKS * BASES),
        cells // BASES % TASKS,
        cells % BASES,
        _marks(rng, cells // (TASKS * BASES)),
        (start + seconds) * 1000,
        np.minimum(rng.exponential(60, size), 86_400),
        np.maximum(rng.normal(0, 150, size), 0),
        masks,
    ]
    arrays = [
        pa.array(np.asarray(column, np.int64)).cast(kind.type)
        for column, kind in zip(columns, SCHEMA, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def _marks(rng: np.random.Generator, coproductions: Ints) -> Ints:
    """Of people who did some twenty tasks each; spread like keyed marks, over all 64 bits."""
    people = coproductions.size // EVENTS_A_PERSON + 1
    own = rng.integers(people, size=coproductions.size).astype(np.uint64)
    spread = (own << np.uint64(16) | coproductions.astype(np.uint64)) + np.uint64(1)
    return (spread * np.uint64(0x9E3779B97F4A7C15)).view(np.int64)


def _codes() -> Iterator[Code]:
    for number in range(BASES):
        yield Code("basis", None, number, f"basis-{number}")
    for one in range(COPRODUCTIONS):
        yield Code("coproduction", one, one, f"made-{one}")
        yield from (Code("task", one, number, f"task-{number}") for number in range(TASKS))
        yield from (Code("data", one, bit, f"kind-{bit}") for bit in range(KINDS))
