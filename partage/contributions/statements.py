"""Proposing a statement, and the form in which texts are kept."""

import unicodedata

from django.db import transaction
from django.utils import timezone

from partage.contributions.models import (
    Statement,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Participant
from partage.register.recording import record


def tidy(text: str) -> str:
    """The sentence on one line, in one form, without control or text-direction characters."""
    normal = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if c in "\n\r\t" else c
        for c in normal
        if c in "\n\r\t" or c.isprintable() or c == "\u00a0"
    )
    # Not split(): it would also take the no-break spaces of French typography.
    return " ".join(part for part in kept.strip().split(" ") if part)


def tidy_lines(text: str) -> str:
    """Each line tidied; at most one empty line between two."""
    kept: list[str] = []
    for line in map(tidy, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


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
