"""What the desk decides on contributions: its log, reports, appeals, and who must agree."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partage.contributions.models.contested import ContestedSet
from partage.contributions.models.ideas import Argument, Idea
from partage.contributions.models.progress import Rule
from partage.contributions.models.statements import Statement
from partage.contributions.models.test_reports import TestReport
from partage.coproductions.models import Coproduction, Role
from partage.people.models import Participant, Person

Contribution = Statement | Idea | Argument | TestReport


def decided_whole(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_decided_whole",
        condition=Q(decided_at=None, is_upheld=None)
        | Q(decided_at__isnull=False, is_upheld__isnull=False),
    )


class About(models.Model):
    """Rows about exactly one contribution."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, db_index=False)
    statement = models.ForeignKey(Statement, models.CASCADE, null=True)
    idea = models.ForeignKey(Idea, models.CASCADE, null=True)
    argument = models.ForeignKey(Argument, models.CASCADE, null=True)
    test_report = models.ForeignKey(TestReport, models.CASCADE, null=True)

    class Meta:
        abstract = True

    @property
    def one(self) -> Contribution:
        found = self.statement or self.idea or self.argument or self.test_report
        if found is None:
            raise LookupError(f"{self} is about nothing")  # the database refuses such a row
        found.coproduction = self.coproduction
        return found


def about_one(name: str, *more: str) -> models.CheckConstraint:
    nouns = ("statement", "idea", "argument", "test_report", *more)
    ways = [Q(**{f"{other}__isnull": other != noun for other in nouns}) for noun in nouns]
    return models.CheckConstraint(name=f"{name}_about_one", condition=reduce(or_, ways))


class NoticeQuerySet(models.QuerySet["Notice"]):
    def proposed_by(self, person: Person) -> "NoticeQuerySet":
        """Those that wait for somebody else: this person would take the item down."""
        two = {"coproduction__moderation__two_to_refuse": True}
        return self.filter(decided_at=None, first_reader=person, **two)

    def to_decide(self, person: Person) -> "NoticeQuerySet":
        """Those that wait for this person, or anybody."""
        own = Notice.objects.proposed_by(person).values("pk")
        return self.filter(decided_at=None).exclude(pk__in=own)


class Notice(About):
    """Somebody reports a published contribution; the desk says what it did about it."""

    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="notices")
    rule = models.CharField(max_length=20, choices=Rule)
    text = models.CharField(max_length=1000)
    # To be answered; forgotten some time after the decision, and with whoever gave them.
    name = models.CharField(max_length=120, blank=True)
    mail = models.EmailField(blank=True)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_upheld = models.BooleanField(null=True)
    # Where two must agree: what the first would answer, and under which rule, until the second agrees.
    first_reader = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    proposed_rule = models.CharField(max_length=20, choices=Rule, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        indexes = [
            models.Index(
                fields=["coproduction"], name="notice_waiting", condition=Q(decided_at=None)
            )
        ]
        constraints = [
            about_one("notice"),
            decided_whole("notice"),
            models.CheckConstraint(
                name="notice_upheld_by_two",
                condition=~Q(is_upheld=True)
                | Q(first_reader=None)
                | ~Q(decided_by=F("first_reader")),
            ),
            models.CheckConstraint(
                name="notice_proposed_under_a_rule",
                condition=Q(first_reader=None) | Q(proposed_rule__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Decision(About):
    """What the desk decided on a contribution and why: the public log of moderation, never changed."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")
        GROUPED = "grouped", _("grouped with another idea")
        ASKED = "asked", _("asked its author for a change")
        KEPT = "kept", _("kept after a report")
        REPLACED = "replaced", _("replaced by a clearer sentence")
        RESTORED = "restored", _("published after all, the refusal being contested")
        EXCLUDED = "excluded", _("left out of the results")
        COUNTED = "counted", _("counted after all")

    contested_set = models.ForeignKey(ContestedSet, models.CASCADE, null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # As whom it was decided: no name.
    role = models.CharField(max_length=20, blank=True)
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True)
    decided_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["coproduction", "-id"], name="decision_log")]
        constraints = [
            about_one("decision", "contested_set"),
            models.CheckConstraint(
                name="decision_known",
                condition=Q(
                    kind__in=[
                        "published",
                        "refused",
                        "grouped",
                        "asked",
                        "kept",
                        "replaced",
                        "restored",
                        "excluded",
                        "counted",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="decision_refused_with_a_rule",
                condition=~Q(kind__in=["refused", "replaced"]) | Q(rule__gt=""),
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}: {self.kind}"

    @property
    def about(self) -> Contribution | ContestedSet:
        if self.contested_set is None:
            return self.one
        self.contested_set.coproduction = self.coproduction
        return self.contested_set

    @property
    def contested(self) -> "Appeal | None":
        return getattr(self, "appeal", None)

    @property
    def role_name(self) -> str:
        return str(Role.Kind(self.role).label) if self.role in Role.Kind.values else "–"


class AppealQuerySet(models.QuerySet["Appeal"]):
    def refused_by(self, person: Person) -> "AppealQuerySet":
        """Those against what this person refused, alone or with somebody else."""
        nouns = ("statement", "idea", "argument", "test_report")
        whose = ("decided_by", "first_reader")
        ways = [Q(**{f"decision__{noun}__{who}": person}) for noun in nouns for who in whose]
        return self.filter(reduce(or_, ways))

    def to_decide(self, person: Person) -> "AppealQuerySet":
        """Those that wait, save against what this person refused."""
        own = Appeal.objects.refused_by(person).values("pk")
        return self.filter(decided_at=None).exclude(pk__in=own)


class Appeal(models.Model):
    """An author contests a refusal: somebody else than who refused decides."""

    decision = models.OneToOneField(Decision, models.CASCADE, primary_key=True)
    text = models.CharField(max_length=500)
    filed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    is_upheld = models.BooleanField(null=True)

    objects = models.Manager.from_queryset(AppealQuerySet)()

    class Meta:
        constraints = [decided_whole("appeal")]

    def __str__(self) -> str:
        return f"appeal against {self.decision_id}"


class Moderation(models.Model):
    """How refusals are decided in a coproduction, with the reason of the last change; public."""

    coproduction = models.OneToOneField(Coproduction, models.CASCADE, primary_key=True)
    two_to_refuse = models.BooleanField(default=False)
    reason = models.CharField(max_length=500)
    language = models.CharField(max_length=5)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"moderation of {self.coproduction_id}"
