"""Freezing one's answers, or objecting to their use: kept, not used, until the person says otherwise."""

from django.db import transaction
from django.utils import timezone

from partage.consents.models import Restriction
from partage.people.models import Participant
from partage.register.recording import record


@transaction.atomic
def restrict(participant: Participant, kind: Restriction.Kind) -> None:
    """Keep this person's answers out of the next results; said again, it changes nothing."""
    held = Restriction.objects.filter(participant=participant).first()
    if held is not None and held.kind == kind:
        return
    said = {"kind": kind, "since": timezone.now()}
    Restriction.objects.update_or_create(participant=participant, defaults=said)
    _record(participant, "use-restricted", kind)


@transaction.atomic
def allow_again(participant: Participant) -> None:
    """Count the answers again from the next results on."""
    held = Restriction.objects.filter(participant=participant).first()
    if held is not None:
        held.delete()
        _record(participant, "use-allowed-again", held.kind)


def _record(participant: Participant, kind: str, why: str) -> None:
    # In public, only that somebody did.
    key = participant.vault_key
    record(kind, space=participant.space, payload={"kind": str(why)}, vault_key=key)
