"""How much there is to inspect and how much time it takes, in figures that a service can show."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from partage.oversight.models import Mandate, Question, Worked


def write_hours(mandate: Mandate, day: date, minutes: int) -> None:
    Worked.objects.create(mandate=mandate, day=day, minutes=minutes)


def count_cases(mandate: Mandate, waiting: int) -> None:
    Mandate.objects.filter(pk=mandate.pk).update(waiting_cases=waiting)


def workload_of(mandate: Mandate) -> dict[str, Any]:
    """Of one inspection: what it covers, hours given, cases and answers that wait."""
    minutes = mandate.worked.aggregate(sum=Sum("minutes"))["sum"] or 0
    late = Count("pk", filter=Q(due_on__lt=timezone.localdate()))
    asked = mandate.questions.waiting().aggregate(waiting=Count("pk"), late=late)
    return {"hours": minutes / 60, "cases": mandate.waiting_cases, **asked}


def workload() -> Iterable[dict[str, Any]]:
    """Of all inspections together, for each kind of body: no mandate and nobody is named."""
    open_ones = Count("pk", filter=Q(closed_at=None))
    cases = Sum("waiting_cases", filter=Q(closed_at=None), default=0)
    rows = Mandate.objects.order_by("body").values("body").annotate(
        mandates=open_ones, done=Count("pk") - open_ones, cases=cases
    )  # fmt: skip
    minutes = dict(
        Worked.objects.order_by().values_list("mandate__body").annotate(sum=Sum("minutes"))
    )
    waiting = Question.objects.waiting().order_by().values(body=F("mandate__body"))
    asked = dict(waiting.annotate(n=Count("pk")).values_list("body", "n"))
    for row in rows:
        body = row["body"]
        hours = minutes.get(body, 0) / 60
        yield {
            **row,
            "label": Mandate.Body(body).label,
            "hours": hours,
            "asked": asked.get(body, 0),
        }
