"""Deciding at the desk: publish, refuse, group, ask for a change, each with its public reason."""

from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from partage.contributions.models import (
    NOT_SHOWN,
    Argument,
    ContestedSet,
    Contribution,
    Decision,
    Idea,
    Moderation,
    Notice,
    Progress,
    Rule,
    Statement,
)
from partage.contributions.releases import say_in_releases
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import MODERATES, moderating_role
from partage.people.models import Person
from partage.register.recording import record

STILL_TO_DECIDE = (Progress.WAITING, Progress.SECOND)


class AlreadyDecided(Exception):
    """Somebody decided on it first."""


class SamePerson(Exception):
    """Somebody else than who refused must decide."""


class TooFewModerators(Exception):
    """Two people cannot agree where one moderates."""


def decide(waiting: "QuerySet[Any]", person: Person, **values: Any) -> None:
    """One conditional update decides on one row, so that of two moderators at once one is told."""
    if not waiting.update(decided_at=timezone.now(), decided_by=person, **values):
        raise AlreadyDecided


def among(one: Contribution, *states: Progress) -> "QuerySet[Any]":
    return type(one)._default_manager.filter(pk=one.pk, state__in=states)


def log(one: Contribution | ContestedSet, person: Person, kind: Decision.Kind, **why: Any) -> None:
    """Write the decision in the public log and in the register, as a role and without a name.

    `why`: rule, reason, notice. The reason may name somebody: the register does not hold it.
    """
    role = moderating_role(person, one.coproduction)
    about = {"coproduction": one.coproduction, one.noun: one}
    Decision.objects.create(**about, **why, kind=kind, role=role, decided_at=timezone.now())
    public = {one.noun: one.pk, "role": role}
    public |= {"rule": why["rule"]} if "rule" in why else {}
    public |= {"notice": why["notice"].pk} if "notice" in why else {}
    public |= {"with": one.grouped_with_id} if isinstance(one, Idea) and one.grouped_with_id else {}
    record(f"{one.dashed_noun}-{kind}", space=one.coproduction.slug, public=public)


def next_number(coproduction: Coproduction) -> int:
    """One more than the highest; whoever publishes at the same time waits here."""
    Coproduction.objects.select_for_update().only("pk").get(pk=coproduction.pk)
    found = Idea.objects.filter(coproduction=coproduction).aggregate(highest=Max("number"))
    return int(found["highest"] or 0) + 1


def _shown(one: Contribution) -> dict[str, Any]:
    """What a row becomes when it is published."""
    values: dict[str, Any] = {"state": Progress.PUBLISHED, "rule": "", "reason": ""}
    values["first_reader"] = None
    if isinstance(one, Idea):
        values["number"] = one.number or next_number(one.coproduction)
    if isinstance(one, Statement):
        values["published_at"] = one.published_at or timezone.now()
    return values


def discussed(one: Contribution, more: int) -> None:
    if isinstance(one, Argument):
        Idea.objects.filter(pk=one.idea_id).update(discussion=F("discussion") + more)


@transaction.atomic
def publish(one: Contribution, person: Person) -> None:
    decide(among(one, *STILL_TO_DECIDE), person, **_shown(one))
    discussed(one, 1)
    log(one, person, Decision.Kind.PUBLISHED)


@transaction.atomic
def refuse(one: Contribution, person: Person, rule: Rule, reason: str) -> Progress:
    """Refuse under a rule of the charter, with a word to the author; what became of it.

    Where two must agree, the first only proposes it, and nothing is decided yet.
    """
    if two_must_agree(one.coproduction) and one.state == Progress.WAITING:
        _propose_refusal(one, person, rule, reason)
        return Progress.SECOND
    if one.state == Progress.SECOND and one.first_reader_id == person.pk:
        raise SamePerson
    values = {"state": Progress.REFUSED, "rule": rule, "reason": reason}
    decide(among(one, *STILL_TO_DECIDE), person, **values)
    log(one, person, Decision.Kind.REFUSED, reason=reason, rule=rule)
    return Progress.REFUSED


def two_must_agree(coproduction: Coproduction) -> bool:
    return Moderation.objects.filter(coproduction=coproduction, two_to_refuse=True).exists()


def _propose_refusal(one: Contribution, person: Person, rule: Rule, reason: str) -> None:
    proposed = {"state": Progress.SECOND, "rule": rule, "reason": reason, "first_reader": person}
    if not among(one, Progress.WAITING).update(**proposed):
        raise AlreadyDecided
    _say_proposed(one, person, rule)


def _say_proposed(one: Contribution, person: Person, rule: str, **more: int) -> None:
    role = moderating_role(person, one.coproduction)
    public = {one.noun: one.pk, "rule": rule, "role": role, **more}
    record(f"{one.dashed_noun}-refusal-proposed", space=one.coproduction.slug, public=public)


@transaction.atomic
def ask_for_a_change(idea: Idea, person: Person, question: str) -> None:
    """Give an idea back to its author with a question; it waits again once its words changed."""
    decide(among(idea, Progress.WAITING), person, state=Progress.ASKED, reason=question)
    log(idea, person, Decision.Kind.ASKED, reason=question)


@transaction.atomic
def group_idea(idea: Idea, person: Person, other: Idea) -> None:
    """Say that another idea already says it: the two are read, answered and counted as one."""
    grouped = {"state": Progress.GROUPED, "grouped_with": other, "rule": "", "reason": ""}
    decide(among(idea, *STILL_TO_DECIDE), person, **grouped)
    idea.grouped_with = other
    log(idea, person, Decision.Kind.GROUPED)


@transaction.atomic
def take_down(one: Contribution, person: Person, notice: Notice) -> Progress:
    """Refuse what is published, after a report, under the rule that the desk names.

    Where two must agree, the first only proposes it, and it stays where it is.
    """
    if two_must_agree(one.coproduction):
        if not notice.proposed_rule:
            _propose_taking_down(one, person, notice)
            return Progress.SECOND
        if notice.first_reader_id == person.pk:
            raise SamePerson
    _uphold(notice, person, is_upheld=True)
    values: dict[str, Any] = {
        "state": Progress.REFUSED,
        "rule": notice.rule,
        "reason": notice.answer,
        "first_reader": notice.first_reader_id if notice.first_reader_id != person.pk else None,
        "decided_at": timezone.now(),
        "decided_by": person,
    }
    # Withdrawn, erased or taken down meanwhile: the report is answered all the same.
    if among(one, Progress.PUBLISHED).update(**values):
        discussed(one, -1)
        if isinstance(one, Statement):
            say_in_releases({one.pk: NOT_SHOWN})
        why = {"reason": notice.answer, "rule": notice.rule, "notice": notice}
        log(one, person, Decision.Kind.REFUSED, **why)
    return Progress.REFUSED


def _propose_taking_down(one: Contribution, person: Person, notice: Notice) -> None:
    waiting = Notice.objects.filter(pk=notice.pk, decided_at=None, proposed_rule="")
    said = {"proposed_rule": notice.rule, "answer": notice.answer, "first_reader": person}
    if not waiting.update(**said):
        raise AlreadyDecided
    _say_proposed(one, person, notice.rule, notice=notice.pk)


@transaction.atomic
def keep(one: Contribution, person: Person, notice: Notice) -> Progress:
    """Leave what was reported where it is, and say why."""
    _uphold(notice, person, is_upheld=False)
    log(one, person, Decision.Kind.KEPT, reason=notice.answer, notice=notice)
    return Progress.PUBLISHED


def _uphold(notice: Notice, person: Person, *, is_upheld: bool) -> None:
    waiting = Notice.objects.filter(pk=notice.pk, decided_at=None)
    said = {"rule": notice.rule, "answer": notice.answer, "is_upheld": is_upheld}
    if notice.first_reader_id == person.pk:
        said["first_reader"] = None  # who proposed it decides after all, alone
    decide(waiting, person, **said)


@transaction.atomic
def leave_as_it_is(statement: Statement, person: Person, reason: str) -> None:
    """Look into an unclear sentence and leave it; it comes back when more people say so."""
    unclear = Statement.objects.unclear().filter(pk=statement.pk)
    if not unclear.update(unclear_seen=statement.unclear_counted):
        raise AlreadyDecided(statement.pk)
    log(statement, person, Decision.Kind.KEPT, reason=reason)


@transaction.atomic
def replace_statement(statement: Statement, person: Person, text: str) -> Statement:
    """Close an unclear sentence to answers, and ask a clearer one in its place."""
    rule = Rule.UNCLEAR
    decide(
        Statement.objects.unclear().filter(pk=statement.pk),
        person, state=Progress.REFUSED, rule=rule, first_reader=None,
    )  # fmt: skip
    clearer = Statement.objects.create(
        coproduction=statement.coproduction, text=text, language=statement.language,
        state=Progress.PUBLISHED, is_from_team=True, written_at=timezone.now(),
        published_at=timezone.now(),
    )  # fmt: skip
    log(statement, person, Decision.Kind.REPLACED, rule=rule)
    return clearer


@transaction.atomic
def restore(one: Contribution, person: Person) -> None:
    """Publish after all what was refused, at the place it had."""
    values = _shown(one)
    if among(one, Progress.REFUSED).update(**values, decided_at=timezone.now(), decided_by=person):
        discussed(one, 1)
        if isinstance(one, Statement):
            say_in_releases({one.pk: one.words})
        log(one, person, Decision.Kind.RESTORED)


@transaction.atomic
def change_moderation(
    coproduction: Coproduction, *, two_to_refuse: bool, reason: str, language: str
) -> None:
    """Ask for two people to refuse, or for one again: in public, with a reason."""
    people = coproduction.roles.filter(kind__in=MODERATES).values("person").distinct()
    if two_to_refuse and people.count() < 2:
        raise TooFewModerators(coproduction.slug)
    said = {"two_to_refuse": two_to_refuse, "reason": reason, "language": language}
    Moderation.objects.update_or_create(
        coproduction=coproduction, defaults={**said, "changed_at": timezone.now()}
    )
    public = {"two_to_refuse": two_to_refuse}
    record("moderation-changed", space=coproduction.slug, public=public)
