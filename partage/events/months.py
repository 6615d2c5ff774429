"""The months of events: added up as batches come, published once a month is closed."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction
from partage.events.models import ClosedMonth, Event, EventMonth
from partage.events.reading import month_of
from partage.register.recording import record

FEWEST_EVENTS = 10
FIGURES = ("events", "seconds", "value_cents")

Key = tuple[date, int, str]  # month, task, basis


class CannotClose(Exception):
    """The month is not over, or is closed already; the message is the sentence to show."""


def lock(coproduction: Coproduction) -> None:
    """Batches of a coproduction, and the closing of its months, come one after the other."""
    Coproduction.objects.select_for_update(no_key=True).get(pk=coproduction.pk)


def add_to_months(coproduction: Coproduction, came: list[Event], corrected: list[Event]) -> None:
    """Add events to their months, and take away those that they correct, in the same transaction."""
    codes = dict(coproduction.event_data.values_list("code", "bit"))
    totals: dict[Key, Counter[str]] = defaultdict(Counter)
    for events, sign in ((came, 1), (corrected, -1)):
        for event in events:
            total = totals[month_of(event.started_at), event.task_id, event.basis]
            total.update(_figures(event, codes, sign))
    for (month, task, basis), total in totals.items():
        _add(coproduction, {"month": month, "task_id": task, "basis": basis}, total, codes)


def _figures(event: Event, codes: dict[str, int], sign: int) -> dict[str, int]:
    figures = {"events": sign, "seconds": sign * event.seconds}
    figures["value_cents"] = sign * event.value_cents
    taken = {f"data {code}": sign for code, bit in codes.items() if event.data_mask >> bit & 1}
    return figures | taken


def _add(
    coproduction: Coproduction, row: dict[str, Any], total: Counter[str], codes: dict[str, int]
) -> None:
    month, _made = EventMonth.objects.get_or_create(coproduction=coproduction, **row)
    for name in FIGURES:
        setattr(month, name, getattr(month, name) + total[name])
    for code in codes:
        if change := total[f"data {code}"]:
            month.data[code] = month.data.get(code, 0) + change
    month.save()


@transaction.atomic
def close_month(coproduction: Coproduction, month: date) -> ClosedMonth:
    """Publish the figures of a month that is over: from now on no event comes into it."""
    lock(coproduction)
    now = timezone.now()
    if month >= month_of(now):
        raise CannotClose(_("That month is not over yet: it can be closed once it is."))
    if coproduction.closed_months.filter(month=month).exists():
        raise CannotClose(_("That month is closed already."))
    rows = coproduction.event_months.filter(month=month)
    if not rows.exists():
        raise CannotClose(_("No event lies in that month."))
    closed = ClosedMonth.objects.create(coproduction=coproduction, month=month, closed_at=now)
    total = rows.aggregate(events=Sum("events"))["events"]
    told = {"month": f"{month:%Y-%m}", "events": total}
    record("month-closed", space=coproduction.slug, public=told)
    return closed


def published_months(coproduction: Coproduction) -> list[EventMonth]:
    """What anyone may read: closed months, and of these the rows of ten events or more."""
    closed = coproduction.closed_months.values("month")
    rows = coproduction.event_months.filter(month__in=closed, events__gte=FEWEST_EVENTS)
    return list(rows.select_related("task"))
