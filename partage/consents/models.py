"""Who allowed what, for what purpose, under which words."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Frame
from partage.people.models import Participant


def hash_of(words: str) -> bytes:
    return hashlib.sha256(words.encode()).digest()


def hashes_of(frame: Frame | None) -> list[bytes]:
    """Of the words of consent of this frame, in each of its languages."""
    return [hash_of(words) for words in frame.consent_text.values()] if frame else []


class Restriction(models.Model):
    """A person keeps their answers out of the results: kept, not used, until they take it back."""

    class Kind(models.TextChoices):
        FREEZE = "freeze", _("frozen")
        OBJECT = "object", _("objected to")

    participant = models.OneToOneField(
        Participant, models.CASCADE, primary_key=True, related_name="restriction"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="restriction_kind_known", condition=models.Q(kind__in=["freeze", "object"])
            )
        ]

    def __str__(self) -> str:
        return f"restriction of {self.participant_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)

    def to_words_of(self, frame: Frame | None) -> "ConsentQuerySet":
        """Those in force that were given to the words of this frame, in any language."""
        return self.in_force().filter(text_sha256__in=hashes_of(frame))


class Consent(models.Model):
    """One explicit yes, with the exact version of the words that were shown."""

    class Purpose(models.TextChoices):
        COUNT_ANSWERS = "count-answers"

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=30, choices=Purpose)
    frame = models.ForeignKey(Frame, models.PROTECT)
    language = models.CharField(max_length=5)
    text_sha256 = models.BinaryField(max_length=32)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ConsentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="consent_one_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"
