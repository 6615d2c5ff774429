"""What would be said without some people: sock puppets suspected, a channel, a list that is contested."""

from dataclasses import dataclass
from typing import Any

from partage.calc.landscape import landscape
from partage.calc.landscape_result import MIN_SHOWN, Landscape, rounded
from partage.calc.votes import Votes


@dataclass(frozen=True)
class Robustness:
    """What the landscape of all says beside the one without a contested set of people.

    Attributes
    ----------
    people, votes : of the contested set, as found among those who voted
    only_with, only_without : statements that unite only with the set, only without it
    separates_only_with, separates_only_without : the same of those that separate
    verdicts : what the tests say of groups, with and without: "none", "weak" or "clear"
    groups : how many are announced, with and without
    most_moved, moved_by : the statement whose support moves most, and by how much, in [0, 1]; ""
        and 0 where no statement is in both
    """

    people: int
    votes: int
    only_with: tuple[str, ...]
    only_without: tuple[str, ...]
    separates_only_with: tuple[str, ...]
    separates_only_without: tuple[str, ...]
    verdicts: tuple[str, str]
    groups: tuple[int, int]
    most_moved: str
    moved_by: float


def robustness(votes: Votes, contested: frozenset[str], with_them: Landscape) -> Robustness:
    """Compare the landscape of all the votes with that of the others.

    Parameters
    ----------
    votes : all of them
    contested : names of people; those who did not vote are left out
    with_them : the landscape of `votes`

    Examples
    --------
    >>> from partage.calc.votes import votes_from_arrays
    >>> votes = votes_from_arrays(["a", "b", "c"], [1, 1, 1], [1, 1, -1])
    >>> found = robustness(votes, frozenset(["c", "z"]), landscape(votes))
    >>> found.people, found.votes, found.groups
    (1, 1, (0, 0))
    """
    others = votes.without_people(contested)
    without = landscape(others)
    moved_by, most_moved = max(_moves(with_them, without), default=(0.0, ""))
    return Robustness(
        people=len(votes.people_ids) - len(others.people_ids),
        votes=votes.answers.size - others.answers.size,
        only_with=_missing(with_them.unites, without.unites),
        only_without=_missing(without.unites, with_them.unites),
        separates_only_with=_missing(with_them.separates, without.separates),
        separates_only_without=_missing(without.separates, with_them.separates),
        verdicts=(with_them.groups.verdict, without.groups.verdict),
        groups=(with_them.groups.k, without.groups.k),
        most_moved=most_moved,
        moved_by=moved_by,
    )


def published_robustness(found: Robustness) -> dict[str, Any]:
    """Ready for JSON. Of a set under `MIN_SHOWN` people, no figure that would tell what they said."""
    content = vars(found)
    if found.people < MIN_SHOWN:
        content = content | dict.fromkeys(("votes", "most_moved", "moved_by"))
    ready: dict[str, Any] = rounded(content)
    return ready


def _missing(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)


def _moves(one: Landscape, other: Landscape) -> list[tuple[float, str]]:
    """By how much the support of each statement moves, where both have it."""
    there = {statement.id: statement.support for statement in other.statements}
    return [
        (abs(statement.support - there[statement.id]), statement.id)
        for statement in one.statements
        if statement.id in there
    ]
