"""What events say, added up again beside the months that were published and the inputs declared."""

import re
from collections.abc import Sequence
from copy import copy
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from partage.accounting.measured import Measure, figure_of, unit_of
from partage.calc.declaration import Declaration
from partage.coproductions.models import Coproduction
from partage.events.models import EventMonth
from partage.events.months import counted, month_after, published_months

Facts = dict[str, Any]
Key = tuple[int, str, date]  # task, basis, month
TASK = re.compile(r"\?task=([a-z0-9_-]{1,40})$", re.IGNORECASE)


def first_moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def after(month: date) -> datetime:
    return month_after(first_moment(month))


def months_of(coproduction: Coproduction, task: str = "") -> "QuerySet[EventMonth]":
    rows = coproduction.event_months.select_related("task")
    return rows.filter(task__code=task) if task else rows


def added_again(coproduction: Coproduction, rows: Sequence[EventMonth]) -> list[EventMonth]:
    """The same months with what their events add up to now, each event that counts once."""
    if not rows:
        return []
    first, last = min(row.month for row in rows), max(row.month for row in rows)
    events = counted(coproduction).filter(started_at__gte=first_moment(first))
    by_month = events.filter(
        started_at__lt=after(last), task__in={row.task_id for row in rows}
    ).annotate(month=TruncMonth("started_at", tzinfo=UTC))
    sums = by_month.order_by().values("task", "basis", "month").annotate(
        n=Count("pk"), s=Sum("seconds"), v=Sum("value_cents")
    )  # fmt: skip
    found: dict[Key, tuple[int, int, int]] = {
        (one["task"], one["basis"], one["month"].date()): (one["n"], one["s"], one["v"])
        for one in sums
    }
    return [_with(row, found.get((row.task_id, row.basis, row.month), (0, 0, 0))) for row in rows]


def _with(row: EventMonth, sums: tuple[int, int, int]) -> EventMonth:
    again = copy(row)
    again.events, again.seconds, again.value_cents = sums
    return again


def month_gaps(coproduction: Coproduction, rows: Sequence[EventMonth]) -> list[Facts]:
    """Each month as kept and as its events add up to, and whether both agree."""
    pairs = zip(rows, added_again(coproduction, rows), strict=True)
    return [
        {"month": row, "again": again, "agrees": _sums(row) == _sums(again)} for row, again in pairs
    ]


def _sums(row: EventMonth) -> tuple[int, int, int]:
    return row.events, row.seconds, row.value_cents


def task_of(given: Facts) -> str:
    """The code of the task whose events an input was taken from; empty where it was not."""
    found = TASK.search(given["source_url"])
    return found[1] if found else ""


def input_gap(coproduction: Coproduction, declared: Declaration, given: Facts) -> Facts | None:
    """An input taken from events, made again from the events of the same months."""
    task, read = task_of(given), declared.inputs[given["name"]]
    figure = figure_of(declared, read) if task else ""
    if not figure:
        return None
    rows = published_months(coproduction).filter(task__code=task, basis=given["basis"])
    upto = [row for row in rows.order_by("month") if f"{row.month:%Y-%m}" <= given["date"][:7]]
    again = [row for row in added_again(coproduction, upto) if row.events]
    if not again:
        return {"task": task, "again": None, "gap": None}
    central = float(
        Fraction(Measure(again).figures(figure, unit_of(declared, read, figure))["central"])
    )
    return {"task": task, "again": central, "gap": central - given["central"]}
