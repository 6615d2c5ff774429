"""What a statement tells: on the page, as CSV and as JSON."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from partage.shares.models import Beneficiary, Payout, Statement, Why
from partage.shares.wording import division_name, rate_words, rule_sentences
from partage.web.localized import in_reader_language

CSV_COLUMNS = (
    "period", "name", "opens_on", "closes_on", "statement", "gross_cents", "contributions_cents",
    "contributions_why", "tax_cents", "tax_why", "net_cents", "paid_on",
)  # fmt: skip


def statements_of(beneficiary: Beneficiary) -> "QuerySet[Statement]":
    mine = Statement.objects.filter(recorded__beneficiary=beneficiary)
    wanted = ("share_out__period__opinion__opinion", "share_out__period__coproduction", "payout")
    return mine.select_related(*wanted, "recorded").order_by("-share_out__period__number")


def withheld_words(why: str, rate: str) -> str:
    """Why an amount withheld is what it is; with the rate where one was given."""
    label = str(Why(why).label)
    return f"{label} ({rate_words(Fraction(rate))})" if rate else label


def statement_facts(statement: Statement) -> dict[str, Any]:
    share_out, period = statement.share_out, statement.share_out.period
    return {
        "statement": statement,
        "period": period,
        "share_out": share_out,
        "sentences": rule_sentences(period.read),
        "divisions": [_division(one) for one in statement.stages],
        "contributions_why": withheld_words(
            share_out.contributions_why, share_out.contributions_rate
        ),
        "tax_why": withheld_words(share_out.tax_why, share_out.tax_rate),
        "payout": statement.payout,
        "told": _told(statement),
    }


def _division(told: Mapping[str, Any]) -> dict[str, Any]:
    """A weight and the sum of all weights, as numbers to read."""
    weight, whole = Fraction(told["weight"]), Fraction(told["of"])
    return {**told, "name": division_name(told["name"]), "weight": weight, "of": whole}


def _told(statement: Statement) -> dict[str, Any]:
    """The same for machines: cents, codes and exact fractions."""
    share_out, period, recorded = (
        statement.share_out,
        statement.share_out.period,
        statement.recorded,
    )
    payout: Payout | None = statement.payout
    return {
        "period": period.number,
        "name": in_reader_language(period.name)[0],
        "opens_on": f"{period.opens_on}",
        "closes_on": f"{period.closes_on}",
        "statement": statement.number,
        "rule": period.rule,
        "digest": period.digest,
        "recorded": {
            "seconds": recorded.seconds,
            "counts": recorded.counts,
            "points_received": recorded.received,
            "circle": recorded.circle,
        },
        "divisions": statement.stages,
        "gross_cents": statement.gross,
        "contributions_cents": statement.contributions,
        "contributions_why": share_out.contributions_why,
        "tax_cents": statement.tax,
        "tax_why": share_out.tax_why,
        "net_cents": statement.net,
        "paid_on": f"{payout.paid_on}" if payout and payout.said_paid_at else None,
    }


def csv_rows(facts: Mapping[str, Any]) -> list[object]:
    return [facts["told"][name] for name in CSV_COLUMNS]
