"""Proposing a statement, and the form in which texts are kept."""

from django.db import transaction
from django.utils import timezone

from partage.contributions.models import (
    Statement,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.register.recording import record


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
