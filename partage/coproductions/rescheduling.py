"""Moving the dates of a stage, in public and with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Stage, StageChange
from partage.register.recording import record

# A page of changes that one has not read is more than one reads.
MOST_TOLD = 20


class RescheduleRefused(Exception):
    """The dates stand; the message is the sentence to show."""


class StageOvertaken(RescheduleRefused):
    """Somebody moved the stage since the dates were read: `changes` says how, the first one first."""

    def __init__(self, changes: list[StageChange]) -> None:
        super().__init__(_("The dates were moved since you opened this page."))
        self.changes = changes


@transaction.atomic
def reschedule(
    stage: Stage,
    opens_at: datetime,
    closes_at: datetime | None,
    *,
    after: int,
    reason: str,
    language: str,
) -> None:
    """Give a stage that is not over other dates. What is past stays as it was.

    `after` is the last change that the person has read, 0 where there was none.
    """
    held = Stage.objects.select_for_update().select_related("coproduction").get(pk=stage.pk)
    if later := list(held.changes.filter(pk__gt=after).order_by("pk")[:MOST_TOLD]):
        raise StageOvertaken(later)
    _check(held, opens_at, closes_at)
    StageChange.objects.create(
        stage=held,
        changed_at=timezone.now(),
        reason=reason,
        language=language,
        opened_before=held.opens_at,
        closed_before=held.closes_at,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    held.opens_at, held.closes_at = opens_at, closes_at
    held.save(update_fields=["opens_at", "closes_at"])
    record(
        "stage-moved",
        space=held.coproduction.slug,
        public={
            "kind": held.kind,
            "opens_at": opens_at.isoformat(),
            "closes_at": closes_at and closes_at.isoformat(),
        },
    )


def _check(held: Stage, opens_at: datetime, closes_at: datetime | None) -> None:
    now = timezone.now()
    if held.is_over(now):
        raise RescheduleRefused(_("This stage is over: its dates stand."))
    if (opens_at, closes_at) == (held.opens_at, held.closes_at):
        raise RescheduleRefused(_("These are the dates it has already."))
    if held.is_open(now) and opens_at != held.opens_at:
        raise RescheduleRefused(_("This stage is open already: its opening date stands."))
    if not held.is_open(now) and timezone.localdate(opens_at) < timezone.localdate(now):
        raise RescheduleRefused(_("A stage cannot be opened in the past."))
    if closes_at is not None and closes_at <= max(now, opens_at):
        raise RescheduleRefused(_("It must close after it opens, and not in the past."))
