"""Background readers of the register: stored position, coalescing, redone after a kill.

A position is a place in the sealed log, so that nothing that commits late is left out.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from partage.register.models import Consumer, Entry, Payload

# Places begin again at 0 in a new log; a position is one number over all logs.
LOG_STEP = 1 << 48


def last_position(space: str) -> int:
    """One past the last sealed entry of a space; 0 when there is none."""
    sealed = Entry.objects.filter(space=space, position__isnull=False)
    last = sealed.order_by("-log", "-position").values_list("log", "position").first()
    return last[0] * LOG_STEP + int(last[1] or 0) + 1 if last else 0


def last_act(space: str) -> str:
    """A mark of all that is recorded in a space, sealed or not: another act makes another one."""
    waiting = Entry.objects.filter(space=space, position=None).aggregate(last=Max("pk"))["last"]
    return f"{last_position(space)}-{waiting or 0}"


def _after(space: str, start: int) -> Q:
    """Entries of a space that a reader at `start` has not seen, those without a place included."""
    log, place = divmod(start, LOG_STEP)
    later = Q(position=None) | Q(log__gt=log) | Q(log=log, position__gte=place)
    return Q(space=space) & later


def sealed_between(space: str, start: int, end: int) -> "QuerySet[Entry]":
    """Entries from `start` to before `end`, in their order."""
    log, place = divmod(end, LOG_STEP)
    earlier = Q(log__lt=log) | Q(log=log, position__lt=place)
    sealed = Entry.objects.filter(_after(space, start) & earlier, position__isnull=False)
    return sealed.order_by("log", "position")


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
    """What a reader has not followed yet: entries, and the age of the oldest."""

    entries: int
    oldest: timedelta


def lag(name: str, spaces: list[str]) -> Lag:
    """How far a reader is behind in these spaces; only those that moved are counted."""
    positions = dict(Consumer.objects.filter(name=name).values_list("space", "position"))
    entries, ages = 0, [timedelta()]
    for space in spaces:
        start = positions.get(space, 0)
        if last_position(space) > start:
            unread = Entry.objects.filter(_after(space, start))
            entries += unread.count()
            kept = Payload.objects.filter(entry__in=unread).order_by("entry_id")
            oldest = kept.values_list("recorded_at", flat=True).first()
            ages += [timezone.now() - oldest] if oldest else []
    return Lag(entries, max(ages))
