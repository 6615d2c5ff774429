"""Background readers of the register: stored position, coalescing, redone after a kill."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from partage.register.models import Consumer, Entry, Payload


def last_position(space: str) -> int:
    return Entry.objects.filter(space=space).aggregate(last=Max("id"))["last"] or 0


def position(name: str, space: str) -> int:
    return (
        Consumer.objects.filter(name=name, space=space).values_list("position", flat=True).first()
        or 0
    )


def advance(name: str, space: str, *, start: int, end: int) -> bool:
    """Move from `start` to `end`; False when another worker moved it meanwhile.

    Call it in the transaction that writes what was computed: both land, or neither does.
    """
    Consumer.objects.get_or_create(name=name, space=space, defaults={"position": 0})
    moved = Consumer.objects.filter(name=name, space=space, position=start).update(position=end)
    return moved == 1


@dataclass(frozen=True)
class Lag:
    """What a reader has not followed yet: entries (an upper bound), and the age of the oldest."""

    entries: int
    oldest: timedelta


def lag(name: str, spaces: list[str]) -> Lag:
    positions = dict(Consumer.objects.filter(name=name).values_list("space", "position"))
    behind = {
        space: (positions.get(space, 0), last)
        for space in spaces
        if (last := last_position(space)) > positions.get(space, 0)
    }
    waiting = [
        Payload.objects.filter(entry__space=space, entry_id__gt=start)
        .order_by("entry_id")
        .values_list("recorded_at", flat=True)
        .first()
        for space, (start, _end) in behind.items()
    ]
    now = timezone.now()
    ages = [now - moment for moment in waiting if moment]
    return Lag(sum(end - start for start, end in behind.values()), max(ages, default=timedelta()))
