"""Putting answers in doubt, leaving them out with a reason, and answering whoever contests it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.contributions.deciding import AlreadyDecided, SamePerson, log, two_must_agree
from partage.contributions.models import ContestedSet, Decision, InDoubt
from partage.contributions.stuffing import sides_told
from partage.contributions.voting import VoteRefused
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import moderating_role
from partage.people.models import Participant, Person
from partage.register.recording import record

State = ContestedSet.State


@transaction.atomic
def put_in_doubt(
    coproduction: Coproduction,
    person: Person,
    kind: ContestedSet.Kind,
    people: Iterable[int],
    facts: dict[str, Any],
) -> ContestedSet | None:
    """Open a set of these participants, save those who were right against an earlier one, if any remain.

    Nothing changes in the results until somebody decides.
    """
    Coproduction.objects.select_for_update().only("pk").get(pk=coproduction.pk)
    doubted = set(people).difference(_upheld(coproduction).values_list("participant", flat=True))
    if not doubted:
        return None
    sets = ContestedSet.objects.filter(coproduction=coproduction)
    number = (sets.aggregate(last=Max("number"))["last"] or 0) + 1
    facts = {**facts, "people": len(doubted)}
    opened = ContestedSet.objects.create(
        coproduction=coproduction, number=number, kind=kind, facts=facts, opened_at=timezone.now()
    )
    rows = [InDoubt(contested_set=opened, participant_id=pk) for pk in sorted(doubted)]
    InDoubt.objects.bulk_create(rows, batch_size=500)
    opened.tallies = sides_told(opened)
    opened.save(update_fields=["tallies"])
    role = moderating_role(person, coproduction)
    public = {"contested_set": opened.pk, "kind": str(kind), "role": role}
    record("contested-set-opened", space=coproduction.slug, public=public)
    return opened


def _upheld(coproduction: Coproduction) -> "QuerySet[InDoubt]":
    """Who contested it and was right: the same doubt is not raised against them again."""
    return InDoubt.objects.filter(contested_set__coproduction=coproduction, is_upheld=True)


@transaction.atomic
def leave_out(one: ContestedSet, person: Person, reason: str, language: str) -> State:
    """Leave the set out of the next results, with a statement of reasons that everybody reads.

    Where two must agree, the first only proposes it, and it stays counted.
    """
    said: dict[str, Any] = {"reason": reason, "language": language}
    waiting = ContestedSet.objects.filter(pk=one.pk).exclude(state=State.EXCLUDED)
    if two_must_agree(one.coproduction):
        if one.first_reader_id is None:
            return _propose(one, person, reason)
        if one.first_reader_id == person.pk:
            raise SamePerson
    said |= {"state": State.EXCLUDED, "decided_at": timezone.now(), "decided_by": person}
    said |= {"proposed_reason": ""}
    if one.first_reader_id == person.pk:
        said["first_reader"] = None  # who proposed it decides alone: two need not agree any more
    if not waiting.filter(first_reader=one.first_reader_id).update(**said):
        raise AlreadyDecided
    # Upheld against another set since this one was opened.
    upheld = _upheld(one.coproduction).exclude(contested_set=one).values("participant")
    one.members.filter(filed_at=None, participant__in=upheld).delete()
    log(one, person, Decision.Kind.EXCLUDED, reason=reason[:500])
    return State.EXCLUDED


def _propose(one: ContestedSet, person: Person, reason: str) -> State:
    """What was decided before stands, with its public reason, until a second person agrees."""
    waiting = ContestedSet.objects.filter(pk=one.pk, first_reader=None)
    said = {"proposed_reason": reason, "first_reader": person}
    if not waiting.exclude(state=State.EXCLUDED).update(**said):
        raise AlreadyDecided
    public = {"contested_set": one.pk, "role": moderating_role(person, one.coproduction)}
    record("contested-set-exclusion-proposed", space=one.coproduction.slug, public=public)
    return State(one.state)


@transaction.atomic
def count_after_all(one: ContestedSet, person: Person, reason: str, language: str) -> State:
    """Keep the set in the results, bring it back, or turn a proposal down, and say why."""
    said = {"state": State.KEPT, "reason": reason, "language": language, "first_reader": None}
    said |= {"proposed_reason": ""}
    waiting = ContestedSet.objects.filter(pk=one.pk)
    waiting = waiting.exclude(state=State.KEPT, first_reader__isnull=True)
    if not waiting.update(**said, decided_at=timezone.now(), decided_by=person):
        raise AlreadyDecided
    log(one, person, Decision.Kind.COUNTED, reason=reason[:500])
    return State.KEPT


@transaction.atomic
def contest_exclusion(participant: Participant, one: ContestedSet, text: str) -> None:
    """Somebody whose answers are left out says why they should count; once a set."""
    if one.state != State.EXCLUDED:
        raise VoteRefused(_("These answers are counted: there is nothing to contest."))
    mine = InDoubt.objects.filter(contested_set=one, participant=participant)
    if not mine.filter(filed_at=None).update(text=text, filed_at=timezone.now()):
        raise VoteRefused(_("You contested this already: somebody will answer."))
    payload = {"contested_set": one.pk, "text": text}
    record(
        "exclusion-contested",
        space=one.coproduction.slug,
        payload=payload,
        vault_key=participant.vault_key,
    )


@transaction.atomic
def answer_contest(doubt: InDoubt, person: Person, *, is_upheld: bool) -> None:
    """Count this person's answers again, or leave them out: never by who left the set out."""
    one = doubt.contested_set
    if person.pk in (one.decided_by_id, one.first_reader_id):
        raise SamePerson
    waiting = InDoubt.objects.filter(pk=doubt.pk, answered_at=None, filed_at__isnull=False)
    said = {"answered_at": timezone.now(), "answered_by": person, "is_upheld": is_upheld}
    if not waiting.update(**said):
        raise AlreadyDecided
    public = {"contested_set": one.pk, "upheld": is_upheld}
    record("exclusion-contest-decided", space=one.coproduction.slug, public=public)
