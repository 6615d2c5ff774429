"""Calls: what anyone asks an organization to make together with them, and who supports it."""

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Organization
from partage.coproductions.roles import organizations_of
from partage.people.models import Participant, Person

LONGEST_TITLE = 120
LONGEST_TEXT = 2000
LONGEST_ANSWER = 4000
LONGEST_REASON = 500


class CallQuerySet(models.QuerySet["Call"]):
    def published(self) -> "CallQuerySet":
        return self.filter(state=Call.State.PUBLISHED)

    def listed(self) -> "CallQuerySet":
        """What every list and feed, and the API, hold."""
        return self.published()

    def visible_to(self, participant: Participant | None) -> "CallQuerySet":
        """What shows to all, and what this device wrote."""
        own = Q(author=participant) if participant else Q(pk__in=[])
        return self.filter(Q(state__in=SHOWN_TO_ALL) | own)

    def waiting(self) -> "CallQuerySet":
        return self.filter(state=Call.State.WAITING)

    def to_answer(self) -> "CallQuerySet":
        """Published without an answer; those that are owed one first, the oldest debt on top."""
        first = models.F("owed_since").asc(nulls_last=True)
        return self.published().filter(answer="").order_by(first, "pk")

    def counted(self) -> "CallQuerySet":
        """Each with the number of its supports."""
        return self.annotate(supported=Count("supports"))

    def of(self, person: Person) -> "CallQuerySet":
        """Those to an organization one of whose coproductions this person facilitates."""
        return self.filter(organization__in=organizations_of(person))

    def numbers(self) -> dict[str, int]:
        """How many wait to be read, and how many are owed an answer, in one query."""
        owed = Q(state=Call.State.PUBLISHED, answer="", owed_since__isnull=False)
        waiting = Q(state=Call.State.WAITING)
        return self.aggregate(waiting=Count("pk", filter=waiting), owed=Count("pk", filter=owed))


class Call(models.Model):
    """One thing that somebody asks an organization to make together with the people it is for."""

    # No slug holds a dot: the space of a call is never that of a coproduction.
    SPACE = "call."

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be read")
        PUBLISHED = "published", _("shown to all")
        REFUSED = "refused", _("refused, with a reason")
        ERASED = "erased", _("erased by whoever wrote it")

    class Rule(models.TextChoices):
        ELSEWHERE = "elsewhere", _("It is not for this organization to do.")
        PERSONAL = "personal", _("It attacks or names a person.")
        DUPLICATE = "duplicate", _("Another call already asks it.")
        ADVERTISING = "advertising", _("It sells something.")
        UNLAWFUL = "unlawful", _("The law forbids it.")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="calls")
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.CharField(max_length=LONGEST_TEXT)
    language = models.CharField(max_length=5)
    author = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="calls")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    # What the organization promised on the day of publication: it cannot raise it afterwards.
    answer_from = models.PositiveIntegerField(null=True)
    # Set once: supports taken back later do not undo the promise.
    owed_since = models.DateTimeField(null=True)
    answer = models.CharField(max_length=LONGEST_ANSWER, blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CallQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["state", "organization"], name="call_state")]
        constraints = [
            models.CheckConstraint(
                name="call_state_known",
                condition=Q(state__in=["waiting", "published", "refused", "erased"]),
            ),
            models.CheckConstraint(
                name="call_refused_with_a_rule_and_a_reason",
                condition=Q(state="refused", rule__gt="", reason__gt="")
                | (~Q(state="refused") & Q(rule="", reason="")),
            ),
            models.CheckConstraint(
                name="call_published_with_a_number_of_supports",
                condition=Q(
                    state__in=["published", "erased"], answer_from__isnull=False, answer_from__gt=0
                )
                | Q(state__in=["waiting", "refused"], answer_from=None, owed_since=None, answer=""),
            ),
            models.CheckConstraint(
                name="call_answered_on_a_date",
                condition=Q(answer="", answered_at=None)
                | Q(answer__gt="", answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.pk])

    @property
    def missing(self) -> int:
        """How many more supports oblige the organization; for calls that were counted."""
        return max(0, (self.answer_from or 0) - int(getattr(self, "supported", 0)))

    @property
    def is_over(self) -> bool:
        """Nothing more can be decided about it, or answered."""
        return self.state in (Call.State.REFUSED, Call.State.ERASED) or bool(self.answer)

    @property
    def space(self) -> str:
        """Its own space, so that nothing links what a device does in two calls."""
        return f"{self.SPACE}{self.pk}"


SHOWN_TO_ALL = (Call.State.PUBLISHED, Call.State.ERASED)


class Support(models.Model):
    """One participant asks for it too."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="supports", db_index=False)
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="supports")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "participant"], name="support_one_each")
        ]

    def __str__(self) -> str:
        return f"support {self.pk}"
