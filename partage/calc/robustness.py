"""What would be said without some people: sock puppets suspected, a channel, a list that is contested."""

from dataclasses import dataclass
from typing import Any

from partage.calc.landscape import landscape
from partage.calc.landscape_result import MIN_SHOWN, Landscape, rounded
from partage.calc.votes import Votes, VotesError


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

    Raises
    ------
    VotesError
        If fewer than ten of them voted, or fewer than ten others: the difference would tell what
        they said. Statements are compared if ten others saw them, and of the set ten or nobody.

    Examples
    --------
    >>> from partage.calc.votes import votes_from_arrays
    >>> votes = votes_from_arrays(range(30), [1] * 30, [1] * 20 + [-1] * 10)
    >>> found = robustness(votes, frozenset(map(str, range(20, 31))), landscape(votes))
    >>> found.people, found.votes, found.only_without, found.groups
    (10, 10, ('1',), (0, 0))
    """
    others = votes.without_people(contested)
    people = len(votes.people_ids) - len(others.people_ids)
    if min(people, len(others.people_ids)) < MIN_SHOWN:
        raise VotesError(
            f"{people} of the people named voted, and {len(others.people_ids)} others: name at least "
            f"{MIN_SHOWN} and leave {MIN_SHOWN}, else the difference tells what they said"
        )
    without = landscape(others)
    comparable = _comparable(with_them, without)
    moved_by, most_moved = max(_moves(with_them, without, comparable), default=(0.0, ""))
    return Robustness(
        people=people,
        votes=votes.answers.size - others.answers.size,
        only_with=_missing(with_them.unites, without.unites, comparable),
        only_without=_missing(without.unites, with_them.unites, comparable),
        separates_only_with=_missing(with_them.separates, without.separates, comparable),
        separates_only_without=_missing(without.separates, with_them.separates, comparable),
        verdicts=(with_them.groups.verdict, without.groups.verdict),
        groups=(with_them.groups.k, without.groups.k),
        most_moved=most_moved,
        moved_by=moved_by,
    )


def published_robustness(found: Robustness) -> dict[str, Any]:
    """Ready for JSON."""
    ready: dict[str, Any] = rounded(vars(found))
    return ready


def _comparable(with_them: Landscape, without: Landscape) -> frozenset[str]:
    """Statements of which neither side nor their difference tells what a few people said."""
    left = {statement.id: statement.seen for statement in without.statements}
    return frozenset(
        one.id
        for one in with_them.statements
        if left.get(one.id, 0) >= MIN_SHOWN
        and (one.seen == left[one.id] or one.seen - left[one.id] >= MIN_SHOWN)
    )


def _missing(
    names: tuple[str, ...], others: tuple[str, ...], comparable: frozenset[str]
) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others and name in comparable)


def _moves(one: Landscape, other: Landscape, comparable: frozenset[str]) -> list[tuple[float, str]]:
    """By how much the support of each statement moves."""
    there = {statement.id: statement.support for statement in other.statements}
    return [
        (abs(statement.support - there[statement.id]), statement.id)
        for statement in one.statements
        if statement.id in comparable
    ]
