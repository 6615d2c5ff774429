"""What must hold of shares at any moment: to the cent, and as the register has them."""

from collections.abc import Iterator
from itertools import starmap
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from partage.checks.declared import AT_ONCE, Check, named
from partage.register.checks import counted_by, entries_by_space, unlike, unrecorded
from partage.shares.computing import Amounts, digest_of
from partage.shares.models import Payout, PeriodFund, ShareOut, Statement

CENTS = ("contributions", "tax", "net")


def _not_closing() -> Iterator[str]:
    """The shares of people and funds, added up again by the database."""
    statements = Statement.objects.filter(share_out=OuterRef("pk")).order_by().values("share_out")
    funds = PeriodFund.objects.filter(share_out=OuterRef("pk")).order_by().values("share_out")
    same = {name: _sum(statements, name) for name in CENTS}
    same |= {"to_people": _sum(statements, "gross"), "to_funds": _sum(funds, "cents")}
    number = statements.annotate(n=Count("pk")).values("n")
    return named(ShareOut.objects.exclude(people=Coalesce(Subquery(number), 0), **same))


def _sum(rows: "QuerySet[Any, Any]", column: str) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(sum=Sum(column)).values("sum")), 0)


def _not_of_their_pot() -> Iterator[str]:
    spent = F("to_funds") + F("to_people") + F("kept")
    return named(ShareOut.objects.filter(pot__gt=0).exclude(pot=spent))


def _unlike_their_seal() -> Iterator[str]:
    """Each share is read again, one by one, and sealed as it was on the day of the computation."""
    for one in ShareOut.objects.order_by("pk"):
        rows = one.statements.order_by("number").values_list("gross", "contributions", "tax")
        amounts = starmap(Amounts, rows.iterator(AT_ONCE))
        if digest_of(bytes(one.opening), amounts) != one.digest:
            yield f"{ShareOut._meta.label} {one.pk}"
    columns = ("pk", "period__coproduction__slug", "period__number", "digest")
    told = ShareOut.objects.order_by("pk").values_list(*columns)
    rows_told = ((f"{ShareOut._meta.label} {pk}", tuple(said)) for pk, *said in told)
    yield from unlike(rows_told, "shares-computed", "period", "digest")


def _payouts() -> Iterator[str]:
    listed = Statement.objects.filter(payout=OuterRef("pk")).order_by().values("payout")
    number = Coalesce(Subquery(listed.annotate(n=Count("pk")).values("n")), 0)
    standing = Payout.objects.filter(cancelled_at=None)
    yield from named(standing.exclude(people=number, net=_sum(listed, "net")))
    made = counted_by("share_out__period__coproduction__slug", Payout.objects.all())
    yield from unrecorded(made, entries_by_space(["payout-made"]))


CHECKS: tuple[Check, ...] = (
    Check(
        "shares-close",
        _("The shares of people and funds add up to what was shared, to the cent."),
        _not_closing,
    ),
    Check(
        "pots-close",
        _("What goes to funds, to people and to the organization is the whole pot."),
        _not_of_their_pot,
    ),
    Check(
        "shares-as-recorded",
        _("Every share is still the one that was sealed in the register when it was computed."),
        _unlike_their_seal,
    ),
    Check(
        "payouts-close",
        _("A list of payments pays the statements in it and nothing else, and stands in the register."),
        _payouts,
    ),
)  # fmt: skip
