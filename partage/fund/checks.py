"""What must hold of the common fund at any moment."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import AT_ONCE, Check, named
from partage.fund.models import Count, Movement, Purchase
from partage.register.checks import unlike


def _off_balance() -> Iterator[str]:
    """Movements that do not continue from the one before."""
    earlier = Movement.objects.filter(
        coproduction=OuterRef("coproduction"), number=OuterRef("number") - 1
    )
    before = Coalesce(Subquery(earlier.values("balance")), 0)
    yield from named(Movement.objects.exclude(balance=before + F("cents")))
    follows = Movement.objects.filter(number__gt=1).alias(before=Subquery(earlier.values("pk")))
    yield from named(follows.filter(before=None))


def _paid_otherwise() -> Iterator[str]:
    moved = Movement.objects.filter(project=OuterRef("project")).order_by().values("project")
    paid = Coalesce(Subquery(moved.annotate(sum=Sum("cents")).values("sum")), 0)
    return named(Purchase.objects.alias(sum=F("paid_cents") + paid).exclude(sum=0))


def _movements() -> Iterator[str]:
    columns = ("pk", "coproduction__slug", "number", "cents", "balance")
    told = Movement.objects.order_by("pk").values_list(*columns)
    rows = ((f"{Movement._meta.label} {pk}", tuple(said)) for pk, *said in told.iterator(AT_ONCE))
    return unlike(rows, "fund-movement", "movement", "cents", "balance")


def _counts() -> Iterator[str]:
    columns = ("pk", "round__coproduction__slug", "round__number", "inputs", "left_cents")
    told = Count.objects.order_by("pk").values_list(*columns)
    rows = ((f"{Count._meta.label} {pk}", tuple(said)) for pk, *said in told.iterator(AT_ONCE))
    return unlike(rows, "fund-round-counted", "round", "inputs", "left")


CHECKS: tuple[Check, ...] = (
    Check(
        "fund-balance",
        _("What the fund holds is what came in less what was paid, movement after movement."),
        _off_balance,
    ),
    Check(
        "fund-paid",
        _("What a project was paid is what left the fund for it."),
        _paid_otherwise,
    ),
    Check(
        "fund-recorded",
        _("Every movement of the fund stands in the register with its amount."),
        _movements,
    ),
    Check(
        "fund-counts-recorded",
        _("The outcome of every round is the one the register holds."),
        _counts,
    ),
)
