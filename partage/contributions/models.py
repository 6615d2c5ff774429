"""Statements, the answers to them, and the results as they were published."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person

LONGEST_STATEMENT = 280


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


class Turnout(models.Model):
    """How many people took part, as last counted by the worker."""

    coproduction = models.OneToOneField(Coproduction, models.CASCADE, primary_key=True)
    people = models.PositiveIntegerField(default=0)

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
