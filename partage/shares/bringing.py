"""Bringing in what people did in a period: from the events of its closed months, or from a file."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from partage.events.models import Event
from partage.events.months import lock
from partage.events.reading import month_of
from partage.register.inserting import Insert, insert_each
from partage.register.recording import record
from partage.shares.models import Period, Recorded, ShareOut
from partage.shares.people import AT_ONCE, beneficiaries_of
from partage.shares.reading import Layout, Line, read_file


class CannotBring(Exception):
    """Nothing can be brought in now; the message is the sentence to show."""


@transaction.atomic
def bring_events(period: Period) -> int:
    """Take what the events of the period's days tell of each person; returns how many people."""
    _check(period)
    open_month = _first_open_month(period)
    if open_month:
        sentence = _("The month %(month)s is not closed: close it first, so that no event comes.")
        raise CannotBring(sentence % {"month": f"{open_month:%Y-%m}"})
    lines = _lines_of(period)
    if not lines:
        raise CannotBring(_("No event of these days names a person: send a file instead."))
    return _write(period, lines, "events")


@transaction.atomic
def bring_file(period: Period, sent: bytes) -> int:
    """Take a file's lines, all or none; raises FileRefused. What was there before goes."""
    _check(period)
    return _write(period, read_file(sent, Layout.of(period)), "file")


def _check(period: Period) -> None:
    lock(period.coproduction)
    if Period.objects.in_force().filter(pk=period.pk).first() is None:
        raise CannotBring(_("This period is withdrawn."))
    if not period.is_over:
        sentence = _("The period closes on %(day)s: bring in what people did once it is over.")
        raise CannotBring(sentence % {"day": period.closes_on})
    if ShareOut.objects.filter(period=period).exists():
        raise CannotBring(_("The shares of this period are computed: nothing comes in any more."))


def _first_open_month(period: Period) -> date | None:
    """The first month of the period that holds events and is not closed."""
    first, last = month_of(period.opens_on), month_of(period.closes_on)
    told = period.coproduction.event_months.filter(month__range=(first, last))
    closed = period.coproduction.closed_months.values("month")
    left = told.exclude(month__in=closed).order_by("month")
    return left.values_list("month", flat=True).first()


def counted_events(period: Period) -> "QuerySet[Event]":
    """The events of the period's days, in universal time, that no other corrects."""
    opens = datetime(period.opens_on.year, period.opens_on.month, period.opens_on.day, tzinfo=UTC)
    days = (period.closes_on - period.opens_on).days + 1
    events = Event.objects.filter(coproduction=period.coproduction)
    corrected = events.filter(corrects=OuterRef("event_id"))
    there = events.filter(started_at__gte=opens, started_at__lt=opens + timedelta(days=days))
    return there.exclude(Exists(corrected))


def _lines_of(period: Period) -> list[Line]:
    told = counted_events(period).exclude(who=None).order_by()
    seconds: dict[int, int] = defaultdict(int)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = told.values_list("who", "task__code").annotate(times=Count("pk"), time=Sum("seconds"))
    for who, task, times, time in rows.iterator(AT_ONCE):
        seconds[who] += time
        counts[who][task] = times
    return [Line(0, who, time, counts[who]) for who, time in seconds.items()]


# Written out: rows of the ORM would take several times as long for a hundred thousand people.
RECORDED = Insert(
    "INSERT INTO shares_recorded (period_id, beneficiary_id, person, seconds, counts, given, received, circle)",
    "(%s, %s, %s, %s, %s, %s, %s, %s)",
)


def _write(period: Period, lines: Collection[Line], source: str) -> int:
    Recorded.objects.filter(period=period).delete()
    marks = {line.who for line in lines}
    people = beneficiaries_of(period.coproduction, marks, bytes(period.seed))
    rows = [[period.pk, *people[line.who], *_told(line, people)] for line in lines]
    insert_each(RECORDED, rows)
    public = {"period": period.number, "from": source}
    record("contributions-brought", space=period.coproduction.slug, public=public)
    return len(rows)


def _told(line: Line, people: Mapping[int, tuple[int, str]]) -> list[object]:
    given = {people[other][1]: points for other, points in line.given.items() if other in people}
    counts = json.dumps(dict(line.counts), ensure_ascii=False)
    return [line.seconds, counts, json.dumps(given), line.received, line.circle]
