"""Taking a person's mark off their events, now and again in a backup from before."""

from django.db.models import Max

from partage.coproductions.models import Coproduction
from partage.events.models import Event
from partage.register.erasing import fingerprint, list_mark


def mark_of(slug: str, who: int) -> str:
    """Tells the mark again in a backup, and nothing about it."""
    return fingerprint(f"{slug}:{who}".encode())


def forget_mark(coproduction: Coproduction, who: int) -> int:
    """Take the mark off all events, closed months included: sums stay. Returns how many."""
    mine = Event.objects.filter(coproduction=coproduction, who=who)
    # An event that comes later is not forgotten, here nor after a restore.
    last = mine.aggregate(last=Max("pk"))["last"]
    if last is None:
        return 0
    list_mark(mark_of(coproduction.slug, who), last)
    return mine.update(who=None)


def forget_marks_again(listed: dict[str, int]) -> int:
    """Forget the listed marks, each in the events up to the last it had; counts those found."""
    if not listed:
        return 0
    marked = Event.objects.exclude(who=None).order_by()
    rows = marked.values_list("coproduction", "coproduction__slug", "who").distinct()
    found = [(pk, who, mark_of(slug, who or 0)) for pk, slug, who in rows.iterator(2000)]
    gone = [(pk, who, listed[mark]) for pk, who, mark in found if mark in listed]
    return sum(
        bool(marked.filter(coproduction=pk, who=who, pk__lte=last).update(who=None))
        for pk, who, last in gone
    )
