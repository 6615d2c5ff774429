"""Paying shares out: a list for the bank, in which nobody stands twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.events.months import lock
from partage.register.recording import record
from partage.shares.models import Payout, ShareOut, Statement
from partage.shares.people import AT_ONCE, Payment, payment_of


class PayoutRefused(Exception):
    """Nothing can be paid out, or cancelled; the message is the sentence to show."""


@dataclass(frozen=True)
class Transfer:
    """One line of a payout: to whom, how much, and the statement that it pays."""

    statement: Statement
    to: Payment

    @property
    def reference(self) -> str:
        """The same at each download, so that a bank knows it again."""
        return f"SHARE-{self.statement.share_out_id}-{self.statement.number}"


def with_payment(statements: "QuerySet[Statement]") -> "QuerySet[Statement]":
    there = statements.filter(recorded__beneficiary__isnull=False, net__gt=0)
    return there.exclude(recorded__beneficiary__payment=b"")


@transaction.atomic
def make_payout(share_out: ShareOut, payer: Payment, paid_on: date) -> Payout:
    """Put in a list everybody who can be paid and is in no other."""
    coproduction = share_out.period.coproduction
    lock(coproduction)
    if paid_on < timezone.localdate():
        raise PayoutRefused(_("That day is past: give the day on which the bank should pay."))
    payable = with_payment(share_out.statements.filter(payout=None))
    total = payable.aggregate(people=Count("pk"), net=Sum("net"))
    last = share_out.payouts.last()
    if not total["people"]:
        raise PayoutRefused(_nothing(share_out))
    payout = Payout.objects.create(
        share_out=share_out,
        number=last.number + 1 if last else 1,
        made_at=timezone.now(),
        paid_on=paid_on,
        payer_name=payer.name,
        payer_iban=payer.iban,
        **total,
    )
    payable.update(payout=payout)
    # Neither how many nor how much: beside other payouts that would tell of few people.
    public = {"period": share_out.period.number, "payout": payout.number}
    record("payout-made", space=coproduction.slug, public=public)
    return payout


def _nothing(share_out: ShareOut) -> str:
    waits = share_out.payouts.filter(cancelled_at=None, said_paid_at=None).last()
    if waits:
        sentence = _("Everybody who can be paid is in payout %(number)s already: cancel it first.")
        return sentence % {"number": waits.number}
    if share_out.payouts.filter(cancelled_at=None).exists():
        return _("Everybody who can be paid is in a payout that is said paid.")
    return _("Nobody can be paid yet: no one with something to receive gave an account.")


def transfers(payout: Payout) -> Iterator[Transfer]:
    """Those of the list who can still be paid; whoever was erased since is left out."""
    rows = with_payment(payout.statements.all()).order_by("number")
    rows = rows.select_related("recorded__beneficiary__vault_key")
    for statement in rows.iterator(AT_ONCE):
        beneficiary = statement.recorded.beneficiary
        payment = payment_of(beneficiary) if beneficiary else None
        if payment:
            yield Transfer(statement, payment)


def standing(share_out: ShareOut) -> dict[str, tuple[int, int]]:
    """How many people and cents are paid, listed, can be, wait for an account, or lead to nobody now."""
    nobody = Q(recorded__beneficiary=None)
    no_account = Q(recorded__beneficiary__payment=b"")
    free = Q(payout=None)
    kinds = {
        "paid": Q(payout__said_paid_at__isnull=False),
        "listed": Q(payout__isnull=False, payout__said_paid_at=None),
        "payable": free & ~nobody & ~no_account,
        "waiting": free & ~nobody & no_account,
        "erased": free & nobody,
    }
    people = {name: Count("pk", filter=where) for name, where in kinds.items()}
    cents = {f"{name}_net": Sum("net", filter=where) for name, where in kinds.items()}
    found = share_out.statements.filter(net__gt=0).aggregate(**people, **cents)
    return {name: (found[name], found[f"{name}_net"] or 0) for name in kinds}
