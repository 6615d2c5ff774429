"""`partage landscape --people FILE --margins FILE` in words: the answers weighted to public margins."""

from pathlib import Path
from typing import Any

from partage.calc.margins import read_margins, read_people
from partage.calc.raking import TRIM
from partage.calc.votes import Votes
from partage.calc.weighted_view import (
    MAX_DESIGN_EFFECT,
    MIN_ANSWERED,
    MIN_CATEGORY,
    MIN_EFFECTIVE,
    published_view,
    weighted_view,
)

LISTED = 10
TITLE = "Weighted to the margins"
REFUSALS = {
    "nobody": "nobody who voted is in {about}; merge it with another category, here and in the margins",
    "few": f"fewer than {MIN_CATEGORY} people who voted are in {{about}}; merge it with another category",
    "unanswered": f"less than {MIN_ANSWERED:.0%} of the people answered {{about}}; leave the question out",
    "unmet": "no weights bring {about} to the shares wanted; merge categories or leave a question out",
    "few_effective": f"the {{people}} people weigh as {{n_eff}} would, and {MIN_EFFECTIVE:.0f} are needed; "
    "merge categories or leave a question out",
    "uneven": f"the design effect is above {MAX_DESIGN_EFFECT:.0f}: those who came "
    "are too unlike the population; merge categories or leave a question out",
}


def weighted(votes: Votes, people_file: Path, margins_file: Path) -> dict[str, Any]:
    """The weighted view of some votes, as it is published."""
    margins = read_margins(margins_file)
    return published_view(weighted_view(votes, read_people(people_file, margins), margins))


def report(found: dict[str, Any]) -> list[str]:
    """The weighted view beside the plain one, line by line."""
    lines = [TITLE, _who(found)]
    if found["refused"]:
        return [*lines, f"  No weighted view: {_why_not(found)}."]
    return [
        *lines,
        f"  They weigh as {found['n_eff']} equal people would: a design effect of "
        f"{found['design_effect']:.2f}.{_held(found['trimmed'])}",
        *_margins(found["margins"]),
        *_statements(found["statements"]),
        "  Weights correct for these categories alone, not for who cared to come.",
    ]


def _who(found: dict[str, Any]) -> str:
    return (
        f"  {found['people']} people who voted gave categories, {found['left_out']} did not and have "
        f"no weight; {found['did_not_vote']} gave categories and did not vote, and are ignored."
    )


def _held(trimmed: float) -> str:
    return f" {trimmed:.0%} are held at {TRIM:.0f} times the mean weight." if trimmed else ""


def _why_not(found: dict[str, Any]) -> str:
    about = ", ".join(f"{one['question']} {one['category']}".strip() for one in found["about"])
    return REFUSALS[found["refused"]].format(**{**found, "about": about})


def _margins(rows: list[dict[str, Any]]) -> list[str]:
    wide = max(len(_name(row)) for row in rows) + 2
    return [
        f"  {'category':<{wide}}{'here':>6}{'wanted':>8}{'reached':>9}",
        *(
            f"  {_name(row):<{wide}}{row['here']:>6.0%}{row['wanted']:>8.0%}{row['reached']:>9.0%}"
            for row in rows
        ),
    ]


def _name(row: dict[str, Any]) -> str:
    return f"{row['question']} {row['category']}"


def _statements(rows: list[dict[str, Any]]) -> list[str]:
    """The statements that weighting moves most, first."""
    shown = [row for row in rows if row["agree"]]
    if not shown:
        return ["  No statement was seen by enough people with a weight."]
    return [
        f"  {'statement':<12}{'agree':>7}{'weighted':>10}  {'95 % interval':<15}"
        f"{'disagree':>9}{'weighted':>10}  95 % interval",
        *(_row(row).rstrip() for row in shown[:LISTED]),
    ]


def _row(row: dict[str, Any]) -> str:
    agree, disagree = row["agree"], row["disagree"]
    return (
        f"  {row['id']:<12}{agree['plain']:>7.0%}{agree['weighted']:>10.0%}  {_interval(agree):<15}"
        f"{disagree['plain']:>9.0%}{disagree['weighted']:>10.0%}  {_interval(disagree):<15}"
    )


def _interval(share: dict[str, float]) -> str:
    return f"{share['low']:.0%} to {share['high']:.0%}"
