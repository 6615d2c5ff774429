"""What changed from one release to the next, as far as it tells nothing of a few people."""

from dataclasses import dataclass
from typing import Any

from partage.contributions.protecting import is_alike_row
from partage.contributions.releases import FEWEST_VOTERS

Content = dict[str, Any]
ONE_IN_LEAST_MOVED = 20  # five points
MOST_LISTED = 5


@dataclass(frozen=True)
class Moved:
    """A sentence on which the share of agreement moved, with its words and both shares."""

    row: Content
    before: float
    now: float


@dataclass(frozen=True)
class Changes:
    """From one release to the next: both, and the sentences that ten more people answered."""

    before: Content
    now: Content
    moved: list[Moved]
    unites: list[Content]
    unites_no_more: list[Content]


def changes(before: Content, now: Content) -> Changes | None:
    """What is new; nothing where fewer than ten people came, or one of the two has no landscape."""
    few_came = now["people"] - before["people"] < FEWEST_VOTERS
    if few_came or not (before["landscape"] and now["landscape"]):
        return None
    old = {row["id"]: row for row in before["statements"]}
    pairs = [(old[row["id"]], row) for row in now["statements"] if row["id"] in old]
    answered = [(was, row) for was, row in pairs if _ten_more(was, row)]
    united, unites = (set(content["landscape"]["unites"]) for content in (before, now))
    return Changes(
        before=before,
        now=now,
        moved=_moved(answered),
        unites=_named(answered, unites - united),
        unites_no_more=_named(answered, united - unites),
    )


def _ten_more(was: Content, row: Content) -> bool:
    if is_alike_row(was) or is_alike_row(row):
        return False
    return bool(was["seen"] and row["seen"] and row["seen"] - was["seen"] >= FEWEST_VOTERS)


def _named(answered: list[tuple[Content, Content]], names: set[str]) -> list[Content]:
    return [row for _was, row in answered if str(row["id"]) in names][:MOST_LISTED]


def _moved(answered: list[tuple[Content, Content]]) -> list[Moved]:
    far = [
        Moved(row, was["agrees"] / was["seen"], row["agrees"] / row["seen"])
        for was, row in answered
        if _is_far(was, row)
    ]
    return sorted(far, key=lambda one: -abs(one.now - one.before))[:MOST_LISTED]


def _is_far(was: Content, row: Content) -> bool:
    """In whole numbers, so that five points are five points."""
    apart = abs(row["agrees"] * was["seen"] - was["agrees"] * row["seen"])
    return bool(ONE_IN_LEAST_MOVED * apart >= row["seen"] * was["seen"])
