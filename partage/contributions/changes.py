"""What changed from one release to the next, as far as it tells nothing of a few people."""

from dataclasses import dataclass
from typing import Any

from partage.contributions.releases import FEWEST_VOTERS

Content = dict[str, Any]
LEAST_MOVED = 0.05
MOST_LISTED = 5


@dataclass(frozen=True)
class Moved:
    """A sentence on which the share of agreement moved, with its words and both shares."""

    row: Content
    before: float
    now: float


@dataclass(frozen=True)
class Changes:
    """From one release to the next; `groups_before` and `groups_now` count those announced."""

    people: int
    answers: int
    moved: list[Moved]
    unites: list[Content]
    unites_no_more: list[Content]
    groups_before: int
    groups_now: int

    @property
    def is_nothing(self) -> bool:
        return not (self.people or self.answers)


def changes(before: Content, now: Content) -> Changes:
    """What is new. A sentence counts once ten more people answered it."""
    rows, old = ({row["id"]: row for row in content["statements"]} for content in (now, before))
    shared = [(old[number], row) for number, row in rows.items() if number in old]
    united, unites = _united(before), _united(now)
    return Changes(
        people=now["people"] - before["people"],
        answers=now["answers"] - before["answers"],
        moved=_moved(shared),
        unites=[rows[number] for number in unites if number not in united and number in rows],
        unites_no_more=[rows[n] for n in united if n not in unites and n in rows],
        groups_before=_groups(before),
        groups_now=_groups(now),
    )


def _moved(shared: list[tuple[Content, Content]]) -> list[Moved]:
    found = [
        Moved(row, was["agrees"] / was["seen"], row["agrees"] / row["seen"])
        for was, row in shared
        if was["seen"] and row["seen"] and row["seen"] - was["seen"] >= FEWEST_VOTERS
    ]
    far = [one for one in found if abs(one.now - one.before) >= LEAST_MOVED]
    return sorted(far, key=lambda one: -abs(one.now - one.before))[:MOST_LISTED]


def _united(content: Content) -> list[int]:
    return [int(name) for name in (content["landscape"] or {"unites": []})["unites"]]


def _groups(content: Content) -> int:
    return int(content["landscape"]["groups"]["k"]) if content["landscape"] else 0
