"""What all contributions have in common: what became of them, under which rule, and who sees it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person


class Progress(models.TextChoices):
    """What became of a contribution."""

    WAITING = "waiting", _("waiting: somebody will read it")
    ASKED = "asked", _("waiting for its author: a change was asked for")
    SECOND = "second", _("waiting: a second person will read it")
    PUBLISHED = "published", _("published")
    GROUPED = "grouped", _("grouped with another idea")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")
    ERASED = "erased", _("erased by its author")


class Rule(models.TextChoices):
    """The charter: under which of its rules something is refused."""

    OFF_TOPIC = "off-topic", _("It is about something else.")
    PERSONAL = "personal", _("It attacks or names a person.")
    SEVERAL = "several", _("It holds several ideas: one sentence, one idea.")
    DUPLICATE = "duplicate", _("Another sentence already says it.")
    UNLAWFUL = "unlawful", _("The law forbids it.")
    UNCLEAR = "unclear", _("Many did not understand it: a clearer sentence takes its place.")
    SOURCE = "source", _("It was left out where it was imported from.")


# Those a moderator may choose from.
CHARTER = [r for r in Rule if r not in (Rule.UNCLEAR, Rule.SOURCE)]


def progress_rules(name: str) -> list[models.CheckConstraint]:
    ruled = Q(state__in=["refused", "second"])
    return [
        models.CheckConstraint(
            name=f"{name}_refused_with_a_rule",
            condition=(ruled & Q(rule__gt="")) | (~ruled & Q(rule="")),
        ),
        models.CheckConstraint(name=f"{name}_state_known", condition=Q(state__in=Progress.values)),
        models.CheckConstraint(
            name=f"{name}_asked_with_words", condition=~Q(state="asked") | Q(reason__gt="")
        ),
        models.CheckConstraint(
            name=f"{name}_refused_by_two",
            condition=~Q(state="refused") | Q(first_reader=None) | ~Q(decided_by=F("first_reader")),
        ),
    ]


class ContributionQuerySet(models.QuerySet[Any]):
    # Where its coproduction is found from a row, and in which states its own page shows to all.
    space = "coproduction"
    shown: tuple[Progress, ...] = (Progress.PUBLISHED,)

    def published(self) -> Any:
        return self.filter(state=Progress.PUBLISHED)

    def listed(self, coproduction: Coproduction | None = None) -> Any:
        """What every list, feed, file and the API hold: of one coproduction, or of all that show."""
        if coproduction is None:
            return self.published().filter(**{f"{self.space}__in": Coproduction.objects.visible()})
        return self.published().filter(**{self.space: coproduction})

    def visible_to(self, participant: Participant | None, numbers: Sequence[int] = ()) -> Any:
        """What shows to all, what this device wrote, and what a private link was shown for."""
        own = Q(author=participant) if participant else Q(pk__in=[])
        return self.filter(Q(state__in=self.shown) | Q(pk__in=numbers) | own)

    def waiting(self) -> Any:
        return self.filter(state=Progress.WAITING)

    def to_read(self, person: Person) -> Any:
        """What waits for this person: a refusal needs a second reader where two must agree."""
        second = Q(state=Progress.SECOND) & ~Q(first_reader=person)
        return self.filter(Q(state=Progress.WAITING) | second)


class Decided(models.Model):
    """What all contributions have in common: what became of them, and why."""

    noun: ClassVar[str]
    label: ClassVar[Any]

    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=Progress, default=Progress.WAITING)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    first_reader = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def dashed_noun(self) -> str:
        """As addresses and the register spell it."""
        return self.noun.replace("_", "-")
