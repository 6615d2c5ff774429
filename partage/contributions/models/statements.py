"""Statements, the answers to them, and the ballot sheets that hold some."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.contributions.models.progress import (
    ContributionQuerySet,
    Decided,
    Progress,
    progress_rules,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant, Person

LONGEST_STATEMENT = 280
UNCLEAR_TO_MANY = 5
NOT_SHOWN = {
    "en": "This sentence is not shown any more.",
    "fr": "Cette phrase n’est plus montrée.",
}


class StatementQuerySet(ContributionQuerySet):
    shown = (Progress.PUBLISHED, Progress.ERASED)

    def unclear(self) -> Any:
        """Published, and more people found it unclear since the desk last looked into it."""
        seen = F("unclear_seen") + UNCLEAR_TO_MANY
        return self.published().filter(unclear_counted__gte=seen)


class Statement(Decided):
    """One sentence people agree or disagree with."""

    noun, label = "statement", _("Sentence")

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="statements")
    text = models.CharField(max_length=1000)
    translations = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="statements")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    is_from_team = models.BooleanField(default=False)
    # When it first was, whatever became of it since: its number on ballot sheets follows from it.
    published_at = models.DateTimeField(null=True)
    # Counted by the worker, for the rule that shows seldom-answered sentences first.
    answers_counted = models.PositiveIntegerField(default=0)
    # How many of them said that it is not clear, and how many when the desk last looked into it.
    unclear_counted = models.PositiveIntegerField(default=0)
    unclear_seen = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(StatementQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["coproduction", "state"], name="statement_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "source_id"], name="statement_imported_once"
            ),
            *progress_rules("statement"),
            models.CheckConstraint(
                name="statement_published_on_a_day",
                condition=~Q(state="published") | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.coproduction.slug, self.pk])

    @property
    def words(self) -> dict[str, str]:
        return {self.language: self.text, **self.translations}

    @property
    def words_for_all(self) -> dict[str, str]:
        """For whoever answered it: taken down or withdrawn, it is read by its author alone."""
        is_shown = self.state in StatementQuerySet.shown
        return self.words if is_shown else NOT_SHOWN


class Vote(models.Model):
    """A participant's answer to a statement; the last one counts."""

    class Answer(models.IntegerChoices):
        AGREE = 1, _("Agree")
        DISAGREE = -1, _("Disagree")
        UNSURE = 0, _("I don't know")
        UNCLEAR = 2, _("This sentence is not clear")

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="votes", db_index=False
    )
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="votes")
    answer = models.SmallIntegerField(choices=Answer)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "statement"], name="vote_one_each"),
            models.CheckConstraint(name="vote_answer_known", condition=Q(answer__in=[1, -1, 0, 2])),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk}"


class Sheet(models.Model):
    """A ballot sheet or a phone call that the desk entered: one participant, without a device."""

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="sheets", db_index=False
    )
    channel = models.CharField(
        max_length=10, choices=[(c.value, c.label) for c in (Channel.PAPER, Channel.PHONE)]
    )
    # The number written on the sheet: by it people have their answers removed.
    mark = models.CharField(max_length=20)
    participant = models.OneToOneField(Participant, models.CASCADE, related_name="sheet")
    entered_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "channel", "mark"], name="sheet_entered_once"
            ),
            models.CheckConstraint(
                name="sheet_channel_known", condition=Q(channel__in=["paper", "phone"])
            ),
            models.CheckConstraint(name="sheet_has_a_number", condition=Q(mark__gt="")),
        ]

    def __str__(self) -> str:
        return self.mark
