"""Voting: one answer a person and statement, the last one counts, until the stage closes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.consents.consent import withdraw_consent
from partage.consents.models import Consent
from partage.contributions.models import Statement, Vote
from partage.coproductions.models import Coproduction, Stage
from partage.people.models import Participant
from partage.people.participants import key_in
from partage.register.models import Payload
from partage.register.recording import record


class VoteRefused(Exception):
    """The answer was not recorded; the message is the sentence to show."""

    status = 409


class ConsentNeeded(VoteRefused):
    status = 403


class TooManyActs(VoteRefused):
    status = 429


def acting(coproduction: Coproduction, token: str | None) -> Participant | None:
    """This device's participant, with what an act must know: recent acts and consent."""
    if token is None:
        return None
    since = timezone.now() - timedelta(minutes=1)
    recent = (
        Payload.objects.filter(vault_key=OuterRef("vault_key"), recorded_at__gt=since)
        .order_by()
        .values("vault_key")
        .annotate(acts=Count("pk"))
    )
    consent = Consent.objects.in_force().filter(participant=OuterRef("pk"))
    return (
        Participant.objects.filter(space=coproduction.slug, key=key_in(coproduction.slug, token))
        .select_related("vault_key")
        .annotate(
            recent_acts=Coalesce(Subquery(recent.values("acts")), 0), has_consent=Exists(consent)
        )
        .first()
    )


def refuse_beyond_limit(participant: Participant) -> None:
    if getattr(participant, "recent_acts", 0) >= settings.ACTS_PER_MINUTE:
        raise TooManyActs(_("Many answers came from this device in a minute. Wait a moment."))


def check_may_act(participant: Participant, coproduction: Coproduction) -> None:
    """Raise VoteRefused beyond the rate limit, or without the consent that the frame asks for."""
    refuse_beyond_limit(participant)
    sensitive = coproduction.frame is not None and coproduction.frame.is_sensitive
    if sensitive and not getattr(participant, "has_consent", False):
        raise ConsentNeeded(_("Before your first answer, we ask whether you agree to its use."))


def _check_votable(coproduction: Coproduction, statement_id: int, at: datetime) -> None:
    """Raise VoteRefused, with the reason, unless an answer may be counted now."""
    open_stage = Stage.objects.filter(
        Q(closes_at=None) | Q(closes_at__gt=at),
        coproduction=coproduction,
        kind=Stage.Kind.VOTES,
        opens_at__lte=at,
    )
    statements = Statement.objects.filter(coproduction=coproduction, pk=statement_id)
    found = statements.values_list("state", Exists(open_stage)).first()
    if found is None:
        raise VoteRefused(_("This sentence does not belong to this coproduction."))
    state, is_open = found
    if not is_open:
        raise VoteRefused(_("Voting is closed here, so the answer was not counted."))
    if state != Statement.State.PUBLISHED:
        raise VoteRefused(_("This sentence is not open to answers."))


@transaction.atomic
def cast_vote(
    participant: Participant, coproduction: Coproduction, statement_id: int, answer: Vote.Answer
) -> None:
    """Count one person's answer; another answer to the same statement replaces it."""
    now = timezone.now()
    check_may_act(participant, coproduction)
    _check_votable(coproduction, statement_id, now)
    # One upsert, so that two tabs at once leave one row and neither fails.
    Vote.objects.bulk_create(
        [Vote(participant=participant, statement_id=statement_id, answer=answer, cast_at=now)],
        update_conflicts=True,
        unique_fields=["participant", "statement"],
        update_fields=["answer", "cast_at"],
    )
    # The public entry names no statement: it would be a live count.
    record(
        "vote",
        space=coproduction.slug,
        payload={"statement": statement_id, "answer": answer.name.lower()},
        vault_key=participant.vault_key,
    )


@transaction.atomic
def undo_vote(participant: Participant, coproduction: Coproduction, statement_id: int) -> None:
    """Take an answer back while voting is open."""
    refuse_beyond_limit(participant)
    _check_votable(coproduction, statement_id, timezone.now())
    taken_back, _rows = Vote.objects.filter(
        participant=participant, statement_id=statement_id
    ).delete()
    if taken_back:
        record(
            "vote-withdrawn",
            space=coproduction.slug,
            payload={"statement": statement_id},
            vault_key=participant.vault_key,
        )


@transaction.atomic
def withdraw_from_voting(participant: Participant, coproduction: Coproduction) -> int:
    """End the consent and remove the answers that rested on it; returns how many."""
    withdraw_consent(participant, coproduction)
    removed, _rows = Vote.objects.filter(participant=participant).delete()
    if removed:
        record(
            "votes-withdrawn",
            space=coproduction.slug,
            payload={"answers": removed},
            vault_key=participant.vault_key,
        )
    return removed
