"""What the vote card shows next, worked out from the answers alone."""

import secrets
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Count, Window

from partage.calc.ranking import SELDOM_ANSWERED, draw
from partage.contributions.models import Statement, Vote
from partage.contributions.voting import has_agreed, has_shown
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant

SITTING = 10
State = Literal["not-yet", "closed", "proof", "consent", "empty", "question", "pause", "done"]


def new_once() -> str:
    """A number that no other page carries, sent back with its answer."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True)
class Card:
    state: State
    stage: Stage | None
    statement: Statement | None = None
    answered: int = 0
    last: Vote | None = None
    has_cookie: bool = False
    once: str = field(default_factory=new_once)

    @property
    def number(self) -> int:
        """The place of the sentence in this sitting of ten."""
        return self.answered % SITTING + 1


def next_statement(coproduction: Coproduction, participant: Participant | None) -> Statement | None:
    """One of the seldom-answered sentences left, drawn with the device's own seed."""
    left = Statement.objects.published().filter(coproduction=coproduction)
    if participant:
        left = left.exclude(pk__in=Vote.objects.filter(participant=participant).values("statement"))
    shown = left.only("text", "language", "translations", "is_from_team")
    candidates = {s.pk: s for s in shown.order_by("answers_counted", "pk")[:SELDOM_ANSWERED]}
    seed = bytes(participant.key) if participant else secrets.token_bytes(16)
    return candidates[draw(seed, list(candidates))] if candidates else None


def _last(participant: Participant | None) -> tuple[Vote | None, int]:
    """The last answer of this device, and how many it gave."""
    if participant is None:
        return None, 0
    counted = Vote.objects.filter(participant=participant).annotate(answered=Window(Count("pk")))
    last = counted.order_by("-cast_at", "-pk").first()
    return last, last.answered if last else 0


def card_for(
    coproduction: Coproduction,
    stage: Stage | None,
    participant: Participant | None,
    *,
    goes_on: bool = False,
) -> Card:
    """The card for this device: closed, proof or consent first, a sentence, a pause after ten, or the end."""
    if stage is None or not stage.is_open():
        return Card("closed" if stage and stage.is_over() else "not-yet", stage)
    last, answered = _last(participant)
    # Who answered under an earlier frame, which asked for less, still changes those answers.
    if not has_shown(participant, coproduction):
        return Card("proof", stage, None, answered, last)
    if not has_agreed(participant, coproduction):
        return Card("consent", stage)
    if answered and answered % SITTING == 0 and not goes_on:
        return Card("pause", stage, None, answered, last)
    statement = next_statement(coproduction, participant)
    if statement is None:
        return Card("done" if answered else "empty", stage, None, answered, last)
    return Card("question", stage, statement, answered, last, has_cookie=participant is not None)
