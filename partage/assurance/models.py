"""What a frame asks before a first act: codes, lists, addresses, and what a device has shown."""

from django.db import models
from django.db.models import Q

from partage.coproductions.models import Coproduction, Frame
from partage.people.models import MailedCode, Participant

# How many codes of a batch were used would tell of one person where few are made.
FEWEST_CODES, MOST_CODES = 10, 5000
LONGEST_LABEL = 80
# What a participant may have shown here; who has shown nothing has no row. Identities are kept with
# the people they stand for.
ELSEWHERE = (Frame.Assurance.OPEN, Frame.Assurance.IDENTITY)
SHOWN = [one for one in Frame.Assurance if one not in ELSEWHERE]


class InvitationBatch(models.Model):
    """Invitation codes made together, for one street or one meeting; none serves after the end."""

    coproduction = models.ForeignKey(Coproduction, models.CASCADE, related_name="invitations")
    label = models.CharField(max_length=LONGEST_LABEL)
    codes_made = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="batch_named", condition=Q(label__gt="")),
            models.CheckConstraint(
                name="batch_size_in_reach",
                condition=Q(codes_made__range=(FEWEST_CODES, MOST_CODES)),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class InvitationCode(models.Model):
    """One code, as a mark. Whether it has served is kept; who used it and when is not."""

    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="codes")
    mark = models.BinaryField(max_length=32, unique=True)
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"code {self.pk} of batch {self.batch_id}"


class ListedMemberQuerySet(models.QuerySet["ListedMember"]):
    def listed(self) -> "ListedMemberQuerySet":
        """Those of the list as it stands, without the places that served on one erased since."""
        return self.filter(listed_at__isnull=False)


class ListedMember(models.Model):
    """Somebody on the organization's list, as a mark of an address or of a member number.

    A place that served keeps its mark when the list is erased, without a date: the list brought in
    again would let the same member answer twice.
    """

    coproduction = models.ForeignKey(
        Coproduction, models.CASCADE, related_name="listed_members", db_index=False
    )
    mark = models.BinaryField(max_length=32)
    is_used = models.BooleanField(default=False)
    listed_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ListedMemberQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coproduction", "mark"], name="member_listed_once"),
            models.CheckConstraint(
                name="member_unlisted_only_if_used",
                condition=Q(listed_at__isnull=False) | Q(is_used=True),
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.pk} listed for {self.coproduction_id}"


class Proof(models.Model):
    """What a participant has shown, under the frame of a coproduction: one row a way.

    The `mark` of an address stands once in a coproduction; a code and a place on
    the list say themselves that they have served, so that nothing ties them to their participant.
    """

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="proofs")
    coproduction = models.ForeignKey(Coproduction, models.CASCADE, db_index=False)
    level = models.CharField(max_length=10, choices=[(one.value, one.label) for one in SHOWN])
    mark = models.BinaryField(max_length=32, null=True)
    batch = models.ForeignKey(InvitationBatch, models.PROTECT, null=True, related_name="proofs")
    shown_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "level"], name="proof_one_a_way"),
            models.UniqueConstraint(
                fields=["coproduction", "level", "mark"], name="proof_mark_serves_once"
            ),
            models.CheckConstraint(
                name="proof_way_known", condition=Q(level__in=["mail", "code", "list"])
            ),
            models.CheckConstraint(
                name="proof_of_a_code_names_its_batch",
                condition=Q(level="code", batch__isnull=False) | (~Q(level="code") & Q(batch=None)),
            ),
            models.CheckConstraint(
                name="proof_marked",
                condition=Q(level="mail", mark__isnull=False)
                | Q(level__in=["code", "list"], mark=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} of participant {self.participant_id}"


class MailCheck(MailedCode):
    """A code sent to an address, to show that it is theirs."""

    coproduction = models.ForeignKey(Coproduction, models.CASCADE, db_index=False)

    class Meta:
        constraints = MailedCode.rules("check")
        indexes = MailedCode.lookups("check")

    def __str__(self) -> str:
        return f"check {self.pk}"


class Try(models.Model):
    """A wrong code, or a member number right or wrong, from this network; kept two hours."""

    class Kind(models.TextChoices):
        CODE = "code"
        NUMBER = "number"

    network = models.BinaryField(max_length=16)
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="try_kind_known", condition=Q(kind__in=["code", "number"]))
        ]
        indexes = [models.Index(fields=["network", "kind", "at"], name="try_recent")]

    def __str__(self) -> str:
        return f"try of a {self.kind} at {self.at:%H:%M}"
