"""Who may be paid, what each recorded, what each got, and how it was paid out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partage.coproductions.models import Coproduction
from partage.events.months import FEWEST
from partage.people.models import Participant
from partage.register.models import VaultKey
from partage.shares.models.periods import LONGEST_REASON, Period


class Beneficiary(models.Model):
    """Somebody whom the organization knows by a number, kept here as a keyed mark of it.

    Erasing them deletes the row and its secret: what they recorded and got leads to nobody.
    """

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="beneficiaries")
    who = models.BigIntegerField()
    vault_key = models.OneToOneField(VaultKey, models.PROTECT, related_name="+")
    # Raised when links are made again: those from before open nothing any more.
    link_round = models.PositiveIntegerField(default=0)
    # Name and account, closed with the secret; empty until given.
    payment = models.BinaryField(default=b"", blank=True)
    participant = models.ForeignKey(
        Participant, models.SET_NULL, null=True, related_name="beneficiaries"
    )

    class Meta:
        verbose_name_plural = "beneficiaries"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "who"], name="beneficiary_once")
        ]

    def __str__(self) -> str:
        return f"beneficiary {self.pk} of {self.coproduction_id}"


class Recorded(models.Model):
    """What one person did in a period, as the rule will read it."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="recorded")
    beneficiary = models.ForeignKey(
        Beneficiary, models.SET_NULL, null=True, related_name="recorded"
    )
    # Another one in each period, drawn with the beneficiary's secret.
    person = models.CharField(max_length=32)
    seconds = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    given = models.JSONField(default=dict)
    received = models.PositiveIntegerField(default=0)
    circle = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "recorded"
        constraints = [
            models.UniqueConstraint(fields=["period", "person"], name="recorded_once"),
            models.UniqueConstraint(
                fields=["period", "beneficiary"], name="recorded_beneficiary_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.period_id}"


class Why(models.TextChoices):
    """Why an amount withheld is what it is."""

    NOT_DUE = "not-due", _("not due: nothing here is paid work or a sale")
    UNKNOWN = "rate-unknown", _("rate not known: nobody has told this site one")
    RATE = "rate", _("at the rate given")


class ShareOut(models.Model):
    """A pot shared by a period's rule, once. Amounts in cents."""

    period = models.OneToOneField(Period, models.PROTECT, related_name="share_out")
    computed_at = models.DateTimeField()
    pot = models.BigIntegerField()
    pot_source = models.CharField(max_length=LONGEST_REASON)
    to_funds = models.BigIntegerField()
    to_people = models.BigIntegerField()
    # Of parts that follow what nobody did: it stays with the organization.
    kept = models.BigIntegerField(default=0)
    contributions = models.BigIntegerField()
    tax = models.BigIntegerField()
    net = models.BigIntegerField()
    people = models.PositiveIntegerField()
    contributions_why = models.CharField(max_length=12, choices=Why)
    contributions_rate = models.CharField(max_length=40, blank=True)
    tax_why = models.CharField(max_length=12, choices=Why)
    tax_rate = models.CharField(max_length=40, blank=True)
    rates_source = models.CharField(max_length=LONGEST_REASON, blank=True)
    # Each division: its name, pot, sum of weights, and where it makes pots, its shares.
    stages = models.JSONField(default=list)
    # People who gave no points to their peers.
    silent = models.PositiveIntegerField(default=0)
    # The share in the middle from ten people, quartiles from forty.
    spread = models.JSONField(default=dict)
    # SHA-256 of the opening and of every statement's amounts: stands in the register.
    digest = models.CharField(max_length=64)
    opening = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_out_sums_to_its_pot",
                condition=Q(pot__gt=0, pot=F("to_funds") + F("to_people") + F("kept"))
                | Q(pot__lte=0, to_funds=0, to_people=0, kept=0),
            ),
            models.CheckConstraint(
                name="share_out_people_sum",
                condition=Q(to_people=F("contributions") + F("tax") + F("net")),
            ),
            models.CheckConstraint(
                name="share_out_not_negative",
                condition=Q(
                    to_funds__gte=0, kept__gte=0, contributions__gte=0, tax__gte=0, net__gte=0
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"share-out of {self.period_id}"

    @property
    def is_told(self) -> bool:
        """Whether its amounts may be read by all: the pot less what goes elsewhere is people's."""
        return self.people >= FEWEST or self.to_people == 0

    @property
    def deficit(self) -> int:
        return max(-self.pot, 0)


class PeriodFund(models.Model):
    """What a fund got off the top."""

    share_out = models.ForeignKey(ShareOut, models.PROTECT, related_name="funds")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    # Enters the common fund of this coproduction, whatever its name.
    is_common = models.BooleanField(default=False)
    cents = models.BigIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["share_out", "name"], name="period_fund_once"),
            models.UniqueConstraint(
                fields=["share_out"], condition=Q(is_common=True), name="period_fund_one_common"
            ),
            models.CheckConstraint(name="period_fund_not_negative", condition=Q(cents__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.share_out_id}"


class Payout(models.Model):
    """A list of payments made for the bank, from the organization's own account."""

    share_out = models.ForeignKey(ShareOut, models.PROTECT, related_name="payouts")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    paid_on = models.DateField()
    payer_name = models.CharField(max_length=70)
    payer_iban = models.CharField(max_length=34)
    people = models.PositiveIntegerField()
    net = models.BigIntegerField()
    # Once the bank has paid: from then on it cannot be cancelled whole.
    said_paid_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["share_out", "number"], name="payout_number"),
            models.CheckConstraint(
                name="payout_pays_or_is_empty",
                condition=Q(people__gt=0, net__gt=0) | Q(people=0, net=0),
            ),
            models.CheckConstraint(
                name="payout_paid_or_cancelled",
                condition=Q(said_paid_at=None) | Q(cancelled_at=None),
            ),
            models.CheckConstraint(
                name="payout_cancelled_says_why",
                condition=Q(cancelled_at=None) | ~Q(cancelled_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.number} of {self.share_out_id}"


class Statement(models.Model):
    """What one person got in a period, in cents. It stands in one payout at most."""

    share_out = models.ForeignKey(ShareOut, models.PROTECT, related_name="statements")
    # Its place in the public order of the period.
    number = models.PositiveIntegerField()
    recorded = models.OneToOneField(Recorded, models.PROTECT, related_name="statement")
    gross = models.BigIntegerField()
    contributions = models.BigIntegerField()
    tax = models.BigIntegerField()
    net = models.BigIntegerField()
    # Place of each division that reached them, their weight in it, and their cents.
    stages = models.JSONField(default=list)
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="statements")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["share_out", "number"], name="statement_number"),
            models.CheckConstraint(
                name="statement_sums",
                condition=Q(gross=F("contributions") + F("tax") + F("net")),
            ),
            models.CheckConstraint(
                name="statement_not_negative",
                condition=Q(gross__gte=0, contributions__gte=0, tax__gte=0, net__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.number} of {self.share_out_id}"


class ErasedSellers(models.Model):
    """How many people were paid in a year, and reported, before they were erased: numbers alone."""

    coproduction = models.ForeignKey(Coproduction, models.PROTECT, related_name="erased_sellers")
    year = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "erased sellers"
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "year"], name="erased_sellers_once"),
            models.CheckConstraint(
                name="erased_sellers_reported_were_paid", condition=Q(reported__lte=F("people"))
            ),
        ]

    def __str__(self) -> str:
        return f"erased of {self.year} in {self.coproduction_id}"
