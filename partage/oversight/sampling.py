"""Drawing entries by a seed that nobody chose, so that anyone draws the same ones again."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.oversight.chains import seed_of
from partage.oversight.models import Mandate, Sample
from partage.register.checkpoints import unchecked
from partage.register.models import Entry, Log

MOST_DRAWN_AMONG = 2_000_000


class SampleRefused(Exception):
    """Nothing can be drawn; the message is the sentence to show."""


@dataclass(frozen=True)
class Among:
    """Which entries: of these coproductions, of a kind, between two days; empty: all."""

    slugs: list[str]
    kind: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def said(cls, slugs: list[str], said: dict[str, Any]) -> "Among":
        """As a checked form says; `slugs` are all that the mandate covers."""
        chosen = said.get("coproduction")
        days = said.get("since"), said.get("until")
        return cls([chosen] if chosen else slugs, said.get("kind") or "", *days)

    def entries(self) -> "QuerySet[Entry]":
        found = Entry.objects.filter(space__in=self.slugs)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.since:
            found = found.filter(hour__gte=_midnight(self.since))
        return found.filter(hour__lt=_midnight(self.until + DAY)) if self.until else found

    @property
    def facts(self) -> dict[str, Any]:
        days = {"since": self.since, "until": self.until}
        told = {name: day.isoformat() for name, day in days.items() if day}
        return {"coproductions": self.slugs, "kind": self.kind, **told}


DAY = timedelta(days=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def drawn(seed: str, places: Iterable[int], size: int) -> list[int]:
    """Those of the places whose SHA-256 of “seed place” is smallest, in the order of the register."""
    rank = ((sha256(f"{seed} {place}".encode()).digest(), place) for place in places)
    return sorted(place for _digest, place in heapq.nsmallest(size, rank))


@transaction.atomic
def draw_sample(mandate: Mandate, among: Among, size: int) -> Sample:
    """Draw among what the last checkpoint covers, and keep it with the inspection."""
    Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    log = Log.objects.exclude(checkpoint="").order_by("-number").first()
    if log is None:
        raise SampleRefused(_("Nothing is sealed yet: try again in a few seconds."))
    head = unchecked(log.checkpoint)
    covered = among.entries().filter(Q(log=log.pk, position__lt=head.size))
    population = covered.count()
    if not 0 < population <= MOST_DRAWN_AMONG:
        sentence = _(
            "%(n)s sealed entries fit these words: choose others, so that 1 to %(most)s do."
        )
        raise SampleRefused(sentence % {"n": population, "most": MOST_DRAWN_AMONG})
    last = mandate.samples.first()
    number = last.number + 1 if last else 1
    seed = seed_of(head.text, mandate.number, number)
    places = covered.order_by("position").values_list("position", flat=True)
    return Sample.objects.create(
        mandate=mandate,
        number=number,
        drawn_at=timezone.now(),
        origin=head.origin,
        log=log.pk,
        size=head.size,
        root=head.root.hex(),
        seed=seed,
        among=among.facts,
        population=population,
        places=drawn(seed, (place or 0 for place in places.iterator(5000)), size),
    )
