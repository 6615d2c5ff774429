"""Sets of answers in doubt: who is in one is fixed when it is opened, and each may contest it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person

LONGEST_REASON = 1000


class ContestedSet(models.Model):
    """Answers that the desk doubts, found by a rule that is public; a person decides on them."""

    noun: ClassVar[str] = "contested_set"
    dashed_noun: ClassVar[str] = "contested-set"
    label = _("Answers in doubt")

    class Kind(models.TextChoices):
        BURST = "burst", _("many people who began within ten minutes")
        ALIKE = "alike", _("people who answered the same sentences alike")
        FAST = "fast", _("people whose answers came within a second of each other")
        WAY = "way", _("everybody who came by one way")
        INVITATIONS = "invitations", _("everybody who came with some of the invitation codes")

    class State(models.TextChoices):
        DOUBTED = "doubted", _("in doubt: counted as long as nothing is decided")
        EXCLUDED = "excluded", _("left out of the next results")
        KEPT = "kept", _("kept in the results")

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="contested_sets", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    # What the rule saw, in figures that tell of nobody.
    facts = models.JSONField(default=dict)
    # Sentence to its counts with the set and without it, when it was opened. Never published.
    tallies = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DOUBTED)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    language = models.CharField(max_length=5, blank=True)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    # Where two must agree: who would leave it out and why, until a second person agrees.
    first_reader = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    proposed_reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="contested_set_number"),
            models.CheckConstraint(
                name="contested_set_state_known",
                condition=Q(state__in=["doubted", "excluded", "kept"]),
            ),
            models.CheckConstraint(
                name="contested_set_kind_known",
                condition=Q(kind__in=["burst", "alike", "fast", "way", "invitations"]),
            ),
            models.CheckConstraint(
                name="contested_set_excluded_with_a_reason",
                condition=~Q(state="excluded") | Q(reason__gt="", decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="contested_set_excluded_by_two",
                condition=~Q(state="excluded")
                | Q(first_reader=None)
                | ~Q(decided_by=F("first_reader")),
            ),
            models.CheckConstraint(
                name="contested_set_proposed_with_a_reason",
                condition=Q(first_reader=None) | Q(state="excluded") | Q(proposed_reason__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"contested set {self.number} of {self.coproduction_id}"

    def get_absolute_url(self) -> str:
        return reverse("contested-set", args=[self.coproduction.slug, self.number])


class InDoubtQuerySet(models.QuerySet["InDoubt"]):
    def left_out(self) -> "InDoubtQuerySet":
        """Those whose answers count in no result now."""
        return self.filter(contested_set__state="excluded").exclude(is_upheld=True)

    def to_answer(self, person: Person) -> "InDoubtQuerySet":
        """Contests that wait, save against what this person left out or proposed to."""
        waiting = self.filter(filed_at__isnull=False, answered_at=None)
        own = Q(contested_set__decided_by=person) | Q(contested_set__first_reader=person)
        return waiting.exclude(pk__in=InDoubt.objects.filter(own).values("pk"))


class InDoubt(models.Model):
    """A participant whose answers are in a set, and what they say against it: no mark, no score."""

    contested_set = models.ForeignKey(ContestedSet, models.CASCADE, related_name="members")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="doubts")
    text = models.CharField(max_length=500, blank=True)
    filed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_upheld = models.BooleanField(null=True)

    objects = models.Manager.from_queryset(InDoubtQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contested_set", "participant"], name="in_doubt_once_a_set"
            ),
            models.CheckConstraint(
                name="in_doubt_contested_with_words",
                condition=Q(filed_at=None, text="") | Q(filed_at__isnull=False, text__gt=""),
            ),
            models.CheckConstraint(
                name="in_doubt_answered_whole",
                condition=Q(answered_at=None, is_upheld=None)
                | Q(answered_at__isnull=False, filed_at__isnull=False, is_upheld__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"in doubt {self.pk}"
