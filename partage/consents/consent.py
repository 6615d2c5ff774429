"""Giving a consent, and taking it back as easily."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from partage.consents.models import Consent, hash_of
from partage.coproductions.models import Coproduction, Frame
from partage.people.models import Participant
from partage.register.recording import record, record_all
from partage.web.localized import in_reader_language


def _facts(consent: Consent, frame: Frame) -> dict[str, object]:
    return {
        "purpose": consent.purpose,
        "frame": frame.version,
        "language": consent.language,
        "text_sha256": bytes(consent.text_sha256).hex(),
    }


@transaction.atomic
def give_consent(participant: Participant, coproduction: Coproduction) -> None:
    """Record a yes to the words of the frame in force, as the reader sees them.

    A second yes to the same words changes nothing; a yes to new words ends the one to the old.
    """
    frame = coproduction.frame
    if frame is None or not frame.is_sensitive:
        return
    if Consent.objects.to_words_of(frame).filter(participant=participant).exists():
        return
    withdraw_consent(participant, coproduction)
    words, language = in_reader_language(frame.consent_text)
    consent = Consent(
        participant=participant,
        purpose=Consent.Purpose.COUNT_ANSWERS,
        frame=frame,
        language=language,
        text_sha256=hash_of(words),
        given_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            consent.save()
    except IntegrityError:
        return
    record(
        "consent-given",
        space=coproduction.slug,
        payload=_facts(consent, frame),
        vault_key=participant.vault_key,
    )


@transaction.atomic
def give_first_consents(participants: Sequence[Participant], coproduction: Coproduction) -> None:
    """Record the yes of each of these newcomers to the words of the frame in force."""
    frame = coproduction.frame
    if frame is None or not frame.is_sensitive:
        return
    words, language = in_reader_language(frame.consent_text)
    consents = Consent.objects.bulk_create(
        Consent(
            participant=each,
            purpose=Consent.Purpose.COUNT_ANSWERS,
            frame=frame,
            language=language,
            text_sha256=hash_of(words),
            given_at=timezone.now(),
        )
        for each in participants
    )
    acts = [(each.participant.vault_key, _facts(each, frame)) for each in consents]
    record_all("consent-given", space=coproduction.slug, public={}, acts=acts)


@transaction.atomic
def withdraw_consent(participant: Participant, coproduction: Coproduction) -> None:
    """End the consent now. The caller removes what rested on it, in the same transaction."""
    for consent in Consent.objects.in_force().filter(participant=participant):
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        record(
            "consent-withdrawn",
            space=coproduction.slug,
            payload=_facts(consent, consent.frame),
            vault_key=participant.vault_key,
        )
