"""The open account of a coproduction, as it was published."""

import json
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction, Task
from partage.people.models import Participant, Person


class PublishedAccount(models.Model):
    """One dated version: the declaration, and what it computed to. Never changed."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="accounts")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    declaration = models.TextField()
    digest = models.CharField(max_length=64)
    # Text, so that the file served is the same to the byte as the command's.
    content = models.TextField()

    class Meta:
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="account_number_once")
        ]

    def __str__(self) -> str:
        return f"account {self.number} of {self.coproduction_id}"

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.content)
        return facts


class Voice(models.Model):
    """What one person says of one task: chosen, obliged or endured, and what changed for them."""

    class SpeaksAs(models.TextChoices):
        PARTICIPANT = "participant", _("I do this task as a customer or user")
        EMPLOYEE = "employee", _("It is, or was, my work")

    class Change(models.TextChoices):
        EASIER = "easier", _("It is easier")
        HARDER = "harder", _("It is harder")
        FASTER = "faster", _("It takes less time")
        SLOWER = "slower", _("It takes more time")
        LESS_CONTACT = "less-contact", _("There is less human contact")
        NEW_SKILLS = "new-skills", _("It asks for other skills")
        NOTHING = "nothing", _("Nothing changed")

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="voices")
    task = models.ForeignKey(Task, models.CASCADE, related_name="voices")
    speaks_as = models.CharField(max_length=20, choices=SpeaksAs)
    degree = models.CharField(max_length=10, choices=Task.Degree)
    change = models.CharField(max_length=20, choices=Change)
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "task"], name="voice_one_each"),
            models.CheckConstraint(
                name="voice_speaks_as_known", condition=Q(speaks_as__in=["participant", "employee"])
            ),
            models.CheckConstraint(
                name="voice_degree_known", condition=Q(degree__in=["chosen", "obliged", "endured"])
            ),
        ]

    def __str__(self) -> str:
        return f"voice {self.pk}"


class CounterInputQuerySet(models.QuerySet["CounterInput"]):
    def listed(self, coproduction: Coproduction | None = None) -> "CounterInputQuerySet":
        """What the list, the feed and the API hold: of one coproduction, or of all that show."""
        spaces = Coproduction.objects.visible() if coproduction is None else [coproduction]
        published = self.filter(state=CounterInput.State.PUBLISHED)
        return published.filter(account__coproduction__in=spaces)


class CounterInput(models.Model):
    """Another figure for one input, with its source: it opens a variant of the account."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting: somebody will read it")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")

    class Rule(models.TextChoices):
        NO_SOURCE = "no-source", _("Its source cannot be found.")
        OTHER_INPUT = "other-input", _("It is about another quantity.")
        DUPLICATE = "duplicate", _("The same figure was filed before.")
        UNLAWFUL = "unlawful", _("The law forbids it.")

    account = models.ForeignKey(PublishedAccount, models.PROTECT, related_name="counter_inputs")
    name = models.CharField(max_length=80)
    low = models.DecimalField(max_digits=24, decimal_places=6)
    central = models.DecimalField(max_digits=24, decimal_places=6)
    high = models.DecimalField(max_digits=24, decimal_places=6)
    source = models.CharField(max_length=300)
    source_date = models.DateField()
    # The variant, computed once when the figure was filed.
    content = models.TextField()
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects = models.Manager.from_queryset(CounterInputQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="counter_input_in_order",
                condition=Q(low__gte=0) & Q(central__gte=F("low")) & Q(high__gte=F("central")),
            ),
            models.CheckConstraint(
                name="counter_input_refused_with_a_rule",
                condition=Q(state="refused", rule__gt="") | (~Q(state="refused") & Q(rule="")),
            ),
            models.CheckConstraint(
                name="counter_input_state_known",
                condition=Q(state__in=["waiting", "published", "refused"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.central}"

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.content)
        return facts
