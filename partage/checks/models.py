"""What the standing checks found, one row a run."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

# A run a day is expected; beyond this, the status page says that it has been too long.
LATE = timedelta(days=2)
KEPT_DAYS = 365


class RunQuerySet(models.QuerySet["Run"]):
    def last_first(self) -> "RunQuerySet":
        return self.order_by("-ended_at", "-pk")

    def too_old(self) -> "RunQuerySet":
        return self.filter(ended_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))


class Run(models.Model):
    """All the checks, one after the other, on the data as they were then. Never changed."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(db_index=True)
    # How many rules do not hold, and how many could not be checked.
    broken = models.PositiveSmallIntegerField()
    unknown = models.PositiveSmallIntegerField()
    # Code of the check to how many rows break the rule (nothing: it could not be checked), and a few of them.
    found = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(RunQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="checks_run_ends_after_it_began", condition=Q(ended_at__gte=F("began_at"))
            )
        ]

    def __str__(self) -> str:
        return f"checks of {self.ended_at:%Y-%m-%d %H:%M}"

    @property
    def holds(self) -> bool:
        return not self.broken and not self.unknown

    @property
    def is_late(self) -> bool:
        return timezone.now() - self.ended_at > LATE
