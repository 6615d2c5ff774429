"""Projects bought with a common fund by the method of equal shares: each voter owns the same part.

Exact: whole cents and whole-number fractions decide. Floating point only saves time where it leaves
no doubt. The method is in docs/method/equal-shares.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from partage.calc.sharing import CENTS

MOST_STEPS = 1000
DOUBT = 1e-9  # relative; rounding errors of a whole run stay a thousand times below
LARGEST_AMOUNT = 10**13  # cents; above, a float no longer compares two prices exactly


class EqualSharesError(ValueError):
    """A vote that cannot be counted; the message is one plain sentence."""


class _Doubt(Exception):
    """A decision too close for floating point."""


@dataclass(frozen=True)
class Purchase:
    """One project bought, and who pays how much for it.

    ``cost`` in cents. Bought by its supporters: ``at_price`` of them pay ``price``, an exact number
    of cents; ``all_they_had`` had less left, and gave it; ``nothing_left`` pay nothing. Bought by
    votes with the money left over: ``price`` is None and the three counts are 0.
    """

    project: str
    cost: int
    votes: int
    price: Fraction | None = None
    at_price: int = 0
    all_they_had: int = 0
    nothing_left: int = 0


@dataclass(frozen=True)
class Outcome:
    """What was bought, in the order of purchase.

    ``budget`` and ``left`` in cents; ``part`` is what each voter owns at first, an exact number of
    cents, and ``raised`` what was added to it.
    """

    budget: int
    part: Fraction
    raised: int
    purchases: tuple[Purchase, ...]

    @property
    def left(self) -> int:
        """Cents that nothing was bought with."""
        return self.budget - sum(bought.cost for bought in self.purchases)

    @property
    def winners(self) -> tuple[str, ...]:
        return tuple(bought.project for bought in self.purchases)


def equal_shares(
    budget: int, costs: Mapping[str, int], ballots: Sequence[Set[str]], step: int = CENTS
) -> Outcome:
    """Buy projects so that each voter decides on an equal part of the budget.

    Each voter owns budget / voters. Again and again, the project whose supporters can pay it at the
    lowest price is bought; each pays that price, or all she has left if it is less. Of two equal
    prices: the project with more votes, then the one listed first. Completion: add one step to each
    part and count anew, until that would spend more than the budget, or until nothing more fits,
    1,000 times at most; then, with the money left, what fits, by votes.

    Parameters
    ----------
    budget : cents, zero or more.
    costs : cents of each project, in the order published on the ballot.
    ballots : the projects each voter approves; an empty ballot owns its part too.
    step : cents added to each voter's part by the completion.

    Returns
    -------
    Outcome; it never costs more than the budget, and a project without a vote is never bought.

    Raises
    ------
    EqualSharesError
        If there is no ballot, if an amount is out of range, or if a ballot names an unknown project.

    References
    ----------
    docs/method/equal-shares.md.

    Examples
    --------
    >>> found = equal_shares(300, {"bench": 200, "tree": 100}, [{"bench"}, {"bench"}, {"tree"}])
    >>> [(bought.project, str(bought.price)) for bought in found.purchases]
    [('bench', '100'), ('tree', '100')]
    """
    _check(budget, costs, ballots, step)
    vote = _Vote(costs, ballots)
    part, raised = Fraction(budget, len(ballots)), 0
    bought = vote.bought(part)
    while not vote.is_complete(bought, budget) and raised < MOST_STEPS * step:
        more = vote.bought(part + raised + step)
        if vote.cost(more) > budget:
            break
        bought, raised = more, raised + step
    purchases = vote.purchases(part + raised)
    return Outcome(budget, part, raised, (*purchases, *vote.by_votes(bought, budget)))


def _check(budget: int, costs: Mapping[str, int], ballots: Sequence[Set[str]], step: int) -> None:
    if not ballots:
        raise EqualSharesError("0 ballots were cast: nobody can buy anything")
    if not 0 <= budget <= LARGEST_AMOUNT:
        raise EqualSharesError(f"the budget is {budget} cents: give 0 to {LARGEST_AMOUNT}")
    for project, cost in [*costs.items(), ("one step", step)]:
        if not 1 <= cost <= LARGEST_AMOUNT:
            raise EqualSharesError(f"{project} costs {cost} cents: give 1 to {LARGEST_AMOUNT}")
    for number, ballot in enumerate(ballots, start=1):
        for project in ballot - costs.keys():
            raise EqualSharesError(f"ballot {number} names {project}: it is not on the list")


class _Vote:
    """The projects in the public order of ties, each with its cost and its supporters."""

    def __init__(self, costs: Mapping[str, int], ballots: Sequence[Set[str]]) -> None:
        votes = Counter(project for ballot in ballots for project in ballot)
        self.names = sorted((name for name in costs if votes[name]), key=lambda n: -votes[n])
        self.costs = [costs[name] for name in self.names]
        self.voters = len(ballots)
        places = {name: place for place, name in enumerate(self.names)}
        fans: list[list[int]] = [[] for _ in self.names]
        for voter, ballot in enumerate(ballots):
            for name in ballot:
                fans[places[name]].append(voter)
        self.fans = [np.array(voters) for voters in fans]
