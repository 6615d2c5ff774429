"""Addresses that may be written to, kept apart from what their owners answered."""

from typing import Any, cast

from django.db import models
from django.db.models import Q

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.people.models import Participant, Person
from partage.people.participants import keyed
from partage.register.models import VaultKey

LINK_LENGTH = 32


def mark_of(participant: Participant) -> bytes:
    """Stands for a participant beside an address: the database alone cannot tell whose it is."""
    return keyed("written to", f"{participant.space}:{participant.pk}")


def space_of(about: Coproduction | Call) -> str:
    """Where the register holds what happens to it."""
    return about.space if isinstance(about, Call) else about.slug


def columns_of(about: Coproduction | Call) -> dict[str, Any]:
    """The column by which a subscription says what it is about."""
    return {"call": about} if isinstance(about, Call) else {"coproduction": about}


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> "SubscriptionQuerySet":
        return self.filter(vault_key__isnull=False)

    def pending(self) -> "SubscriptionQuerySet":
        return self.filter(vault_key=None)

    def of(self, participant: Participant) -> "SubscriptionQuerySet":
        space, whose = participant.space, mark_of(participant)
        if space.startswith(Call.SPACE):
            return self.filter(call=int(space.removeprefix(Call.SPACE)), whose=whose)
        return self.filter(coproduction__slug=space, whose=whose)


class Subscription(models.Model):
    """What may be written to one address about one coproduction or call, once its owner said so.

    No participant is named: beside somebody's answers, an address would say whose they are.
    """

    coproduction = models.ForeignKey(
        Coproduction, models.CASCADE, null=True, related_name="subscriptions", db_index=False
    )
    call = models.ForeignKey(
        Call, models.CASCADE, null=True, related_name="subscriptions", db_index=False
    )
    whose = models.BinaryField(max_length=32)
    address = models.EmailField()
    language = models.CharField(max_length=5)
    notices = models.BooleanField(default=False)
    digest = models.BooleanField(default=False)
    text_sha256 = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField()
    # Its own secret, from the confirmation on: what the register holds of it goes with the address.
    vault_key = models.OneToOneField(VaultKey, models.PROTECT, null=True)
    ends_on = models.DateField(null=True)
    # Places in the register: what came before the first is not told; the digest told up to the second.
    begins_at = models.BigIntegerField()
    digest_to = models.BigIntegerField()
    digest_on = models.DateField(null=True)

    objects = models.Manager.from_queryset(SubscriptionQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="subscription_about_one",
                condition=Q(coproduction__isnull=False, call=None)
                | Q(coproduction=None, call__isnull=False),
            ),
            models.CheckConstraint(
                name="subscription_to_notices_of_a_call", condition=Q(call=None) | Q(digest=False)
            ),
            models.CheckConstraint(
                name="subscription_to_something", condition=Q(notices=True) | Q(digest=True)
            ),
            models.CheckConstraint(
                name="subscription_confirmed_until_a_day",
                condition=Q(vault_key=None, ends_on=None)
                | Q(vault_key__isnull=False, ends_on__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["coproduction", "whose"], name="subscription_one_confirmed",
                condition=Q(vault_key__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["coproduction", "whose"], name="subscription_one_pending",
                condition=Q(vault_key=None),
            ),
            models.UniqueConstraint(
                fields=["call", "whose"], name="subscription_one_confirmed_of_call",
                condition=Q(call__isnull=False, vault_key__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["call", "whose"], name="subscription_one_pending_of_call",
                condition=Q(call__isnull=False, vault_key=None),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["coproduction", "digest_to"], name="subscription_digest",
                condition=Q(digest=True, vault_key__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"subscription {self.pk}"

    @property
    def about(self) -> Coproduction | Call:
        return cast("Coproduction | Call", self.call or self.coproduction)

    def key_to(self, deed: str) -> str:
        return key_of(self, f"{deed} mail")


def key_of(row: "Subscription | DeskMail", deed: str) -> str:
    """What a link in a mail carries: only this site can make it."""
    return keyed(deed, f"{row.pk}:{row.asked_at.isoformat()}").hex()[:LINK_LENGTH]


class Asked(models.Model):
    """A first mail was asked for an address; marks are kept for a day, to slow whoever pesters."""

    address = models.BinaryField(max_length=32)
    network = models.BinaryField(max_length=16)
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["address", "asked_at"], name="asked_for_address"),
            models.Index(fields=["network", "asked_at"], name="asked_from_network"),
        ]

    def __str__(self) -> str:
        return f"asked {self.pk}"


class DeskMail(models.Model):
    """Somebody at a desk asked for a daily mail about what waits there."""

    person = models.OneToOneField(Person, models.CASCADE)
    language = models.CharField(max_length=5)
    asked_at = models.DateTimeField()
    # The last day on which it was looked whether something waits.
    looked_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"desk mail {self.pk}"

    def key_to_stop(self) -> str:
        return key_of(self, "stop desk mail")
