"""A period and the rule adopted for it; the facts that tell volunteers from employees."""

from datetime import date
from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.calc.sharing_rules import Rule, read_rule
from partage.coproductions.models import Coproduction
from partage.opinions.models import Version
from partage.web.localized import LocalizedField

LONGEST_RULE = 4000
LONGEST_REASON = 500

FACTS = {
    "free": _("Anyone may stop at any time, and loses nothing that was earned."),
    "unscheduled": _("Nobody sets hours, days or a pace."),
    "unranked": _("Nobody is ranked, given orders or punished."),
    "criteria": _("What makes a contribution count was published before the work."),
}


class WorkFacts(models.Model):
    """What the organization says of the work, point by point. Never changed: another one follows."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        UNKNOWN = "unknown", _("Not known")

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="work_facts")
    number = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    # Code of the fact to its answer and its words.
    answers = models.JSONField()
    language = models.CharField(max_length=5)

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="work_facts_once")
        ]

    def __str__(self) -> str:
        return f"facts {self.number} of {self.coproduction_id}"

    @property
    def lines(self) -> list[dict[str, str]]:
        labels = dict(self.Answer.choices)
        return [
            {
                "code": code,
                "fact": str(fact),
                "answer": self.answers[code]["answer"],
                "label": str(labels[self.answers[code]["answer"]]),
                "words": self.answers[code]["words"],
            }
            for code, fact in FACTS.items()
        ]


class Activity(models.TextChoices):
    """What the shares of a period pay for, as the tax rules on platforms cut it."""

    SERVICES = "personal-services", _("Personal services: work for somebody, by time or by task")
    GOODS = "goods", _("Sale of goods")
    TRANSPORT = "transport", _("Renting out a means of transport")
    PROPERTY = "property", _("Letting a building, a room or a parking space")
    NONE = "none", _("None of these: a price cut, or ideas that nobody pays for")


class PeriodQuerySet(models.QuerySet["Period"]):
    def in_force(self) -> "PeriodQuerySet":
        return self.filter(withdrawn_at=None)

    def crossing(self, opens_on: date, closes_on: date) -> "PeriodQuerySet":
        return self.filter(opens_on__lte=closes_on, closes_on__gte=opens_on)


class Period(models.Model):
    """A named time and the rule it is shared by, adopted before it opens and never changed."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="share_periods")
    number = models.PositiveIntegerField()
    name = LocalizedField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    # The canonical text, its SHA-256, and what settles who gets a cent left between equals.
    rule = models.TextField(max_length=LONGEST_RULE)
    digest = models.CharField(max_length=64)
    seed = models.BinaryField(max_length=32)
    adopted_at = models.DateTimeField()
    adopted_on = models.DateField()
    # By what: a published opinion and perhaps one of its recommendations, or an act named here.
    opinion = models.ForeignKey(Version, models.PROTECT, null=True, related_name="share_periods")
    recommendation = models.PositiveIntegerField(null=True)
    act_name = models.CharField(max_length=200, blank=True)
    act_on = models.DateField(null=True)
    act_address = models.URLField(max_length=500, blank=True)
    facts = models.ForeignKey(WorkFacts, models.PROTECT, related_name="periods")
    activity = models.CharField(max_length=20, choices=Activity)
    activity_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects = models.Manager.from_queryset(PeriodQuerySet)()

    class Meta:
        ordering = ["-number"]
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="share_period_number"),
            models.UniqueConstraint(
                fields=["coproduction", "opens_on"],
                condition=Q(withdrawn_at=None),
                name="share_period_opens_once",
            ),
            models.CheckConstraint(
                name="share_period_adopted_before", condition=Q(adopted_on__lt=F("opens_on"))
            ),
            models.CheckConstraint(
                name="share_period_order", condition=Q(opens_on__lte=F("closes_on"))
            ),
            models.CheckConstraint(
                name="share_period_by_one_act",
                condition=Q(opinion__isnull=False, act_name="", act_on=None, act_address="")
                | Q(opinion=None, recommendation=None, act_on__isnull=False) & ~Q(act_name=""),
            ),
            models.CheckConstraint(
                name="share_period_act_is_past",
                condition=Q(act_on=None) | Q(act_on__lte=F("adopted_on")),
            ),
            models.CheckConstraint(
                name="share_period_activity", condition=Q(activity__in=Activity.values)
            ),
            models.CheckConstraint(
                name="share_period_none_says_why",
                condition=~Q(activity="none") | ~Q(activity_reason=""),
            ),
            models.CheckConstraint(
                name="share_period_withdrawn_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"period {self.number} of {self.coproduction_id}"

    @cached_property
    def read(self) -> Rule:
        """The rule, read back from its sealed text."""
        return read_rule(self.rule)

    @property
    def seed_hex(self) -> str:
        return bytes(self.seed).hex()

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def has_opened(self) -> bool:
        return timezone.localdate() >= self.opens_on

    @property
    def is_over(self) -> bool:
        return timezone.localdate() > self.closes_on
