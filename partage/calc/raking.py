"""Weights that bring the people who came to the public shares of some categories (raking)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.votes_file import VotesError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TRIM = 5.0  # times the mean weight: nobody weighs more
MAX_PASSES = 1000
SETTLED = 1e-10  # change of any weight in a pass under which the passes stop
UNANSWERED = -1


class Margin(NamedTuple):
    """The public shares of the categories of one question; they sum to one."""

    question: str
    shares: Mapping[str, float]


class Raked(NamedTuple):
    """Weights of people, (n_people,), of mean one; who was `trimmed`, (n_people,).

    `reached`: for each margin, the weighted share of each category among those who answered.
    """

    weights: Floats
    trimmed: NDArray[np.bool_]
    reached: tuple[Floats, ...]


def rake(answers: Ints, wanted: Sequence[Floats]) -> Raked:
    """Iterative proportional fitting of the weights of people to margins, one after the other.

    Parameters
    ----------
    answers : (n_people, n_margins), number of the category, `UNANSWERED` where nothing was said
    wanted : for each margin, the shares of its categories; each sums to one

    Returns
    -------
    Raked
        No weight is above `TRIM` times the mean. Whoever did not answer a question keeps, in its
        margin, the weight they had. Where no weights meet all margins, `reached` tells.

    Raises
    ------
    VotesError
        If a category that is wanted has nobody: no weight makes somebody of nobody.

    References
    ----------
    Deming, W. E. & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. docs/method/raking.md.

    Examples
    --------
    >>> raked = rake(np.array([[0], [0], [0], [1]]), [np.array([0.5, 0.5])])
    >>> raked.weights.round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    # People with the same answers weigh the same, so whoever they are and in whatever order.
    profiles, places, counts = np.unique(answers, axis=0, return_inverse=True, return_counts=True)
    _refuse_empty(profiles, wanted)
    weights, trimmed = np.ones(len(profiles)), np.zeros(len(profiles), bool)
    for _ in range(MAX_PASSES):
        before = weights
        for column, shares in zip(profiles.T, wanted, strict=True):
            weights = weights * _factors(column, counts * weights, shares)
        weights, trimmed = _trimmed(weights, counts)
        if np.abs(weights - before).max(initial=0.0) < SETTLED:
            break
    reached = tuple(
        _shares(column, counts * weights, shares.size)
        for column, shares in zip(profiles.T, wanted, strict=True)
    )
    places = places.ravel()
    return Raked(weights[places], trimmed[places], reached)


def _refuse_empty(profiles: Ints, wanted: Sequence[Floats]) -> None:
    for margin, shares in enumerate(wanted):
        empty = np.setdiff1d(np.flatnonzero(shares), profiles[:, margin])
        if empty.size:
            raise VotesError(
                f"category {empty[0]} of margin {margin} has nobody and should have "
                f"{shares[empty[0]]:.0%}: merge it with another"
            )


def _factors(column: Ints, totals: Floats, wanted: Floats) -> Floats:
    """What each profile's weight is multiplied by; one where the question was not answered."""
    held = _shares(column, totals, wanted.size)
    ratios = np.divide(wanted, held, out=np.ones_like(held), where=held > 0)
    factors: Floats = np.append(ratios, 1.0)[column]  # UNANSWERED takes the last
    return factors


def _shares(column: Ints, totals: Floats, n_categories: int) -> Floats:
    """Share of the weight of those who answered that each category holds."""
    answered = column != UNANSWERED
    held = np.bincount(column[answered], totals[answered], n_categories)
    shares: Floats = held / held.sum()
    return shares


def _trimmed(weights: Floats, counts: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """Weights of mean one, none above `TRIM`; what is cut off goes to the others in proportion."""
    capped = np.zeros(weights.size, bool)
    while True:
        left = counts.sum() - TRIM * counts[capped].sum()
        scaled = weights * left / (weights * counts)[~capped].sum()
        above = ~capped & (scaled > TRIM)
        if not above.any():
            return np.where(capped, TRIM, scaled), capped
        capped |= above


def effective_number(weights: Floats) -> float:
    """How many people of equal weight would say as much (Kish 1965); weights (n_people,).

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return float(weights.sum() ** 2 / (weights**2).sum())
