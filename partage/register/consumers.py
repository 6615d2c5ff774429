"""Background readers of the register: stored position, coalescing, redone after a kill."""

from django.db.models import F, Max

from partage.register.models import Consumer, Entry


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


def lag(name: str, spaces: list[str]) -> int:
    """Entries written in these spaces and not followed yet (an upper bound, by entry number)."""
    positions = dict(Consumer.objects.filter(name=name).values_list("space", F("position")))
    return sum(max(0, last_position(space) - positions.get(space, 0)) for space in spaces)
