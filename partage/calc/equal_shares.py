"""Projects bought with a common fund by the method of equal shares: each voter owns the same part.

Exact: whole cents and whole-number fractions decide. Floating point only saves time where it leaves
no doubt. The method is in docs/method/equal-shares.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.sharing import CENTS

MOST_STEPS = 1000
LARGEST_AMOUNT = 10**15  # cents; a float holds every whole number up to here
ROUNDING = 2.0**-50  # relative; more than one operation on floats can lose


class EqualSharesError(ValueError):
    """A vote that cannot be counted; the message is one plain sentence."""


class _Doubt(Exception):
    """A decision too close for floating point."""


class _Quote(NamedTuple):
    """The price of a project at one moment; the true one lies within ``slack`` of it."""

    price: Fraction | float  # cents
    slack: float
    moment: int
    at_price: int
    nothing_left: int = 0


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
    """The projects with votes, in the public order of ties, and who approves each."""

    def __init__(self, costs: Mapping[str, int], ballots: Sequence[Set[str]]) -> None:
        votes = Counter(name for ballot in ballots for name in ballot)
        self.names = sorted((name for name in costs if votes[name]), key=lambda name: -votes[name])
        self.costs = [costs[name] for name in self.names]
        self.voters = len(ballots)
        places = {name: place for place, name in enumerate(self.names)}
        fans: list[list[int]] = [[] for _ in self.names]
        for voter, ballot in enumerate(ballots):
            for name in ballot:
                fans[places[name]].append(voter)
        self.fans = [np.array(voters) for voters in fans]

    def bought(self, part: Fraction) -> Set[int]:
        """The places of the projects bought when each voter owns this part, in cents."""
        try:
            return _Count(self, part, is_exact=False).purchases.keys()
        except _Doubt:
            return _Count(self, part, is_exact=True).purchases.keys()

    def is_complete(self, bought: Set[int], budget: int) -> bool:
        """True if no other project with votes fits in the money left."""
        left = budget - self.cost(bought)
        return all(cost > left for place, cost in enumerate(self.costs) if place not in bought)

    def cost(self, bought: Set[int]) -> int:
        return sum(self.costs[place] for place in bought)

    def purchases(self, part: Fraction) -> list[Purchase]:
        """The purchases one by one, with their exact prices."""
        found = _Count(self, part, is_exact=True).purchases
        return [self._purchase(place, quote) for place, quote in found.items()]

    def _purchase(self, place: int, quote: _Quote) -> Purchase:
        votes = len(self.fans[place])
        counts = (quote.at_price, votes - quote.at_price - quote.nothing_left, quote.nothing_left)
        price = Fraction(quote.price)
        return Purchase(self.names[place], self.costs[place], votes, price, *counts)

    def by_votes(self, bought: Set[int], budget: int) -> list[Purchase]:
        """What the money left can still buy, the project with most votes first."""
        left, found = budget - self.cost(bought), []
        for place, cost in enumerate(self.costs):
            if place not in bought and cost <= left:
                found.append(Purchase(self.names[place], cost, len(self.fans[place])))
                left -= cost
        return found


class _Count:
    """One count: the purchases, in order, when each voter owns ``part``.

    Exact, the money of voters is in whole numbers of 1/unit cents. Otherwise in floats: money that
    one rounding misplaces is passed on by later purchases but never grows, so that ``noise`` bounds,
    in cents, what is wrong over all voters together, and thus any price and any sum.
    """

    def __init__(self, vote: _Vote, part: Fraction, *, is_exact: bool) -> None:
        self.vote, self.is_exact = vote, is_exact
        self.unit = part.denominator if is_exact else 1
        self.left: NDArray[Any] = np.full(
            vote.voters, part.numerator if is_exact else float(part), object if is_exact else float
        )
        total = float(part) * vote.voters
        self.noise = 0 if is_exact else ROUNDING * len(vote.names) * vote.voters * total
        self.quotes = {place: self._rich(place, -1) for place in range(len(vote.names))}
        self.purchases: dict[int, _Quote] = {}
        while self.quotes:
            self._next()

    def _next(self) -> None:
        """Buy the cheapest project, or ask again the price of those that may be: it only rises."""
        cheapest = min(quote.price + quote.slack for quote in self.quotes.values())
        near = [p for p, quote in self.quotes.items() if quote.price - quote.slack <= cheapest]
        moment = len(self.purchases)
        stale = [place for place in near if self.quotes[place].moment != moment]
        for place in stale:
            self._ask(place, moment)
        if not stale:
            self._buy(near[0] if self.is_exact or len(near) == 1 else self._closest(near))

    def _closest(self, near: Sequence[int]) -> int:
        """Of prices that floats cannot part, the lowest, when they are known exactly."""
        costs, fans = self.vote.costs, self.vote.fans
        if any(self.quotes[place].slack >= self.noise for place in near):
            raise _Doubt
        return min(near, key=lambda place: Fraction(costs[place], len(fans[place])))

    def _ask(self, place: int, moment: int) -> None:
        """The price of a project now; forget it if its supporters can no longer pay."""
        money, cost = self.left[self.vote.fans[place]], self.vote.costs[place] * self.unit
        if (money.min() - self.noise) * len(money) >= cost:
            self.quotes[place] = self._rich(place, moment)
            return
        spare = money.sum() - cost
        if abs(spare) < self.noise:
            raise _Doubt
        if spare < 0:
            del self.quotes[place]
            return
        self.quotes[place] = self._poor(np.sort(money), cost, moment)

    def _rich(self, place: int, moment: int) -> _Quote:
        """Every supporter pays the same."""
        cost, votes = self.vote.costs[place], len(self.vote.fans[place])
        if self.is_exact:
            return _Quote(Fraction(cost, votes), 0, moment, votes)
        return _Quote(cost / votes, cost / votes * ROUNDING, moment, votes)

    def _poor(self, money: NDArray[Any], cost: int, moment: int) -> _Quote:
        """The poorest give all they have, and the others the same price."""
        payers = np.arange(len(money), 0, -1)
        needed = cost - np.cumsum(money) + money
        enough = needed <= money * payers
        # The last one can pay, since together they can; floats may miss it by a hair.
        first = int(enough.argmax()) if enough.any() else len(money) - 1
        at_price, nothing = int(payers[first]), int((money == 0).sum())
        if self.is_exact:
            price = Fraction(needed[first], at_price * self.unit)
            return _Quote(price, 0, moment, at_price, nothing)
        return _Quote(needed[first] / at_price, self.noise, moment, at_price, nothing)

    def _buy(self, place: int) -> None:
        quote = self.quotes.pop(place)
        amount = quote.price
        if self.is_exact:
            exact = Fraction(quote.price) * self.unit
            self.left *= exact.denominator
            self.unit *= exact.denominator
            amount = exact.numerator
        fans = self.vote.fans[place]
        self.left[fans] = np.maximum(self.left[fans] - amount, 0)
        self.purchases[place] = quote
