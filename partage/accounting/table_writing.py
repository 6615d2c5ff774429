"""The big tables written from the database: the events that count, of the months that are closed."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from partage.accounting.table_files import (
    NUMBERS,
    SCHEMA,
    Code,
    EventFiles,
    TablesRefused,
    by_month,
    replacing,
    write_codes,
)
from partage.coproductions.models import Coproduction
from partage.events.models import Event
from partage.events.months import closed_events
from partage.events.reading import month_of

ROWS_EACH = 50_000
BASES = {basis: number for number, basis in enumerate(sorted(Event.Basis.values))}
FIELDS = ("task", "basis", "who", "started_at", "seconds", "value_cents", "data_mask")
MOMENT = FIELDS.index("started_at")


def write_tables(folder: Path) -> tuple[int, int]:
    """Write the tables anew; how many events, in how many months. Raises TablesRefused."""
    measured = Coproduction.objects.filter(closed_months__isnull=False).distinct().order_by("pk")
    with replacing(folder) as place, EventFiles(place) as files:
        codes = [Code("basis", None, number, basis) for basis, number in BASES.items()]
        for coproduction in measured:
            # In this order: what lies in a closed month has a task that is there already.
            closed = frozenset(coproduction.closed_months.values_list("month", flat=True))
            tasks = _tasks(coproduction)
            codes += _codes(coproduction, tasks)
            numbers = dict(tasks.values())
            for rows in _rows(coproduction, closed, numbers):
                for month, some in by_month(rows):
                    files.add(month, some)
        write_codes(place, codes)
        return files.rows, len(files.months)


def _tasks(coproduction: Coproduction) -> dict[str, tuple[int, int]]:
    """Key and number of each task, by code; a task keeps its number when others are added."""
    rows = coproduction.event_tasks.order_by("pk").values_list("code", "pk")
    tasks = {code: (pk, number) for number, (code, pk) in enumerate(rows)}
    if len(tasks) > NUMBERS:
        raise TablesRefused(
            f"{coproduction.slug} has {len(tasks)} tasks: the tables number {NUMBERS} at most"
        )
    return tasks


def _codes(coproduction: Coproduction, tasks: dict[str, tuple[int, int]]) -> Iterator[Code]:
    yield Code("coproduction", coproduction.pk, coproduction.pk, coproduction.slug)
    for code, (_pk, number) in tasks.items():
        yield Code("task", coproduction.pk, number, code)
    for code, bit in coproduction.event_data.values_list("code", "bit"):
        yield Code("data", coproduction.pk, bit, code)


def _rows(
    coproduction: Coproduction, closed: frozenset[date], tasks: dict[int, int]
) -> Iterator[pa.Table]:
    """The events of closed months, some at a time, by task and basis."""
    measured = coproduction.event_months.filter(month__in=closed).order_by("task", "basis")
    for task, basis in measured.values_list("task", "basis").distinct():
        # In the order of an index, since SQLite sorts in memory whatever it is told.
        same = closed_events(coproduction).filter(task=task, basis=basis).order_by("event_id")
        events = same.values_list(*FIELDS).iterator(ROWS_EACH)
        while some := list(islice(events, ROWS_EACH)):
            if mine := [event for event in some if month_of(event[MOMENT]) in closed]:
                yield _table(coproduction.pk, tasks, mine)


def _table(coproduction: int, tasks: dict[int, int], events: list[tuple[Any, ...]]) -> pa.Table:
    task, basis, who, moments, *figures = zip(*events, strict=True)
    columns = [
        [coproduction] * len(events),
        [tasks[pk] for pk in task],
        [BASES[name] for name in basis],
        who,
        # To the second: finer says more of a person than any count needs.
        [moment.replace(microsecond=0) for moment in moments],
        *figures,
    ]
    arrays = [pa.array(column, kind.type) for column, kind in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)
