"""What people did, as the producer's machines tell it: events, never changed, and their months."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.web.localized import LocalizedField

MOST_SECONDS = 86_400
MOST_CENTS = 10**12
MOST_DATA = 31  # kinds of data, one bit each


class EventTask(models.Model):
    """A task whose doing is told, under the code that events name."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="event_tasks")
    code = models.SlugField(max_length=40)
    name = LocalizedField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "code"], name="event_task_once")
        ]

    def __str__(self) -> str:
        return self.code


class EventData(models.Model):
    """A kind of data that events may take, under its code; `bit` is its place in their mask."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="event_data")
    code = models.SlugField(max_length=40)
    name = LocalizedField()
    bit = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["bit"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "code"], name="event_data_once"),
            models.UniqueConstraint(fields=["coproduction", "bit"], name="event_data_bit_once"),
            models.CheckConstraint(name="event_data_fits_its_mask", condition=Q(bit__lt=MOST_DATA)),
        ]

    def __str__(self) -> str:
        return self.code


class ProducerKey(models.Model):
    """By which a producer's machine sends events. The key itself is not kept, only its digest."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="producer_keys")
    name = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"key {self.pk} of {self.coproduction_id}"


class Batch(models.Model):
    """Events that came together."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="batches")
    key = models.ForeignKey(ProducerKey, models.PROTECT, null=True, related_name="batches")
    received_at = models.DateTimeField()
    accepted = models.PositiveIntegerField()
    # SHA-256 of the opening and of what was sent: stands in the register.
    inputs = models.CharField(max_length=64)
    opening = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"batch {self.pk} of {self.coproduction_id}"


class Event(models.Model):
    """One doing of a task. Never changed: a correction is another event, that names this one."""

    class Basis(models.TextChoices):
        MEASURED = "measured", _("measured")
        DECLARED = "declared", _("declared")
        SAMPLED = "sampled", _("sampled")
        PUBLISHED = "published", _("published")
        ASSUMED = "assumed", _("assumed")

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, db_index=False, related_name="+")
    event_id = models.UUIDField()
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="events")
    task = models.ForeignKey(EventTask, models.PROTECT, db_index=False, related_name="+")
    # A keyed mark of the producer's own number for a person, another one in each coproduction.
    who = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()
    value_cents = models.BigIntegerField(default=0)
    data_mask = models.PositiveIntegerField(default=0)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.MEASURED)
    corrects = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "event_id"], name="event_once"),
            models.UniqueConstraint(
                fields=["coproduction", "corrects"],
                condition=Q(corrects__isnull=False),
                name="event_corrected_once",
            ),
            models.CheckConstraint(
                name="event_figures_in_reach",
                condition=Q(
                    seconds__lte=MOST_SECONDS, value_cents__range=(-MOST_CENTS, MOST_CENTS)
                ),
            ),
            models.CheckConstraint(
                name="event_basis_known",
                condition=Q(basis__in=["measured", "declared", "sampled", "published", "assumed"]),
            ),
            models.CheckConstraint(
                name="event_corrects_another",
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("event_id")),
            ),
        ]
        indexes = [models.Index(fields=["coproduction", "who"], name="event_who")]

    def __str__(self) -> str:
        return f"event {self.event_id}"


class EventMonth(models.Model):
    """What the events of one month and task add up to; corrected ones are not in it."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="event_months")
    month = models.DateField()
    task = models.ForeignKey(EventTask, models.PROTECT, related_name="months")
    basis = models.CharField(max_length=10, choices=Event.Basis)
    events = models.IntegerField(default=0)
    seconds = models.BigIntegerField(default=0)
    value_cents = models.BigIntegerField(default=0)
    data = models.JSONField(default=dict)  # code of the kind of data to number of events
    # Decided when the month is closed: from ten events, of ten people where they are told apart.
    is_published = models.BooleanField(default=False)

    class Meta:
        ordering = ["-month", "task__code", "basis"]
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "month", "task", "basis"], name="event_month_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} of {self.coproduction_id}"

    @property
    def hours(self) -> Decimal:
        return round(Decimal(self.seconds) / 3600, 2)

    @property
    def euros(self) -> Decimal:
        return Decimal(self.value_cents) / 100


class ClosedMonth(models.Model):
    """A month whose figures are published: no event comes in any more."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="closed_months")
    month = models.DateField()
    closed_at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "month"], name="month_closed_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} of {self.coproduction_id}, closed"
