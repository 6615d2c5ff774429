"""Proposing a statement, and deciding on it with a reason."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from partage.contributions.models import Statement
from partage.coproductions.models import Coproduction
from partage.coproductions.roles import moderating_role
from partage.people.models import Participant, Person
from partage.register.recording import record
from partage.web.tidying import tidy as tidy
from partage.web.tidying import tidy_lines as tidy_lines


class AlreadyDecided(Exception):
    """Somebody decided on it first."""


@transaction.atomic
def propose_statement(
    participant: Participant, coproduction: Coproduction, text: str, language: str
) -> Statement:
    """Keep a participant's sentence until somebody has read it."""
    statement = Statement.objects.create(
        coproduction=coproduction,
        text=text,
        language=language,
        author=participant,
        written_at=timezone.now(),
    )
    record(
        "statement-proposed",
        space=coproduction.slug,
        payload={"statement": statement.pk, "text": text},
        vault_key=participant.vault_key,
    )
    return statement


def decide(waiting: "QuerySet[Any]", person: Person, **values: Any) -> None:
    """One conditional update decides on one row, so that of two moderators at once one is told."""
    if not waiting.update(decided_at=timezone.now(), decided_by=person, **values):
        raise AlreadyDecided


def _waiting(statement: Statement) -> "QuerySet[Statement]":
    return Statement.objects.waiting().filter(pk=statement.pk)


@transaction.atomic
def publish_statement(statement: Statement, person: Person) -> None:
    decide(_waiting(statement), person, state=Statement.State.PUBLISHED)
    role = moderating_role(person, statement.coproduction)
    record(
        "statement-published",
        space=statement.coproduction.slug,
        public={"statement": statement.pk, "role": role},
    )


@transaction.atomic
def refuse_statement(
    statement: Statement, person: Person, rule: Statement.Rule, reason: str
) -> None:
    """Refuse under a rule of the charter, with a word to the author."""
    decide(_waiting(statement), person, state=Statement.State.REFUSED, rule=rule, reason=reason)
    role = moderating_role(person, statement.coproduction)
    record(
        "statement-refused",
        space=statement.coproduction.slug,
        public={"statement": statement.pk, "rule": rule, "role": role},
    )
