"""Skills that contributions show, the records people own of them, and programmes to learn."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.contributions.models import Idea, Progress, TestReport
from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person
from partage.web.localized import LocalizedField

LONGEST_NAME = 120
LONGEST_TEXT = 1000
LONGEST_REASON = 500
LONGEST_ADDRESS = 300
MOST_HOURS = 10_000
MOST_PLACES = 100_000
MOST_PEOPLE = 1_000_000
LIST_SIZE = 131_072  # the least that a status list may hold, so that a place in it names nobody


class Skill(models.Model):
    """One line of a coproduction's published framework. Its words never change: another follows."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="skills")
    code = models.SlugField(max_length=40)
    name = LocalizedField()
    shown_by = LocalizedField()
    # The same skill in the European and French lists of trades, where there is one.
    esco = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    rome = models.CharField(max_length=10, blank=True)
    published_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "code"], name="skill_code_once"),
            models.CheckConstraint(
                name="skill_retired_after_it_was_published",
                condition=Q(retired_at=None) | Q(retired_at__gte=F("published_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def shown(self) -> "ProgrammeQuerySet":
        return self.filter(withdrawn_at=None)

    def open_on(self, day: date) -> "ProgrammeQuerySet":
        return self.shown().filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Programme(models.Model):
    """A training that somebody offers for the work that a coproduction changes."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="programmes")
    title = models.CharField(max_length=LONGEST_NAME)
    provider = models.CharField(max_length=LONGEST_NAME)
    region = models.CharField(max_length=LONGEST_NAME, blank=True)
    audience = models.CharField(max_length=LONGEST_NAME, blank=True)
    funding = models.CharField(max_length=LONGEST_NAME, blank=True)
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    places = models.PositiveIntegerField(null=True)  # blank is unknown, not none
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    address = models.URLField(max_length=LONGEST_ADDRESS, blank=True)
    language = models.CharField(max_length=5)
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    skills = models.ManyToManyField(Skill, related_name="programmes")

    objects = models.Manager.from_queryset(ProgrammeQuerySet)()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["coproduction", "provider", "title"],
                condition=Q(withdrawn_at=None),
                name="programme_once",
            ),
            models.CheckConstraint(
                name="programme_hours_in_reach", condition=Q(hours__gt=0, hours__lte=MOST_HOURS)
            ),
            models.CheckConstraint(
                name="programme_places_in_reach",
                condition=Q(places=None) | Q(places__range=(1, MOST_PLACES)),
            ),
            models.CheckConstraint(
                name="programme_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"programme {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("programme", args=[self.coproduction.slug, self.pk])

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def hours_offered(self) -> Decimal | None:
        """For all its places together; unknown where nobody said how many there are."""
        return None if self.places is None else self.hours * self.places


class ChangedWork(models.Model):
    """What a programme prepares for: one point that a published account says of the work."""

    class Topic(models.TextChoices):
        GONE = "tasks_gone", _("a task that goes")
        NEW = "tasks_new", _("a new task")
        ASKED = "skills_asked", _("a skill asked")
        REMAINING = "remaining_work", _("work that stays, changed")
        CONTACT = "human_contact", _("human contact")
        LEFT = "left_without_help", _("people left without help")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="changes")
    topic = models.CharField(max_length=20, choices=Topic)
    words = LocalizedField()
    account = models.PositiveIntegerField()  # the number of the account that said so

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="changed_work_topic_known",
                condition=Q(
                    topic__in=[
                        "tasks_gone",
                        "tasks_new",
                        "skills_asked",
                        "remaining_work",
                        "human_contact",
                        "left_without_help",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} of programme {self.programme_id}"


class TakenHours(models.Model):
    """Hours that somebody says they spent in a programme; said again, they replace the former."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="taken")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="training_taken")
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "participant"], name="taken_one_each"),
            models.CheckConstraint(
                name="taken_hours_in_reach", condition=Q(hours__gt=0, hours__lte=MOST_HOURS)
            ),
        ]

    def __str__(self) -> str:
        return f"hours {self.pk}"


class Attendance(models.Model):
    """Hours that the organization counted in a session of a programme, of all its people together."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="attendances")
    held_on = models.DateField()
    people = models.PositiveIntegerField()
    hours = models.DecimalField(max_digits=12, decimal_places=2)
    counted_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="attendance_of_somebody", condition=Q(people__range=(1, MOST_PEOPLE))
            ),
            models.CheckConstraint(name="attendance_of_some_hours", condition=Q(hours__gt=0)),
            models.UniqueConstraint(
                fields=["programme", "held_on"],
                condition=Q(taken_back_at=None),
                name="attendance_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"


class Claim(models.Model):
    """Somebody says that they have a skill, and shows it by what they choose; it is theirs.

    Nobody confirms their own: neither their device here nor, where they were signed in when they
    claimed or confirm, their account, of which each keeps a mark that differs in each coproduction.
    """

    class ConfirmedBy(models.TextChoices):
        PEER = "peer", _("another participant")
        FACILITATOR = "facilitator", _("a facilitator")

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="claims")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="claims")
    account_mark = models.BinaryField(max_length=32, null=True)
    text = models.CharField(max_length=LONGEST_TEXT, blank=True)
    language = models.CharField(max_length=5)
    claimed_at = models.DateTimeField()
    asks_desk = models.BooleanField(default=False)
    confirmed_as = models.CharField(max_length=12, choices=ConfirmedBy, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    confirmer = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="+")
    confirmer_mark = models.BinaryField(max_length=32, null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["skill", "participant"], name="claim_once"),
            models.CheckConstraint(
                name="claim_not_confirmed_from_the_same_device",
                condition=Q(confirmer=None) | ~Q(confirmer=F("participant")),
            ),
            models.CheckConstraint(
                name="claim_not_confirmed_from_the_same_account",
                condition=Q(confirmer_mark=None)
                | Q(account_mark=None)
                | ~Q(confirmer_mark=F("account_mark")),
            ),
            models.CheckConstraint(
                name="claim_confirmed_by_somebody_on_a_date",
                condition=Q(confirmed_as="", confirmed_at=None)
                | Q(confirmed_as__in=["peer", "facilitator"], confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_revoked_with_a_reason",
                condition=Q(revoked_at=None, reason="")
                | Q(revoked_at__isnull=False, reason__gt="", confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None and self.revoked_at is None


class Shown(models.Model):
    """What shows a claimed skill: an idea, a test report or training hours of the same person."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="shown")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, related_name="+")
    test_report = models.ForeignKey(TestReport, models.CASCADE, null=True, related_name="+")
    taken = models.ForeignKey(TakenHours, models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "shown"
        constraints = [
            models.CheckConstraint(
                name="shown_is_one_thing",
                condition=Q(idea__isnull=False, test_report=None, taken=None)
                | Q(idea=None, test_report__isnull=False, taken=None)
                | Q(idea=None, test_report=None, taken__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"shown {self.pk}"

    @property
    def is_public(self) -> bool:
        """An idea or a report may have been taken back or refused since it was chosen."""
        about = self.idea or self.test_report
        return about is None or about.state == Progress.PUBLISHED

    @property
    def about(self) -> Idea | TestReport | TakenHours:
        return next(one for one in (self.idea, self.test_report, self.taken) if one)


class BadgeKey(models.Model):
    """The public half of a key that signs badges: kept for ever, so that old badges still verify."""

    kid = models.CharField(max_length=64, unique=True)
    public = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.kid


class Badge(models.Model):
    """A signed badge that was handed out. Its place in a status list, drawn by chance, tells nothing."""

    claim = models.ForeignKey(Claim, models.SET_NULL, null=True, related_name="badges")
    number = models.UUIDField(unique=True)
    status_list = models.PositiveIntegerField()
    place = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["status_list", "place"], name="badge_place_once"),
            models.CheckConstraint(
                name="badge_place_in_its_list", condition=Q(place__lt=LIST_SIZE)
            ),
            models.CheckConstraint(
                name="badge_of_nobody_is_revoked",
                condition=Q(claim__isnull=False) | Q(revoked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"badge {self.number}"
