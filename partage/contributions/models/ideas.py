"""Ideas with sources and versions, the answers to them, arguments, and what was done with them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.calc.ranking import halves, share_agree
from partage.contributions.models.progress import (
    ContributionQuerySet,
    Decided,
    Progress,
    progress_rules,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Participant

LONGEST_TITLE = 150
LONGEST_BODY = 10_000
LONGEST_ARGUMENT = 400
# What everybody may see of ideas.
IDEAS_SHOWN = (Progress.PUBLISHED, Progress.GROUPED, Progress.ERASED)


class IdeaQuerySet(ContributionQuerySet):
    shown = IDEAS_SHOWN


class Idea(Decided):
    """A proposal with a body, sources and arguments, on which people say agree, mixed, disagree."""

    noun, label = "idea", _("Idea")

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="ideas", db_index=False
    )
    # Its place among the published, without gaps, so that any page of a drawn order is found at once.
    number = models.PositiveIntegerField(null=True)
    section = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="ideas")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    grouped_with = models.ForeignKey("self", models.PROTECT, null=True, related_name="grouped")
    # Totals that came with an import, without their voters; shown apart.
    brought_agrees = models.PositiveIntegerField(default=0)
    brought_mixed = models.PositiveIntegerField(default=0)
    brought_disagrees = models.PositiveIntegerField(default=0)
    # Counted by the worker, ten answers at a time: a live count would tell what one person said.
    agrees = models.PositiveIntegerField(default=0)
    mixed = models.PositiveIntegerField(default=0)
    disagrees = models.PositiveIntegerField(default=0)
    # What lists are ordered by (partage/calc/ranking.py).
    answers = models.PositiveIntegerField(default=0)
    agreement = models.FloatField(default=0)
    difference = models.FloatField(default=0)
    discussion = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(IdeaQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["coproduction", "state", "-number"], name="idea_by_number"),
            models.Index(
                fields=["coproduction", "state", "section", "number"], name="idea_by_section"
            ),
            *(
                models.Index(
                    fields=["coproduction", "state", name, "number"],
                    name=f"idea_by_{name.strip('-')}",
                )
                for name in ("answers", "-agreement", "-difference", "-discussion")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="idea_one_number"),
            models.UniqueConstraint(
                fields=["coproduction", "source_id"], name="idea_imported_once"
            ),
            models.CheckConstraint(
                name="idea_grouped_with_another",
                condition=Q(state="grouped", grouped_with__isnull=False)
                | (~Q(state="grouped") & Q(grouped_with=None)),
            ),
            models.CheckConstraint(
                name="idea_published_with_a_number",
                condition=~Q(state="published") | Q(number__gt=0),
            ),
            *progress_rules("idea"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("idea", args=[self.coproduction.slug, self.pk])

    def count(self) -> None:
        """Make again what lists are ordered by."""
        agrees = self.agrees + self.brought_agrees
        disagrees = self.disagrees + self.brought_disagrees
        self.answers = agrees + disagrees + self.mixed + self.brought_mixed
        counts = {"agrees": agrees, "disagrees": disagrees, "seen": self.answers}
        self.agreement, self.difference = share_agree(counts), halves(counts)


class IdeaSource(models.Model):
    """A page or document that an idea rests on."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="sources")
    title = models.CharField(max_length=300)
    link = models.URLField(max_length=2000)
    category = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["idea", "source_id"], name="idea_source_imported_once")
        ]

    def __str__(self) -> str:
        return self.title


class IdeaVersion(models.Model):
    """The words an idea had before they were changed."""

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="versions")
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    # By whom they were replaced: the desk mends spelling, the author changes what they like.
    replaced_by_team = models.BooleanField()
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def listed(self, coproduction: Coproduction | None = None) -> "OutcomeQuerySet":
        """Those of ideas that everybody may see, of one coproduction or of all that show."""
        spaces = Coproduction.objects.visible() if coproduction is None else [coproduction]
        return self.filter(idea__coproduction__in=spaces, idea__state__in=IDEAS_SHOWN)


class Outcome(models.Model):
    """What the organization did with an idea, dated; a later one follows, none is changed."""

    class Kind(models.TextChoices):
        STUDIED = "studied", _("being studied")
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")
        DECLINED = "declined", _("not followed")

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="outcomes")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=2000)
    language = models.CharField(max_length=5)
    said_at = models.DateTimeField()

    objects = models.Manager.from_queryset(OutcomeQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outcome_kind_known",
                condition=Q(kind__in=["studied", "planned", "done", "declined"]),
            ),
            models.CheckConstraint(name="outcome_says_why", condition=Q(text__gt="")),
        ]

    def __str__(self) -> str:
        return f"outcome {self.pk} of idea {self.idea_id}"


class IdeaVote(models.Model):
    """A participant's answer to an idea; the last one counts."""

    class Answer(models.IntegerChoices):
        AGREE = 1, _("Agree")
        MIXED = 0, _("Mixed")
        DISAGREE = -1, _("Disagree")

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="idea_votes", db_index=False
    )
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="votes")
    answer = models.SmallIntegerField(choices=Answer)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "idea"], name="idea_vote_one_each"),
            models.CheckConstraint(name="idea_vote_known", condition=Q(answer__in=[1, 0, -1])),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk} on an idea"


class ArgumentQuerySet(ContributionQuerySet):
    space = "idea__coproduction"

    def listed(self, coproduction: Coproduction | None = None) -> Any:
        """An argument shows while its idea is published."""
        return super().listed(coproduction).filter(idea__state=Progress.PUBLISHED)

    def on(self, idea: Idea) -> Any:
        """Those that the page of an idea holds."""
        shows = idea.state == Progress.PUBLISHED
        return self.published().filter(idea=idea) if shows else self.none()


class Argument(Decided):
    """One reason for or against an idea, in a sentence, with a source when there is one."""

    noun, label = "argument", _("Argument")

    class Side(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="arguments", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    text = models.TextField()
    link = models.URLField(max_length=2000, blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="arguments")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    brought_helped = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(ArgumentQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["idea", "state", "side"], name="argument_of_idea"),
            models.Index(fields=["idea"], name="argument_waiting", condition=Q(state="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["idea", "source_id"], name="argument_imported_once"),
            models.CheckConstraint(name="argument_side", condition=Q(side__in=["for", "against"])),
            *progress_rules("argument"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{self.idea.get_absolute_url()}#argument-{self.pk}"

    @property
    def coproduction(self) -> Coproduction:
        return self.idea.coproduction

    @coproduction.setter
    def coproduction(self, value: Coproduction) -> None:
        self.idea.coproduction = value


class Helped(models.Model):
    """This argument helped somebody think: said once, whether or not they agree."""

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="helped", db_index=False
    )
    argument = models.ForeignKey(Argument, models.CASCADE, related_name="helped")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "argument"], name="helped_once")
        ]

    def __str__(self) -> str:
        return f"argument {self.argument_id} helped"
