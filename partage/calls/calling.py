"""Calling, supporting a call, deciding on it, answering it."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from partage.calls.models import Call, Support
from partage.contributions.deciding import AlreadyDecided, decide
from partage.contributions.voting import refuse_beyond_limit
from partage.coproductions.models import Organization
from partage.people.models import Participant, Person
from partage.people.participants import begin, key_in
from partage.register.recording import record


class CallClosed(Exception):
    """The call takes no support any more."""


def acting_in(call: Call, token: str | None) -> Participant | None:
    """This device's participant in the call, with its recent acts."""
    if token is None:
        return None
    since = timezone.now() - timedelta(minutes=1)
    recent = Count("vault_key__payloads", filter=Q(vault_key__payloads__recorded_at__gt=since))
    known = Participant.objects.filter(space=call.space, key=key_in(call.space, token))
    return known.select_related("vault_key").annotate(recent_acts=recent).first()


@transaction.atomic
def propose_call(call: Call, network: bytes, token: str | None) -> str:
    """Keep the call until somebody of the organization has read it; returns the device's token."""
    call.written_at = timezone.now()
    call.save()
    call.author, token = begin(call.space, network, token)
    call.save(update_fields=["author"])
    record(
        "call-proposed",
        space=call.space,
        payload={"call": call.pk, "title": call.title, "text": call.text},
        vault_key=call.author.vault_key,
    )
    return token


@transaction.atomic
def support_call(participant: Participant, call: Call) -> None:
    """Count one person's support; pressed again it changes nothing."""
    refuse_beyond_limit(participant)
    # Locked, so that of two people at once one sees the other and the promise falls due on time.
    locked = Call.objects.select_for_update().get(pk=call.pk)
    if locked.state != Call.State.PUBLISHED:
        raise CallClosed(call.pk)
    _support, is_new = Support.objects.get_or_create(
        call=locked, participant=participant, defaults={"given_at": timezone.now()}
    )
    if is_new:
        record(
            "call-supported",
            space=call.space,
            payload={"call": call.pk},
            vault_key=participant.vault_key,
        )
        _fall_due(locked)


def _fall_due(call: Call) -> None:
    """Date the organization's debt when the number it stated is reached, once."""
    supports = call.supports.count()
    if call.owed_since is None and not call.answer and supports >= (call.answer_from or 0):
        call.owed_since = timezone.now()
        call.save(update_fields=["owed_since"])
        record("call-answer-owed", space=call.space, public={"call": call.pk, "supports": supports})


@transaction.atomic
def withdraw_support(participant: Participant, call: Call) -> None:
    refuse_beyond_limit(participant)
    removed, _rows = Support.objects.filter(call=call, participant=participant).delete()
    if removed:
        record(
            "call-support-withdrawn",
            space=call.space,
            payload={"call": call.pk},
            vault_key=participant.vault_key,
        )


def _decide(call: Call, person: Person, **values: str | int) -> None:
    decide(Call.objects.waiting().filter(pk=call.pk), person, **values)


@transaction.atomic
def publish_call(call: Call, person: Person) -> None:
    """Show it, under the promise that the organization makes today."""
    promise = call.organization.answers_from
    _decide(call, person, state=Call.State.PUBLISHED, answer_from=promise)
    public = {"call": call.pk, "role": "facilitator", "answer_from": promise}
    record("call-published", space=call.space, public=public)


@transaction.atomic
def refuse_call(call: Call, person: Person, rule: str, reason: str) -> None:
    """Refuse under a rule of the charter, with the reason."""
    _decide(call, person, state=Call.State.REFUSED, rule=rule, reason=reason)
    public = {"call": call.pk, "role": "facilitator", "rule": rule}
    record("call-refused", space=call.space, public=public)


@transaction.atomic
def answer_call(call: Call, text: str) -> None:
    """The organization's answer, once and for all; the register holds its fingerprint."""
    unanswered = Call.objects.to_answer().filter(pk=call.pk)
    if not unanswered.update(answer=text, answered_at=timezone.now()):
        raise AlreadyDecided(call.pk)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    public = {"call": call.pk, "role": "facilitator", "text_sha256": fingerprint}
    record("call-answered", space=call.space, public=public)


@transaction.atomic
def promise_answers(organization: Organization, supports: int) -> None:
    """From how many supports the organization must answer the calls published from now on."""
    known = Organization.objects.filter(pk=organization.pk).exclude(answers_from=supports)
    if known.update(answers_from=supports):
        public = {"organization": organization.slug, "answer_from": supports}
        record("call-answers-promised", space="", public=public)
