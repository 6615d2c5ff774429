"""The months of events: added up as batches come, published once a month is closed."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction
from partage.events.models import ClosedMonth, Event, EventMonth
from partage.events.reading import month_of
from partage.register.recording import record

FEWEST = 10  # events, and people where they are told apart
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
    rows = coproduction.event_months.filter(month__in={month for month, _task, _basis in totals})
    known = {(row.month, row.task_id, row.basis): row for row in rows}
    changed = [known[key] for key in totals if key in known]
    new = [
        EventMonth(coproduction=coproduction, month=month, task_id=task, basis=basis)
        for month, task, basis in totals
        if (month, task, basis) not in known
    ]
    for row in changed + new:
        _add(row, totals[row.month, row.task_id, row.basis], codes)
    EventMonth.objects.bulk_create(new, batch_size=500)
    EventMonth.objects.bulk_update(changed, [*FIGURES, "data"], batch_size=500)


def _figures(event: Event, codes: dict[str, int], sign: int) -> dict[str, int]:
    figures = {"events": sign, "seconds": sign * event.seconds}
    figures["value_cents"] = sign * event.value_cents
    taken = {f"data {code}": sign for code, bit in codes.items() if event.data_mask >> bit & 1}
    return figures | taken


def _add(row: EventMonth, total: Counter[str], codes: dict[str, int]) -> None:
    for name in FIGURES:
        setattr(row, name, getattr(row, name) + total[name])
    for code in codes:
        if change := total[f"data {code}"]:
            row.data[code] = row.data.get(code, 0) + change


@transaction.atomic
def close_month(coproduction: Coproduction, month: date) -> ClosedMonth:
    """Publish the figures of a month that is over: from now on no event comes into it."""
    lock(coproduction)
    now = timezone.now()
    if month >= month_of(now):
        raise CannotClose(_("That month is not over yet: it can be closed once it is."))
    if coproduction.closed_months.filter(month=month).exists():
        raise CannotClose(_("That month is closed already."))
    rows = list(coproduction.event_months.filter(month=month))
    if not rows:
        raise CannotClose(_("No event lies in that month."))
    people = _people(coproduction, month)
    for row in rows:
        told_apart = people.get((row.task_id, row.basis), 0)
        # Marks may be there or not: ten events of one card say what one person did.
        row.is_published = row.events >= FEWEST and (told_apart == 0 or told_apart >= FEWEST)
    EventMonth.objects.bulk_update(rows, ["is_published"], batch_size=500)
    closed = ClosedMonth.objects.create(coproduction=coproduction, month=month, closed_at=now)
    # Not how many events: less the rows shown, that would tell what those hidden hold.
    record("month-closed", space=coproduction.slug, public={"month": f"{month:%Y-%m}"})
    return closed


def _people(coproduction: Coproduction, month: date) -> dict[tuple[int, str], int]:
    """How many people are told apart by task and basis, in the events that count."""
    first = _first(month)
    there = counted(coproduction).filter(started_at__gte=first, started_at__lt=month_after(first))
    rows = there.order_by().values("task", "basis")
    found = rows.annotate(people=Count("who", distinct=True))
    return {(row["task"], row["basis"]): row["people"] for row in found}


def counted(coproduction: Coproduction) -> QuerySet[Event]:
    """The events that count: those that no other one corrects."""
    events = Event.objects.filter(coproduction=coproduction)
    return events.exclude(Exists(events.filter(corrects=OuterRef("event_id"))))


def closed_events(coproduction: Coproduction) -> QuerySet[Event]:
    """The events that count, from the first to the last of the months that are closed."""
    months = coproduction.closed_months.aggregate(first=Min("month"), last=Max("month"))
    if months["first"] is None:
        return Event.objects.none()
    end = month_after(_first(months["last"]))
    return counted(coproduction).filter(started_at__gte=_first(months["first"]), started_at__lt=end)


def _first(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def month_after(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


def published_months(coproduction: Coproduction) -> QuerySet[EventMonth]:
    """What anyone may read: of closed months, the rows of ten events and ten people or more."""
    return coproduction.event_months.filter(is_published=True).select_related("task")


def told(count: int, events: int) -> int | None:
    """In how many events a kind of data was taken; neither one to nine with it nor without it."""
    few = range(1, FEWEST)
    return None if count in few or events - count in few else count
