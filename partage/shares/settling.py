"""What becomes of a payout: the bank has paid it, one person is taken out of it, or it is cancelled."""

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.events.months import lock
from partage.register.recording import record
from partage.shares.models import Payout, Statement
from partage.shares.paying import PayoutRefused
from partage.shares.reporting import count_erased

SHOWN = 20  # statements named in one sentence


def left_out(payout: Payout) -> "QuerySet[Statement]":
    """Those of the list whom its files no longer hold: erased since, or without an account."""
    gone = Q(recorded__beneficiary=None) | Q(recorded__beneficiary__payment=b"")
    return payout.statements.filter(gone).order_by("number")


def left_out_words(payout: Payout) -> str:
    """The numbers of those left out, to be read; empty where the files hold everybody."""
    numbers = [str(number) for number in left_out(payout).values_list("number", flat=True)]
    return ", ".join(numbers[:SHOWN] + (["…"] if len(numbers) > SHOWN else []))


def _locked(payout: Payout) -> None:
    """Alone with this payout, as it is now."""
    lock(payout.share_out.period.coproduction)
    payout.refresh_from_db()
    if payout.cancelled_at:
        raise PayoutRefused(_("This payout is cancelled already."))


def _record(kind: str, payout: Payout) -> None:
    # Not who, how many nor how much: beside other payouts that would tell of few people.
    period = payout.share_out.period
    public = {"period": period.number, "payout": payout.number}
    record(kind, space=period.coproduction.slug, public=public)


@transaction.atomic
def say_paid(payout: Payout, *, from_before: bool = False) -> None:
    """Say that the bank has paid everybody of the list; also, from a file before, those left out."""
    _locked(payout)
    if payout.said_paid_at:
        raise PayoutRefused(_("This payout is said paid already."))
    if payout.paid_on > timezone.localdate():
        sentence = _("The bank is to pay on %(day)s: say it then.")
        raise PayoutRefused(sentence % {"day": payout.paid_on})
    if not payout.people:
        raise PayoutRefused(_("Nobody is left in this payout: cancel it."))
    gone = left_out_words(payout)
    if gone and not from_before:
        sentence = _(
            "The file no longer holds these statements: %(numbers)s. Take them out of the payout first."
        )
        raise PayoutRefused(sentence % {"numbers": gone})
    payout.said_paid_at = timezone.now()
    payout.save(update_fields=["said_paid_at"])
    count_erased(payout)
    _record("payout-said-paid", payout)


@transaction.atomic
def take_out(payout: Payout, number: int) -> None:
    """Take one statement out of a list: it is to be paid again, in a later one."""
    _locked(payout)
    statement = payout.statements.select_related("recorded").filter(number=number).first()
    if statement is None:
        raise PayoutRefused(_("This payout holds no such statement: look at its number."))
    if payout.said_paid_at and statement.recorded.beneficiary_id is None:
        raise PayoutRefused(_("Whoever this was is erased and was paid: it stays in the payout."))
    payout.statements.filter(pk=statement.pk).update(payout=None)
    Payout.objects.filter(pk=payout.pk).update(people=F("people") - 1, net=F("net") - statement.net)
    _record("transfer-taken-out", payout)


@transaction.atomic
def cancel_payout(payout: Payout, reason: str) -> None:
    """Take a list back before the bank has it: its people can stand in another."""
    _locked(payout)
    if payout.said_paid_at:
        raise PayoutRefused(
            _(
                "This payout is said paid: cancelled, it would pay everybody twice. Take out of it whoever the bank did not pay."
            )
        )
    payout.cancelled_at, payout.cancelled_reason = timezone.now(), reason
    payout.save(update_fields=["cancelled_at", "cancelled_reason"])
    payout.statements.update(payout=None)
    _record("payout-cancelled", payout)
