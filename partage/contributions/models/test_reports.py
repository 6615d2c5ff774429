"""The tasks people are asked to try, and how it went."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.contributions.models.progress import (
    ContributionQuerySet,
    Decided,
    progress_rules,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Participant

LONGEST_REPORT = 2000
LONGEST_TASK = 200
LONGEST_TRIAL_MINUTES = 24 * 60


class TrialTask(models.Model):
    """Something people are asked to try, so as to say how it went."""

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="trial_tasks", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)
    language = models.CharField(max_length=5)
    # Counted by the worker, ten reports at a time: how many, and what they say together.
    counted = models.PositiveIntegerField(default=0)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="trial_task_number"),
            models.CheckConstraint(name="trial_task_says_what", condition=Q(words__gt="")),
        ]

    def __str__(self) -> str:
        return self.words


class TestReportQuerySet(ContributionQuerySet):
    space = "task__coproduction"


class TestReport(Decided):
    """What happened when a person tried a task."""

    noun, label = "test_report", _("Test report")

    class Outcome(models.TextChoices):
        DONE = "done", _("I did it")
        HELPED = "helped", _("I did it with help")
        GAVE_UP = "gave-up", _("I gave up")

    class Severity(models.TextChoices):
        NONE = "none", _("no problem")
        ANNOYING = "annoying", _("annoying")
        SERIOUS = "serious", _("serious: I lost time or made a mistake")
        BLOCKING = "blocking", _("blocking: I could not go on")

    class Difficulty(models.IntegerChoices):
        VERY_EASY = 1, _("very easy")
        EASY = 2, _("easy")
        NEITHER = 3, _("neither easy nor hard")
        HARD = 4, _("hard")
        VERY_HARD = 5, _("very hard")

    task = models.ForeignKey(TrialTask, models.PROTECT, related_name="reports", db_index=False)
    outcome = models.CharField(max_length=10, choices=Outcome)
    severity = models.CharField(max_length=10, choices=Severity, blank=True)
    text = models.TextField()
    # How well a person managed: shown to nobody, and counted with those of others.
    minutes = models.PositiveSmallIntegerField(null=True)
    difficulty = models.PositiveSmallIntegerField(null=True, choices=Difficulty)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="test_reports")
    objects = models.Manager.from_queryset(TestReportQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["task", "state", "-id"], name="test_report_of_task")]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "task"],
                condition=Q(state__in=["waiting", "second", "published"]),
                name="test_report_one_each",
            ),
            models.CheckConstraint(
                name="test_report_outcome_known",
                condition=Q(outcome__in=["done", "helped", "gave-up"]),
            ),
            models.CheckConstraint(
                name="test_report_severity_known",
                condition=Q(severity__in=["", "none", "annoying", "serious", "blocking"]),
            ),
            models.CheckConstraint(
                name="test_report_minutes_of_a_day",
                condition=Q(minutes=None) | Q(minutes__range=(1, LONGEST_TRIAL_MINUTES)),
            ),
            models.CheckConstraint(
                name="test_report_difficulty_known",
                condition=Q(difficulty=None) | Q(difficulty__range=(1, 5)),
            ),
            *progress_rules("test_report"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk} on {self.task_id}"

    def get_absolute_url(self) -> str:
        return reverse("test-report", args=[self.task.coproduction.slug, self.pk])

    @property
    def coproduction(self) -> Coproduction:
        return self.task.coproduction

    @coproduction.setter
    def coproduction(self, value: Coproduction) -> None:
        self.task.coproduction = value
