"""The debate of an opinion in an assembly: its text is frozen, its members amend it and vote."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.assemblies.models import LONGEST_NAME, Assembly, Member
from partage.assemblies.models import Vote as AssemblyVote
from partage.coproductions.models import Coproduction
from partage.opinions.models.opinions import Opinion
from partage.people.models import Participant

LONGEST_WHY = 300
# An amendment of the text that is not there yet: what it adds comes last.
NEW = 0


class DebateQuerySet(models.QuerySet["Debate"]):
    def readable(self) -> "DebateQuerySet":
        """Those of coproductions that anyone may see."""
        return self.filter(opinion__coproduction__in=Coproduction.objects.visible())

    def under_way(self) -> "DebateQuerySet":
        """Those that are not published yet, the last opened first."""
        drafts = self.readable().filter(opinion__state=Opinion.State.DRAFT)
        return drafts.select_related("opinion", "assembly").order_by("-pk")


class Debate(models.Model):
    """An opinion before an assembly. Its text changes by adopted amendments alone."""

    opinion = models.OneToOneField(Opinion, models.PROTECT, related_name="debate")
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="debates")
    # Amended and voted in one language; the others are translations.
    language = models.CharField(max_length=5)
    amendable_until = models.DateField()
    opened_at = models.DateTimeField()
    # On the whole.
    vote = models.OneToOneField(AssemblyVote, models.PROTECT, null=True, related_name="debate")

    objects = models.Manager.from_queryset(DebateQuerySet)()

    class Meta:
        constraints = [models.CheckConstraint(name="debate_language", condition=Q(language__gt=""))]

    def __str__(self) -> str:
        return f"debate of {self.opinion_id}"

    def get_absolute_url(self) -> str:
        return reverse("debate", args=[self.opinion.slug])

    @property
    def takes_amendments(self) -> bool:
        return self.vote_id is None and timezone.localdate() <= self.amendable_until


class Target(models.TextChoices):
    """What of an opinion is amended."""

    RECOMMENDATION = "recommendation", _("Recommendation")
    PART = "part", _("Part")


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def in_play(self) -> "AmendmentQuerySet":
        """Those that are not decided yet."""
        return self.filter(state__in=[Amendment.State.PROPOSED, Amendment.State.SECONDED])

    def in_order(self) -> "AmendmentQuerySet":
        """In the order of their votes: along the text; at one place, the furthest from it first."""
        furthest = (F("removed") + F("added")).desc()
        return self.alias(adds=Q(place=NEW)).order_by("target", "adds", "place", furthest, "number")


class Amendment(models.Model):
    """A recommendation or a part as a member would have it, and why."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        SECONDED = "seconded", _("seconded")
        ADOPTED = "adopted", _("adopted")
        NOT_ADOPTED = "not-adopted", _("not adopted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("not decided before the vote on the whole")

    debate = models.ForeignKey(Debate, models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    target = models.CharField(max_length=20, choices=Target)
    # The number of the recommendation, the place of the part; 0 adds one.
    place = models.PositiveIntegerField()
    # Each field of the text, as it stood and as it would stand; all empty: it goes.
    base = models.JSONField()
    words = models.JSONField()
    # How many words it removes and adds.
    removed = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    reason = models.CharField(max_length=LONGEST_WHY)
    # Kept in words too: the record outlives a membership.
    proposer = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="amendments")
    proposed_by = models.CharField(max_length=LONGEST_NAME)
    proposed_for = models.CharField(max_length=LONGEST_NAME)
    proposed_at = models.DateTimeField()
    seconder = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="seconded")
    seconded_by = models.CharField(max_length=LONGEST_NAME, blank=True)
    seconded_for = models.CharField(max_length=LONGEST_NAME, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    vote = models.OneToOneField(AssemblyVote, models.PROTECT, null=True, related_name="amendment")
    # Adopted and not applied: the text had moved, the desk settles it in the open.
    applied_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(AmendmentQuerySet)()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["debate", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                name="amendment_words_known",
                condition=Q(
                    target__in=["recommendation", "part"],
                    state__in=[
                        "proposed",
                        "seconded",
                        "adopted",
                        "not-adopted",
                        "withdrawn",
                        "lapsed",
                    ],
                ),
            ),
            models.CheckConstraint(
                name="amendment_with_a_reason", condition=Q(reason__gt="", proposed_by__gt="")
            ),
            models.CheckConstraint(
                name="amendment_seconded_by_another",
                condition=Q(seconder=None) | Q(proposer=None) | ~Q(seconder=F("proposer")),
            ),
            models.CheckConstraint(
                name="amendment_voted_once_seconded",
                condition=Q(vote=None)
                | Q(seconded_by__gt="", state__in=["seconded", "adopted", "not-adopted"]),
            ),
            models.CheckConstraint(
                name="amendment_seconded_has_a_seconder",
                condition=~Q(state="seconded") | Q(seconded_by__gt=""),
            ),
            models.CheckConstraint(
                name="amendment_decided_by_a_vote",
                condition=~Q(state__in=["adopted", "not-adopted"]) | Q(vote__isnull=False),
            ),
            models.CheckConstraint(
                name="amendment_applied_once_adopted",
                condition=Q(applied_at=None) | Q(state="adopted"),
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("amendment", args=[self.debate.opinion.slug, self.number])

    @property
    def is_decided(self) -> bool:
        return self.state not in {self.State.PROPOSED, self.State.SECONDED}

    def comes_before(self, other: "Amendment") -> bool:
        """At one place: the furthest from the text first, then the first proposed."""
        mine, its = self.removed + self.added, other.removed + other.added
        return (-mine, self.number) < (-its, other.number)

    @property
    def is_under_vote(self) -> bool:
        return self.vote_id is not None and not self.is_decided


class AmendmentSupport(models.Model):
    """A participant supports it, and does not vote it."""

    amendment = models.ForeignKey(
        Amendment, models.CASCADE, related_name="supports", db_index=False
    )
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="amendment_supports")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "participant"], name="amendment_support_once"
            )
        ]

    def __str__(self) -> str:
        return f"support of {self.amendment_id}"
