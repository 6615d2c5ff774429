"""Statements, ideas, the answers to them, and the results as they were published."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.calc.ranking import difference, share_agree
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Participant, Person

LONGEST_STATEMENT = 280
LONGEST_TITLE = 150
LONGEST_BODY = 10_000
LONGEST_ARGUMENT = 400


class StatementQuerySet(models.QuerySet["Statement"]):
    def published(self) -> "StatementQuerySet":
        return self.filter(state=Statement.State.PUBLISHED)

    def waiting(self) -> "StatementQuerySet":
        return self.filter(state=Statement.State.WAITING)


class Statement(models.Model):
    """One sentence people agree or disagree with."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting: somebody will read it")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")
        ERASED = "erased", _("erased by its author")

    class Rule(models.TextChoices):
        OFF_TOPIC = "off-topic", _("It is about something else.")
        PERSONAL = "personal", _("It attacks or names a person.")
        SEVERAL = "several", _("It holds several ideas: one sentence, one idea.")
        DUPLICATE = "duplicate", _("Another sentence already says it.")
        UNLAWFUL = "unlawful", _("The law forbids it.")
        SOURCE = "source", _("It was left out where it was imported from.")

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="statements")
    text = models.CharField(max_length=1000)
    language = models.CharField(max_length=5)
    translations = models.JSONField(default=dict, blank=True)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="statements")
    is_from_team = models.BooleanField(default=False)
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    # Counted by the worker, for the rule that shows seldom-answered sentences first.
    answers_counted = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(StatementQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["coproduction", "state"], name="statement_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "source_id"], name="statement_imported_once"
            ),
            models.CheckConstraint(
                name="statement_refused_with_a_rule",
                condition=Q(state="refused", rule__gt="") | (~Q(state="refused") & Q(rule="")),
            ),
            models.CheckConstraint(
                name="statement_state_known",
                condition=Q(state__in=["waiting", "published", "refused", "erased"]),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> dict[str, str]:
        return {self.language: self.text, **self.translations}


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


class IdeaQuerySet(models.QuerySet["Idea"]):
    def published(self) -> "IdeaQuerySet":
        return self.filter(state=Progress.PUBLISHED)

    def waiting(self) -> "IdeaQuerySet":
        return self.filter(state=Progress.WAITING)

    def visible_to(self, participant: Participant | None, numbers: Sequence[int] = ()) -> Any:
        """What is published, what this device wrote, and ideas whose private link was shown."""
        own = Q(author=participant) if participant else Q(pk__in=[])
        shown = [Progress.PUBLISHED, Progress.GROUPED, Progress.ERASED]
        return self.filter(Q(state__in=shown) | Q(pk__in=numbers) | own)


class Progress(models.TextChoices):
    """What became of an idea or an argument."""

    WAITING = "waiting", _("waiting: somebody will read it")
    PUBLISHED = "published", _("published")
    GROUPED = "grouped", _("grouped with another idea")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    ERASED = "erased", _("erased by its author")


def progress_rules(name: str) -> list[models.CheckConstraint]:
    refused = Q(state="refused", rule__gt="") | (~Q(state="refused") & Q(rule=""))
    return [
        models.CheckConstraint(name=f"{name}_refused_with_a_rule", condition=refused),
        models.CheckConstraint(name=f"{name}_state_known", condition=Q(state__in=Progress.values)),
    ]


class Idea(models.Model):
    """A proposal with a body, sources and arguments, on which people say agree, mixed, disagree."""

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="ideas", db_index=False
    )
    # Its place among the published, without gaps, so that any page of a drawn order is found at once.
    number = models.PositiveIntegerField(null=True)
    section = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=5)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="ideas")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    state = models.CharField(max_length=10, choices=Progress, default=Progress.WAITING)
    rule = models.CharField(max_length=20, choices=Statement.Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    grouped_with = models.ForeignKey("self", models.PROTECT, null=True, related_name="grouped")
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True)
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
        counts = {"agrees": agrees, "disagrees": disagrees, "seen": self.answers, "groups": ()}
        self.agreement, self.difference = share_agree(counts), difference(counts)


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


class Dispute(models.Model):
    """An author contests the refusal of an idea: somebody else than who refused decides."""

    idea = models.OneToOneField(Idea, models.CASCADE, related_name="dispute", primary_key=True)
    text = models.CharField(max_length=500)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    is_upheld = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="dispute_decided_whole",
                condition=Q(decided_at=None, is_upheld=None)
                | Q(decided_at__isnull=False, is_upheld__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"dispute of idea {self.idea_id}"


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


class Argument(models.Model):
    """One reason for or against an idea, in a sentence, with a source when there is one."""

    class Side(models.TextChoices):
        FOR = "for", _("For")
        AGAINST = "against", _("Against")

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="arguments", db_index=False)
    side = models.CharField(max_length=7, choices=Side)
    text = models.TextField()
    link = models.URLField(max_length=2000, blank=True)
    language = models.CharField(max_length=5)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="arguments")
    source_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null is outside the unique
    state = models.CharField(max_length=10, choices=Progress, default=Progress.WAITING)
    rule = models.CharField(max_length=20, choices=Statement.Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True)
    brought_helped = models.PositiveIntegerField(default=0)

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


class Turnout(models.Model):
    """How many people took part, as last counted by the worker."""

    coproduction = models.OneToOneField(Coproduction, models.CASCADE, primary_key=True)
    people = models.PositiveIntegerField(default=0)
    # Channel to people and answers, for the desk: never shown to the public.
    by_channel = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.people} people"

    @property
    def shown(self) -> int:
        """Rounded down to five: a live count to the unit would tell when one person answers."""
        return self.people - self.people % 5


class Release(models.Model):
    """The results as published on a date; never changed afterwards."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    is_final = models.BooleanField(default=False)
    people = models.PositiveIntegerField()
    content = models.JSONField()
    # Loadings of the map, aggregates only: by it a person may locate themselves. Never published.
    model = models.JSONField(null=True)

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="release_number_once")
        ]

    def __str__(self) -> str:
        return f"release {self.number} of {self.coproduction_id}"
