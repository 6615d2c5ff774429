"""A mandate to inspect, what was read under it, and the inspector's own notes and questions."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction, Organization
from partage.people.models import Person

LONGEST_WORDS = 500
LONGEST_TEXT = 4000
MOST_SAMPLED = 1000
MINUTES_A_DAY = 24 * 60


class MandateQuerySet(models.QuerySet["Mandate"]):
    def open_still(self) -> "MandateQuerySet":
        return self.filter(closed_at=None)

    def past(self) -> "MandateQuerySet":
        """Those whose last day is over, and that nobody closed."""
        return self.open_still().filter(until_on__lt=timezone.localdate())


class Mandate(models.Model):
    """What one inspector may read, on what ground, from one day to another."""

    class Body(models.TextChoices):
        SERVICE = "service", _("control service")
        COUNCIL = "council", _("works council of the employer")
        AUDITOR = "auditor", _("auditor")

    number = models.PositiveIntegerField(unique=True)
    body = models.CharField(max_length=10, choices=Body)
    body_name = models.CharField(max_length=200)
    # Gone with the account of the person: the mandate keeps the body, not the name.
    inspector = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="mandates")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="mandates"
    )
    covers_all = models.BooleanField(default=False)
    coproductions = models.ManyToManyField(Coproduction, blank=True, related_name="mandates")
    legal_basis = models.CharField(max_length=LONGEST_WORDS)
    from_on = models.DateField()
    until_on = models.DateField()
    opened_at = models.DateTimeField()
    # The register holds the digest of the terms: without the opening nobody can test a guess.
    opening = models.BinaryField(max_length=32)
    terms = models.CharField(max_length=64)
    waiting_cases = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    consulted = models.PositiveIntegerField(default=0)
    consultations_digest = models.CharField(max_length=64, blank=True)

    objects = models.Manager.from_queryset(MandateQuerySet)()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="mandate_body_known", condition=Q(body__in=["service", "council", "auditor"])
            ),
            models.CheckConstraint(
                name="mandate_ends_after_it_begins", condition=Q(until_on__gte=F("from_on"))
            ),
            models.CheckConstraint(
                name="mandate_on_a_ground", condition=~Q(legal_basis="") & ~Q(body_name="")
            ),
            models.CheckConstraint(
                name="mandate_covers_all_of_somebody",
                condition=Q(covers_all=False) | Q(organization__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_council_of_an_employer",
                condition=~Q(body="council") | Q(organization__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_closed_with_its_digest",
                condition=Q(closed_at=None, consultations_digest="")
                | Q(closed_at__isnull=False) & ~Q(consultations_digest=""),
            ),
        ]

    def __str__(self) -> str:
        return f"mandate {self.number}"

    def is_in_force(self) -> bool:
        return self.closed_at is None and self.from_on <= timezone.localdate() <= self.until_on

    def covered(self) -> "models.QuerySet[Coproduction]":
        """The coproductions that it lets read; none that a page could not show."""
        visible = Coproduction.objects.visible()
        if self.covers_all:
            return visible.filter(organization=self.organization_id).order_by("slug")
        listed = self.coproductions.values("pk")
        return visible.filter(pk__in=listed).order_by("slug")


class Consultation(models.Model):
    """A page read under a mandate. Each holds the hash of the one before; none is ever changed."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="consultations")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    page = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        constraints = [
            # Two written at once: the second fails, and the chain does not fork.
            models.UniqueConstraint(fields=["mandate", "number"], name="consultation_number_once"),
        ]

    def __str__(self) -> str:
        return f"consultation {self.number} under {self.mandate_id}"


class Note(models.Model):
    """What the inspector writes for themselves; nobody else reads it."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="notes")
    number = models.PositiveIntegerField()
    written_at = models.DateTimeField()
    coproduction = models.ForeignKey(Coproduction, models.PROTECT, null=True, related_name="+")
    text = models.TextField(max_length=LONGEST_TEXT)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "number"], name="inspection_note_once"),
            models.CheckConstraint(name="inspection_note_says", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"note {self.number} under {self.mandate_id}"


class Worked(models.Model):
    """Time that the inspector gave to the inspection, on a day."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="worked")
    day = models.DateField()
    minutes = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "worked"
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(
                name="inspection_minutes_in_a_day", condition=Q(minutes__range=(1, MINUTES_A_DAY))
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} minutes under {self.mandate_id}"


class Sample(models.Model):
    """Entries drawn by a seed that nobody chose: anyone may draw the same again."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="samples")
    number = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    origin = models.CharField(max_length=200)
    log = models.PositiveSmallIntegerField()
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    # What it was drawn among: coproductions, kind and period, and how many entries.
    among = models.JSONField(default=dict)
    population = models.PositiveBigIntegerField()
    places = models.JSONField(default=list)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "number"], name="sample_number_once"),
        ]

    def __str__(self) -> str:
        return f"sample {self.number} under {self.mandate_id}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def waiting(self) -> "QuestionQuerySet":
        return self.filter(answered_at=None)


class Question(models.Model):
    """What the inspector asks the organization, until when, and what it answers."""

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="questions")
    number = models.PositiveIntegerField()
    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="inspection_questions"
    )
    text = models.TextField(max_length=LONGEST_TEXT)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.TextField(max_length=LONGEST_TEXT, blank=True)
    answer_language = models.CharField(max_length=5, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(QuestionQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["mandate", "number"], name="question_number_once"),
            models.CheckConstraint(name="question_asks", condition=~Q(text="")),
            models.CheckConstraint(
                name="question_answered_whole",
                condition=Q(answered_at=None, answer="")
                | Q(answered_at__isnull=False, answer__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.number} under {self.mandate_id}"

    @property
    def is_late(self) -> bool:
        answered = (
            timezone.localdate(self.answered_at) if self.answered_at else timezone.localdate()
        )
        return answered > self.due_on
