"""Whose answers no result counts: who froze theirs or objected, and sets left out with a reason."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from partage.contributions.models import ContestedSet, InDoubt, Release, Vote
from partage.coproductions.models import Coproduction
from partage.people.models import Participant


def people_left_out(
    coproduction: Coproduction, sets: "QuerySet[ContestedSet] | None" = None
) -> "QuerySet[Any]":
    """Their participants, to be looked up in the database; `sets`: as though these were left out."""
    if sets is None:
        doubts = InDoubt.objects.left_out()
    else:
        doubts = InDoubt.objects.filter(contested_set__in=sets).exclude(is_upheld=True)
    people = Participant.objects.filter(space=coproduction.slug)
    ways = Q(restriction__isnull=False) | Q(pk__in=doubts.values("participant"))
    return people.filter(ways).order_by().values("pk")


def excluded_sets(coproduction: Coproduction) -> "QuerySet[ContestedSet]":
    sets = ContestedSet.objects.filter(coproduction=coproduction)
    return sets.filter(state=ContestedSet.State.EXCLUDED).order_by("number")


@dataclass(frozen=True)
class Change:
    """From the last release to now: who came, and who entered or left with a contested set."""

    newcomers: int
    in_sets: int

    @property
    def people(self) -> int:
        """How many of them a difference between the two releases would mix."""
        return max(0, self.newcomers) + self.in_sets


def change_since(coproduction: Coproduction, last: Release | None, everybody: int) -> Change:
    """`everybody`: who has answered by now, whether counted or left out.

    Who freezes alone is not in it: with nobody beside them, a difference would tell their answers.
    """
    if last is None:
        return Change(everybody, 0)
    before = last.people + last.left_out.get("people", 0)
    then = set(last.left_out.get("sets", []))
    now = set(excluded_sets(coproduction).values_list("number", flat=True))
    moved = InDoubt.objects.filter(
        contested_set__coproduction=coproduction, contested_set__number__in=then ^ now
    )
    voters = Vote.objects.filter(participant__in=moved.values("participant")).order_by()
    in_sets = voters.values("participant").distinct().count() if then != now else 0
    return Change(everybody - before, in_sets)
