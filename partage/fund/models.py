"""The common fund: its movements, the rounds that spend it, projects, ballots and what is bought."""

from datetime import datetime, timedelta
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partage.calc.sharing import CENTS
from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person

MOST_CENTS = 10**12
LONGEST_PURPOSE = 300
LONGEST_TITLE = 150
LONGEST_TEXT = 4000
LONGEST_DOER = 200
LONGEST_SOURCE = 200
LONGEST_REASON = 500
LONGEST_WORD = 1000


class Round(models.Model):
    """A budget of the fund that people spend by vote. Never changed once it is opened."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="fund_rounds")
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=LONGEST_PURPOSE)
    language = models.CharField(max_length=5)
    budget_cents = models.BigIntegerField()
    # What the completion adds to each voter's part (docs/method/equal-shares.md, rule 5).
    step_cents = models.BigIntegerField(default=CENTS)
    opened_at = models.DateTimeField()
    proposals_open_at = models.DateTimeField()
    proposals_close_at = models.DateTimeField()
    votes_open_at = models.DateTimeField()
    votes_close_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="fund_round_once"),
            models.CheckConstraint(
                name="fund_round_amounts_in_reach",
                condition=Q(budget_cents__range=(1, MOST_CENTS), step_cents__range=(1, MOST_CENTS)),
            ),
            models.CheckConstraint(
                name="fund_round_dates_in_order",
                condition=Q(
                    opened_at__lt=F("votes_open_at"),
                    proposals_close_at__gt=F("proposals_open_at"),
                    votes_open_at__gte=F("proposals_close_at"),
                    votes_close_at__gt=F("votes_open_at"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number} of {self.coproduction_id}"

    def get_absolute_url(self) -> str:
        return reverse("fund-round", args=[self.coproduction.slug, self.number])

    def takes_projects(self, at: datetime | None = None) -> bool:
        return self.proposals_open_at <= (at or timezone.now()) < self.proposals_close_at

    def takes_ballots(self, at: datetime | None = None) -> bool:
        return self.votes_open_at <= (at or timezone.now()) < self.votes_close_at

    def list_is_final(self, at: datetime | None = None) -> bool:
        """No project comes onto the ballot or leaves it any more."""
        return self.votes_open_at <= (at or timezone.now())

    def is_over(self, at: datetime | None = None) -> bool:
        return self.votes_close_at <= (at or timezone.now())

    @property
    def last_day_of_proposals(self) -> datetime:
        return self.proposals_close_at - timedelta(seconds=1)

    @property
    def last_day_of_votes(self) -> datetime:
        return self.votes_close_at - timedelta(seconds=1)

    @property
    def phase(self) -> str:
        """Where its dates have come to."""
        now = timezone.now()
        if hasattr(self, "count"):
            return "counted"
        starts = [
            (self.votes_close_at, "to-count"),
            (self.votes_open_at, "voting"),
            (self.proposals_close_at, "reading"),
            (self.proposals_open_at, "proposing"),
        ]
        return next((name for start, name in starts if start <= now), "announced")


class ProjectQuerySet(models.QuerySet["Project"]):
    def published(self) -> "ProjectQuerySet":
        return self.filter(state=Project.State.PUBLISHED)

    def listed(self, coproduction: Coproduction | None = None) -> "ProjectQuerySet":
        """What every list and the API hold: of one coproduction, or of all that show."""
        spaces = Coproduction.objects.visible() if coproduction is None else [coproduction]
        return self.published().filter(round__coproduction__in=spaces)

    def waiting(self) -> "ProjectQuerySet":
        return self.filter(state=Project.State.WAITING)

    def visible_to(self, participant: Participant | None, number: int = 0) -> "ProjectQuerySet":
        """What is published, what this device wrote, and the one whose private link was shown."""
        own = Q(author=participant) if participant else Q(pk__in=[])
        return self.filter(Q(state=Project.State.PUBLISHED) | Q(pk=number) | own)


class Project(models.Model):
    """Something that somebody proposes to pay with the fund."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting: somebody will read it")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")

    class Rule(models.TextChoices):
        PURPOSE = "purpose", _("It is not what this round is for.")
        DOABLE = "doable", _("Its cost, or who would do it, is missing or cannot be right.")
        PERSONAL = "personal", _("It attacks or names a person.")
        DUPLICATE = "duplicate", _("Another project already proposes it.")
        UNLAWFUL = "unlawful", _("The law forbids it.")

    round = models.ForeignKey(Round, models.PROTECT, related_name="projects", db_index=False)
    # Its place on the ballot, in the order of publication: of two equals the first wins.
    number = models.PositiveIntegerField(null=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.CharField(max_length=LONGEST_TEXT)
    doer = models.CharField(max_length=LONGEST_DOER, blank=True)
    cost_cents = models.BigIntegerField()
    language = models.CharField(max_length=5)
    author = models.ForeignKey(
        Participant, models.SET_NULL, null=True, related_name="fund_projects"
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    rule = models.CharField(max_length=20, choices=Rule, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    written_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    # How many approved it, once counted.
    votes = models.PositiveIntegerField(null=True)

    objects = models.Manager.from_queryset(ProjectQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["round", "state"], name="fund_project_state")]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="fund_project_one_number"),
            models.CheckConstraint(
                name="fund_project_cost_in_reach", condition=Q(cost_cents__range=(1, MOST_CENTS))
            ),
            models.CheckConstraint(
                name="fund_project_state_known",
                condition=Q(state__in=["waiting", "published", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="fund_project_published_with_a_number",
                condition=~Q(state="published") | Q(number__gt=0),
            ),
            models.CheckConstraint(
                name="fund_project_refused_with_a_rule_and_a_reason",
                condition=Q(state="refused", rule__gt="", reason__gt="")
                | (~Q(state="refused") & Q(rule="", reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"project {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.round.coproduction.slug, self.pk])

    @property
    def bought(self) -> "Purchase | None":
        """Its purchase, where it was chosen."""
        return getattr(self, "purchase", None)

    @property
    def can_be_withdrawn(self) -> bool:
        is_open = self.state in (self.State.WAITING, self.State.PUBLISHED)
        return is_open and not self.round.list_is_final()


class Ballot(models.Model):
    """The projects that one person approves; the last one counts. Empty, it owns its part too."""

    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="fund_ballots", db_index=False
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="ballots")
    projects = models.JSONField(default=list)  # their numbers on the ballot, in order
    cast_at = models.DateTimeField()
    # Whether it was in the count: the answers of whoever is left out of results are not.
    is_counted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "round"], name="fund_ballot_one_each")
        ]

    def __str__(self) -> str:
        return f"ballot {self.pk}"


class Count(models.Model):
    """How a round ended. One for each, and it is never made again."""

    round = models.OneToOneField(Round, models.PROTECT, related_name="count")
    counted_at = models.DateTimeField()
    ballots = models.PositiveIntegerField()
    raised_cents = models.BigIntegerField()
    left_cents = models.BigIntegerField()
    # SHA-256 of the opening and of what was counted: stands in the register.
    inputs = models.CharField(max_length=64)
    # None once somebody whose ballot was counted erased it: nobody can count again then.
    opening = models.BinaryField(max_length=32, null=True)

    def __str__(self) -> str:
        return f"count of round {self.round_id}"


class Purchase(models.Model):
    """A project that was bought: at which price, and how far it has come."""

    class Progress(models.TextChoices):
        CHOSEN = "chosen", _("selected")
        BEGUN = "begun", _("begun")
        FINISHED = "finished", _("finished")
        GIVEN_UP = "given-up", _("given up")

    count = models.ForeignKey(Count, models.PROTECT, related_name="purchases", db_index=False)
    project = models.OneToOneField(Project, models.PROTECT, related_name="purchase")
    place = models.PositiveIntegerField()
    cost_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField(default=0)
    # An exact fraction of cents; empty where it was bought by votes, with the money left.
    price = models.TextField(blank=True)
    at_price = models.PositiveIntegerField(default=0)
    all_they_had = models.PositiveIntegerField(default=0)
    nothing_left = models.PositiveIntegerField(default=0)
    progress = models.CharField(max_length=10, choices=Progress, default=Progress.CHOSEN)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["count", "place"], name="fund_purchase_one_place"),
            models.CheckConstraint(
                name="fund_purchase_paid_within_its_cost",
                condition=Q(cost_cents__gt=0, paid_cents__gte=0, paid_cents__lte=F("cost_cents")),
            ),
            models.CheckConstraint(
                name="fund_purchase_progress_known",
                condition=Q(progress__in=["chosen", "begun", "finished", "given-up"]),
            ),
        ]

    def __str__(self) -> str:
        return f"purchase {self.place} of count {self.count_id}"

    @property
    def price_cents(self) -> Fraction | None:
        return Fraction(self.price) if self.price else None

    @property
    def is_under_way(self) -> bool:
        return self.progress in (self.Progress.CHOSEN, self.Progress.BEGUN)

    @property
    def unpaid_cents(self) -> int:
        return self.cost_cents - self.paid_cents


class Movement(models.Model):
    """Money that came into the fund, or left it. Never changed: a mistake is reversed by another."""

    class Kind(models.TextChoices):
        SHARE_OUT = "share-out", _("share-out")
        GIFT = "gift", _("gift")
        GRANT = "grant", _("grant")
        PAYMENT = "payment", _("payment")
        REVERSAL = "reversal", _("correction")

    coproduction = models.ForeignKey(
        Coproduction, models.PROTECT, related_name="fund_movements", db_index=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    cents = models.BigIntegerField()
    # What the fund holds after it.
    balance = models.BigIntegerField()
    source = models.CharField(max_length=LONGEST_SOURCE)
    # Whoever sends the same movement again names it the same: it comes in once.
    key = models.CharField(max_length=100)
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="movements")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "number"], name="fund_movement_number"),
            models.UniqueConstraint(fields=["coproduction", "key"], name="fund_movement_once"),
            models.CheckConstraint(name="fund_movement_named_by_a_key", condition=Q(key__gt="")),
            models.CheckConstraint(
                name="fund_never_below_zero", condition=Q(balance__range=(0, MOST_CENTS))
            ),
            models.CheckConstraint(
                name="fund_first_movement_begins_from_zero",
                condition=~Q(number=1) | Q(balance=F("cents")),
            ),
            models.CheckConstraint(
                name="fund_movement_of_a_kind",
                condition=Q(
                    kind__in=["share-out", "gift", "grant"],
                    cents__gt=0, project=None, reverses=None,
                )
                | Q(kind="payment", cents__lt=0, project__isnull=False, reverses=None)
                | (Q(kind="reversal", reverses__isnull=False) & ~Q(cents=0)),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"movement {self.number} of {self.coproduction_id}"


class FollowUp(models.Model):
    """What became of a chosen project, dated; a later one follows, none is changed."""

    class Kind(models.TextChoices):
        BEGUN = "begun", _("begun")
        PAID = "paid", _("paid")
        FINISHED = "finished", _("finished")
        GIVEN_UP = "given-up", _("given up")

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="follow_ups")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=LONGEST_WORD)
    language = models.CharField(max_length=5)
    said_at = models.DateTimeField()
    movement = models.OneToOneField(Movement, models.PROTECT, null=True, related_name="follow_up")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="fund_follow_up_paid_with_a_movement",
                condition=Q(kind="paid", movement__isnull=False)
                | Q(kind__in=["begun", "finished", "given-up"], movement=None),
            ),
            models.CheckConstraint(name="fund_follow_up_in_words", condition=Q(text__gt="")),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk} of purchase {self.purchase_id}"
