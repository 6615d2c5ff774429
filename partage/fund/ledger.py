"""The fund's ledger: money comes in and goes out by rows that are never changed."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.coproductions.models import Coproduction
from partage.fund.models import MOST_CENTS, Movement, Project, Purchase, Round
from partage.register.recording import record
from partage.web.templatetags.partage import euros

Kind = Movement.Kind
UNDER_WAY = (Purchase.Progress.CHOSEN, Purchase.Progress.BEGUN)


class LedgerRefused(Exception):
    """Nothing moved; the message is the sentence to show."""


@dataclass(frozen=True)
class _Move:
    kind: Movement.Kind
    cents: int
    source: str
    key: str
    project: Project | None = None
    reverses: Movement | None = None


def lock(coproduction: Coproduction) -> None:
    """Whatever moves or promises money of a coproduction comes one after the other."""
    Coproduction.objects.select_for_update(no_key=True).get(pk=coproduction.pk)


def balance(coproduction: Coproduction) -> int:
    """What the fund holds, in cents: the sum of its movements, as the last of them has it."""
    held = Movement.objects.filter(coproduction=coproduction).order_by("-number")
    return held.values_list("balance", flat=True).first() or 0


def promised(coproduction: Coproduction) -> int:
    """What rounds not counted yet may spend, and what chosen projects are still to be paid."""
    rounds = Round.objects.filter(coproduction=coproduction, count=None)
    chosen = Purchase.objects.filter(
        count__round__coproduction=coproduction, progress__in=UNDER_WAY
    )
    budgets = rounds.aggregate(cents=Sum("budget_cents"))["cents"] or 0
    unpaid = chosen.aggregate(cents=Sum(F("cost_cents") - F("paid_cents")))["cents"] or 0
    return int(budgets) + int(unpaid)


def free(coproduction: Coproduction) -> int:
    """What a new round may still promise."""
    return balance(coproduction) - promised(coproduction)


@transaction.atomic
def receive(
    coproduction: Coproduction,
    cents: int,
    source: str,
    key: str,
    kind: Movement.Kind = Kind.SHARE_OUT,
) -> Movement:
    """Money that enters the fund. Sent again under the same key it comes in once.

    Raises LedgerRefused where the key is that of another movement, or the amount makes no sense.
    """
    if kind not in (Kind.SHARE_OUT, Kind.GIFT, Kind.GRANT):
        raise ValueError(f"kind is {kind}: money comes in by a share-out, a gift or a grant")
    if not 1 <= cents <= MOST_CENTS:
        raise LedgerRefused(_("The amount must be at least one cent: nothing was recorded."))
    lock(coproduction)
    return _once(coproduction, _Move(kind, cents, source, key))


@transaction.atomic
def pay(project: Project, cents: int, source: str, key: str) -> Movement:
    """Money that leaves the fund for a chosen project; never more than it was chosen for."""
    coproduction = project.round.coproduction
    lock(coproduction)
    move = _Move(Kind.PAYMENT, -cents, source, key, project=project)
    there = _found(coproduction, move)
    if there:
        return there
    chosen = Purchase.objects.filter(project=project, progress__in=UNDER_WAY).first()
    if chosen is None:
        raise LedgerRefused(_("This project is not under way: nothing was paid."))
    if not 1 <= cents <= chosen.unpaid_cents:
        words = {"asked": euros(cents), "most": euros(chosen.unpaid_cents)}
        sentence = _("You wrote %(asked)s; at most %(most)s are left to pay.")
        raise LedgerRefused(sentence % words)
    Purchase.objects.filter(pk=chosen.pk).update(paid_cents=F("paid_cents") + cents)
    return _add(coproduction, move)


@transaction.atomic
def reverse(movement: Movement, reason: str) -> Movement:
    """Undo a movement by another that names it; pressed again it changes nothing."""
    coproduction = movement.coproduction
    lock(coproduction)
    if movement.kind == Kind.REVERSAL:
        raise LedgerRefused(_("This is a correction already: enter the right movement instead."))
    key = f"reversal of {movement.number}"
    move = _Move(Kind.REVERSAL, -movement.cents, reason, key, movement.project, movement)
    there = Movement.objects.filter(coproduction=coproduction, key=key).first()
    if there:
        return there
    chosen = Purchase.objects.filter(project=movement.project_id).first()
    if _takes(movement, chosen) > free(coproduction):
        raise LedgerRefused(_("This money is promised to a round or a project already."))
    if chosen:
        _give_back(movement, chosen)
    return _add(coproduction, move)


def _takes(movement: Movement, chosen: Purchase | None) -> int:
    """What undoing it takes of the money that is free: a project that ended is promised again."""
    if chosen is None:
        return movement.cents
    return 0 if chosen.is_under_way else chosen.unpaid_cents


def _give_back(payment: Movement, chosen: Purchase) -> None:
    """What was paid by mistake is to be paid again, even where the project has ended since."""
    Purchase.objects.filter(pk=chosen.pk).update(
        paid_cents=F("paid_cents") + payment.cents, progress=Purchase.Progress.BEGUN
    )


def _once(coproduction: Coproduction, move: _Move) -> Movement:
    return _found(coproduction, move) or _add(coproduction, move)


def _found(coproduction: Coproduction, move: _Move) -> Movement | None:
    """The movement of this key, if it is there; another one under the same key is refused."""
    there = Movement.objects.filter(coproduction=coproduction, key=move.key).first()
    if there is None:
        return None
    if (there.kind, there.cents, there.project) != (move.kind, move.cents, move.project):
        raise LedgerRefused(_("Another movement has this key: nothing was recorded."))
    return there


def _add(coproduction: Coproduction, move: _Move) -> Movement:
    last = Movement.objects.filter(coproduction=coproduction).order_by("-number").first()
    held = (last.balance if last else 0) + move.cents
    if not 0 <= held <= MOST_CENTS:
        sentence = _("The fund would hold %(held)s: nothing was recorded.")
        raise LedgerRefused(sentence % {"held": euros(held)})
    added = Movement.objects.create(
        coproduction=coproduction, number=last.number + 1 if last else 1, kind=move.kind,
        cents=move.cents, balance=held, source=move.source, key=move.key, project=move.project,
        reverses=move.reverses, at=timezone.now(),
    )  # fmt: skip
    # Not the source in words, which may name somebody.
    public: dict[str, int | str] = {"movement": added.number, "kind": move.kind.value}
    public |= {"cents": added.cents, "balance": held}
    public |= {"project": move.project.pk} if move.project else {}
    public |= {"reverses": move.reverses.number} if move.reverses else {}
    record("fund-movement", space=coproduction.slug, public=public)
    return added
