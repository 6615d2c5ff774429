"""Votes of an assembly, the roll of each, and its ballots.

Nothing links a secret ballot to who sent it: no key, no time, no order (docs/method/rollcall.md).
"""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.assemblies.models.assemblies import LONGEST_NAME, MOST_GROUPS, Assembly, Member
from partage.calc.rollcall import Counted, GroupTally, Majority, Outcome, Rule, Tally
from partage.people.models import Person

LONGEST_TITLE = 200
LONGEST_QUESTION = 4000
# Fewer have voted in secret: how many is not shown while the vote is open.
TURNOUT_FROM = 10


class VoteQuerySet(models.QuerySet["Vote"]):
    def shown(self) -> "VoteQuerySet":
        """Those that were opened: a draft is the desk's alone."""
        return self.exclude(opened_at=None)

    def due(self, at: datetime) -> "VoteQuerySet":
        """Open past the hour they declared."""
        return self.shown().filter(closed_at=None, closes_at__lte=at)


class Vote(models.Model):
    """A question put to an assembly under a rule declared before it opens, and kept after."""

    class Regime(models.TextChoices):
        ROLL_CALL = "roll-call", _("Roll call")
        SECRET = "secret", _("Secret ballot")
        HANDS = "hands", _("Show of hands")

    class Majorities(models.TextChoices):
        SIMPLE = Majority.SIMPLE.value, _("simple: more votes for than against")
        ABSOLUTE = Majority.ABSOLUTE.value, _("absolute: more than half")
        TWO_THIRDS = Majority.TWO_THIRDS.value, _("two thirds")

    class Counting(models.TextChoices):
        EXPRESSED = Counted.EXPRESSED.value, _("votes for and against")
        CAST = Counted.CAST.value, _("votes cast, abstentions included")
        MEMBERS = Counted.MEMBERS.value, _("members on the roll")

    class Outcomes(models.TextChoices):
        ADOPTED = Outcome.ADOPTED.value, _("Adopted")
        NOT_ADOPTED = Outcome.NOT_ADOPTED.value, _("Not adopted")
        NO_QUORUM = Outcome.NO_QUORUM.value, _("No decision: the quorum was not reached")

    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="votes")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    question = models.CharField(max_length=LONGEST_QUESTION)
    regime = models.CharField(max_length=10, choices=Regime)
    majority = models.CharField(max_length=10, choices=Majorities, default="simple")
    counted = models.CharField(max_length=10, choices=Counting, default="expressed")
    quorum_percent = models.PositiveSmallIntegerField(default=0)
    by_chamber = models.BooleanField(default=False)
    groups_needed = models.PositiveSmallIntegerField(default=0)
    # The member whose own vote decides a tie, where the rule says so.
    chair = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    # Without it the desk closes the vote; with it nobody can before.
    closes_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    roll_size = models.PositiveIntegerField(null=True)
    # A commitment to the roll, and the random number that opens it.
    roll_seal = models.BinaryField(max_length=32, null=True)
    roll_salt = models.BinaryField(max_length=16, null=True)
    # Of a show of hands: who entered the totals, and somebody else who confirmed them.
    counted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcomes, blank=True)
    votes_for = models.PositiveIntegerField(null=True)
    against = models.PositiveIntegerField(null=True)
    abstentions = models.PositiveIntegerField(null=True)

    objects = models.Manager.from_queryset(VoteQuerySet)()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["assembly", "number"], name="ballot_number_once"),
            models.CheckConstraint(
                name="ballot_words_known",
                condition=Q(
                    regime__in=["roll-call", "secret", "hands"],
                    majority__in=["simple", "absolute", "two-thirds"],
                    counted__in=["expressed", "cast", "members"],
                    outcome__in=["", "adopted", "not-adopted", "no-quorum"],
                ),
            ),
            models.CheckConstraint(
                name="ballot_rule_makes_sense",
                condition=Q(quorum_percent__lte=100)
                & Q(groups_needed__lte=MOST_GROUPS)
                & (~Q(majority="simple") | Q(counted="expressed")),
            ),
            # A secret ballot carries no group and no name.
            models.CheckConstraint(
                name="ballot_secret_counts_the_whole",
                condition=~Q(regime="secret") | Q(by_chamber=False, groups_needed=0),
            ),
            models.CheckConstraint(
                name="ballot_chair_breaks_a_simple_tie",
                condition=Q(chair=None)
                | Q(regime="roll-call", majority="simple", by_chamber=False),
            ),
            models.CheckConstraint(
                name="ballot_opens_on_a_roll",
                condition=Q(
                    opened_at=None, closed_at=None, roll_size=None, roll_seal=None, counted_by=None
                )
                | Q(opened_at__isnull=False, roll_size__gt=0, roll_seal__isnull=False),
            ),
            models.CheckConstraint(
                name="ballot_hands_confirmed_by_another",
                condition=Q(confirmed_by=None) | ~Q(counted_by=F("confirmed_by")),
            ),
            models.CheckConstraint(
                name="ballot_hands_closed_once_confirmed",
                condition=~Q(regime="hands")
                | Q(closed_at=None)
                | Q(counted_by__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ballot_opens_before_it_closes",
                condition=(Q(closes_at=None) | Q(opened_at=None) | Q(opened_at__lt=F("closes_at")))
                & (Q(closed_at=None) | Q(closes_at=None) | Q(closed_at__gte=F("closes_at"))),
            ),
            models.CheckConstraint(
                name="ballot_closes_with_its_totals",
                condition=Q(
                    closed_at=None, outcome="", votes_for=None, against=None, abstentions=None
                )
                | Q(
                    closed_at__isnull=False,
                    outcome__gt="",
                    roll_size__gte=F("votes_for") + F("against") + F("abstentions"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assembly-vote", args=[self.assembly.slug, self.number])

    @property
    def rule(self) -> Rule:
        return Rule(
            Majority(self.majority),
            Counted(self.counted),
            quorum_percent=self.quorum_percent,
            by_chamber=self.by_chamber,
            groups_needed=self.groups_needed,
            chair_breaks_ties=self.chair_id is not None,
        )

    @property
    def is_draft(self) -> bool:
        return self.opened_at is None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def takes_ballots(self) -> bool:
        is_over = self.closes_at is not None and self.closes_at <= timezone.now()
        return not self.is_draft and not self.is_closed and not is_over

    @property
    def total(self) -> Tally:
        """The totals of a closed vote."""
        counts = (self.roll_size, self.votes_for, self.against, self.abstentions)
        return Tally(*(number or 0 for number in counts))


class GroupCount(models.Model):
    """A group on the roll of a vote; its totals once they are known, at closing.

    Totals of a group stay empty in a secret vote: its ballots carry no group.
    """

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="group_counts")
    name = models.CharField(max_length=LONGEST_NAME)
    chamber = models.CharField(max_length=LONGEST_NAME, blank=True)
    members = models.PositiveIntegerField()
    votes_for = models.PositiveIntegerField(null=True)
    against = models.PositiveIntegerField(null=True)
    abstentions = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "name"], name="group_count_once"),
            models.CheckConstraint(name="group_count_has_members", condition=Q(members__gt=0)),
            models.CheckConstraint(
                name="group_count_matches_the_roll",
                condition=Q(votes_for=None, against=None, abstentions=None)
                | Q(
                    votes_for__isnull=False,
                    against__isnull=False,
                    abstentions__isnull=False,
                    members__gte=F("votes_for") + F("against") + F("abstentions"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_known(self) -> bool:
        return self.votes_for is not None

    @property
    def counted(self) -> GroupTally:
        """For `decide`; a group of unknown totals counts as silent."""
        counts = (self.votes_for, self.against, self.abstentions)
        return GroupTally(
            self.name, Tally(self.members, *(number or 0 for number in counts)), self.chamber
        )


class RollEntry(models.Model):
    """A member on the roll of one vote, as they were when it opened."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="roll")
    place = models.PositiveIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, related_name="rolls")
    name = models.CharField(max_length=LONGEST_NAME)
    group = models.ForeignKey(GroupCount, models.CASCADE, related_name="roll")

    class Meta:
        ordering = ["place"]
        verbose_name_plural = "roll entries"
        constraints = [
            models.UniqueConstraint(fields=["vote", "member"], name="roll_member_once"),
            models.UniqueConstraint(fields=["vote", "place"], name="roll_place_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Choices(models.TextChoices):
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    ABSTAIN = "abstain", _("Abstention")


class RollCallBallot(models.Model):
    """What a member chose, by name; the last one counts, until the vote closes."""

    entry = models.OneToOneField(RollEntry, models.CASCADE, related_name="ballot")
    # Who cast it, when it was the holder of a proxy.
    acting = models.ForeignKey(RollEntry, models.CASCADE, null=True, related_name="+")
    choice = models.CharField(max_length=10, choices=Choices)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="roll_call_choice_known",
                condition=Q(choice__in=["for", "against", "abstain"]),
            ),
            models.CheckConstraint(
                name="roll_call_acting_is_another", condition=~Q(acting=F("entry"))
            ),
        ]

    def __str__(self) -> str:
        return f"roll-call ballot {self.pk}"


class SecretElectorate(models.Model):
    """That somebody on the roll has voted in secret: no choice, no time, no order.

    The roll entry is the key: rows have no number of their own. What the disk still tells of their
    order is rewritten at closing.
    """

    entry = models.OneToOneField(
        RollEntry, models.CASCADE, primary_key=True, related_name="secret_mark"
    )
    acting = models.ForeignKey(RollEntry, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="electorate_acting_is_another", condition=~Q(acting=F("entry"))
            ),
        ]

    def __str__(self) -> str:
        return f"mark at {self.entry_id}"


class SecretBallot(models.Model):
    """One choice in a secret vote, of nobody in particular. Its number is drawn at random."""

    id = models.BigAutoField(primary_key=True)
    vote = models.ForeignKey(Vote, models.CASCADE, related_name="secret_ballots")
    choice = models.CharField(max_length=10, choices=Choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="secret_choice_known", condition=Q(choice__in=["for", "against", "abstain"])
            ),
        ]

    def __str__(self) -> str:
        return "secret ballot"


class Attempt(models.Model):
    """What was refused, how often, for the chair to see: no time, and one line for each reason."""

    class Reason(models.TextChoices):
        CLOSED = "closed", _("sent while the vote was not open")
        STRANGER = "stranger", _("sent by or for somebody who is not on the roll")
        TWICE = "twice", _("sent again after a ballot that stands")
        NO_PROXY = "no-proxy", _("sent for another member without their proxy")
        UNKNOWN = "unknown", _("no choice that exists")
        TOTALS = "totals", _("totals that do not match the roll")

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="attempts")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "member", "reason"], name="attempt_one_line"),
            models.UniqueConstraint(
                fields=["vote", "reason"],
                condition=Q(member=None),
                name="attempt_one_line_of_the_desk",
            ),
            models.CheckConstraint(name="attempt_at_least_once", condition=Q(times__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.reason} at {self.vote_id}"
