"""What must hold of the register at any moment, and whether acts of other apps stand in it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import AT_ONCE, Check, named
from partage.register.consumers import LOG_STEP
from partage.register.models import Consumer, Entry, Erasure, Log

A_CHECK_EVERY = timedelta(days=2)
SEALED_WITHIN = timedelta(hours=2)  # an entry says its hour, not its minute
ERASED_WITHIN = timedelta(hours=24)


def entries_by_space(kinds: Collection[str]) -> Counter[str]:
    """How many entries of these kinds stand in each space."""
    rows = Entry.objects.filter(kind__in=kinds).order_by().values_list("space")
    return Counter(dict(rows.annotate(n=Count("pk"))))


def unrecorded(rows: Iterable[tuple[str, int]], entries: Counter[str]) -> Iterator[str]:
    """The spaces that hold more of these rows than acts that make one were recorded.

    Not how many: on a young coproduction that would be a live count.
    """
    for space, count in rows:
        if count > entries[space]:
            yield f"space {space}"


def counted_by(path: str, rows: "QuerySet[Any]") -> Iterator[tuple[str, int]]:
    """Of each space, how many rows."""
    yield from rows.order_by().values_list(path).annotate(n=Count("pk")).iterator(AT_ONCE)


def unlike(
    rows: Iterable[tuple[str, tuple[object, ...]]], kind: str, *columns: str
) -> Iterator[str]:
    """Of published things, the names of those of which no entry says the same.

    Each row: its name, then its space and what the entry calls by the names of these columns.
    """
    told = Entry.objects.filter(kind=kind).order_by().values_list("space", "public")
    known = {
        (space, *(public.get(column) for column in columns))
        for space, public in told.iterator(AT_ONCE)
    }
    return (name for name, said in rows if said not in known)


def _not_verified() -> Iterator[str]:
    since = timezone.now() - A_CHECK_EVERY
    for log in Log.objects.exclude(checkpoint="").order_by("-number")[:1]:
        holds = bool(log.verdict and log.verdict.get("holds"))
        if log.halted or not holds or log.verified_at is None or log.verified_at < since:
            yield f"register.Log {log.pk}"


def _with_a_gap() -> Iterator[str]:
    """Places are unique: as many as the tree holds, up to its last one, leave no gap."""
    placed = Entry.objects.filter(position__isnull=False).order_by().values("log")
    rows = placed.annotate(n=Count("pk"), last=Max("position")).values_list("log", "n", "last")
    found = {log: (n, last + 1) for log, n, last in rows}
    for log, size in Log.objects.order_by("pk").values_list("pk", "size"):
        if found.get(log, (0, 0)) != (size, size):
            yield f"register.Log {log}"


def _not_sealed() -> Iterator[str]:
    before = timezone.now() - SEALED_WITHIN
    return named(Entry.objects.filter(position=None, hour__lt=before))


def _not_told() -> Iterator[str]:
    return named(Erasure.objects.filter(erased_at__lt=timezone.now() - ERASED_WITHIN))


def _ahead() -> Iterator[str]:
    """Readers whose position the register has not reached: they would leave acts out."""
    last = Log.objects.order_by("-number").first()
    end = last.number * LOG_STEP + last.size if last else 0
    return named(Consumer.objects.alias(end=F("position") - end).filter(end__gt=0))


CHECKS: tuple[Check, ...] = (
    Check(
        "register-verified",
        _("The register was read from its first entry to its last signature within two days, and everything in it holds."),
        _not_verified,
    ),
    Check(
        "register-without-gap",
        _("The register holds as many entries as its tree, without a gap."),
        _with_a_gap,
    ),
    Check("acts-sealed", _("Every act is sealed in the register within two hours."), _not_sealed),
    Check(
        "erasures-told",
        _("What is erased is said in the register within a day."),
        _not_told,
    ),
    Check(
        "readers-in-step",
        _("Whatever counts acts has read no further than the register goes."),
        _ahead,
    ),
)  # fmt: skip
