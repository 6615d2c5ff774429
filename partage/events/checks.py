"""What must hold of the producer's events at any moment."""

from collections.abc import Iterator
from datetime import UTC

from django.db.models import Count, Exists, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import AT_ONCE, Check, named
from partage.events.models import Batch, Event, EventMonth
from partage.events.months import FIGURES
from partage.register.checks import unlike

KEY = ("coproduction", "month", "task", "basis")


def _months() -> Iterator[str]:
    """The figures of each month, task and basis, added up again from its events."""
    corrected = Event.objects.filter(
        coproduction=OuterRef("coproduction"), corrects=OuterRef("event_id")
    )
    counted = Event.objects.exclude(Exists(corrected)).order_by()
    by_month = counted.annotate(month=TruncMonth("started_at", tzinfo=UTC)).values(*KEY)
    sums = by_month.annotate(n=Count("pk"), s=Sum("seconds"), v=Sum("value_cents"))
    found = {
        (space, month.date(), *key): figures
        for space, month, *key, figures in (
            (*row[:4], row[4:]) for row in sums.values_list(*KEY, "n", "s", "v")
        )
    }
    rows = EventMonth.objects.order_by("pk").values_list("pk", *KEY, *FIGURES)
    for pk, *row in rows.iterator(AT_ONCE):
        if found.pop(tuple(row[:4]), (0, 0, 0)) != tuple(row[4:]):
            yield f"{EventMonth._meta.label} {pk}"
    # Events that no month holds.
    yield from (f"{EventMonth._meta.label} {month:%Y-%m}" for _space, month, *_key in found)


def _batches() -> Iterator[str]:
    events = Event.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    number = Coalesce(Subquery(events.annotate(n=Count("pk")).values("n")), 0)
    yield from named(Batch.objects.exclude(accepted=number))
    told = Batch.objects.order_by("pk").values_list("pk", "coproduction__slug", "inputs")
    rows = ((f"{Batch._meta.label} {pk}", tuple(said)) for pk, *said in told.iterator(AT_ONCE))
    yield from unlike(rows, "events-received", "inputs")


CHECKS: tuple[Check, ...] = (
    Check(
        "months-add-up",
        _("The hours and amounts of each month are the sum of its events."),
        _months,
    ),
    Check(
        "batches-recorded",
        _("Every batch of events holds what was accepted, and stands in the register."),
        _batches,
    ),
)
