"""How well the map predicts votes it has not seen, and in how many dimensions they lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from partage.calc.ppca import (
    AXES,
    MAX_PASSES,
    Floats,
    Model,
    Observed,
    first_guess,
    fit,
    locate_people,
    statement_means,
)

HIDDEN = 0.1
PASSES_BEYOND = 20  # weak axes crawl long after predictions have settled
SURE_GAIN = 2.0  # standard errors that one more dimension must gain, over the draws


@dataclass(frozen=True)
class Heldout:
    """Chance of ranking a hidden agreement above a hidden disagreement, in [0, 1].

    `with_map` on the map, `with_means` from the statement means alone, `with_dimensions` in as many
    `dimensions` as predict surely better than fewer: those of the map, or more.
    """

    with_map: float
    with_means: float
    dimensions: int
    with_dimensions: float


@dataclass(frozen=True)
class _Draw:
    """Some votes hidden: those `shown`, and who was asked what, and whether they agreed."""

    shown: Observed
    people: NDArray[np.int64]
    statements: NDArray[np.integer]
    agreed: NDArray[np.bool_]

    def score(self, n_axes: int) -> float:
        passes = MAX_PASSES if n_axes <= AXES else PASSES_BEYOND
        model = fit(self.shown, first_guess(self.shown, n_axes), passes=passes)
        return auc(predictions(model, self.shown, self.people, self.statements), self.agreed)

    def score_of_means(self) -> float:
        return auc(statement_means(self.shown)[self.statements], self.agreed)


def heldout(
    observed: Observed, placed: NDArray[np.bool_], axes: int, seeds: tuple[int, ...]
) -> Heldout | None:
    """Hide a tenth of the votes of the people placed, fit on the rest, and predict.

    Parameters
    ----------
    observed : the votes
    placed : (n_people,), whose votes may be hidden
    axes : above chance, at least 1: the map has two of them at most, a prediction may use all
    seeds : one draw each, then averaged

    Returns
    -------
    None if no draw hides both an agreement and a disagreement.
    """
    draws = [_draw(observed, placed, seed) for seed in seeds]
    scored = [draw for draw in draws if draw.agreed.any() and not draw.agreed.all()]
    if not scored:
        return None
    dimensions = min(axes, AXES)
    on_map = scores = _scores(scored, dimensions)
    for more in range(dimensions + 1, axes + 1):
        found = _scores(scored, more)
        if not _is_sure(found - scores):
            break
        dimensions, scores = more, found
    means = float(np.mean([draw.score_of_means() for draw in scored]))
    return Heldout(float(on_map.mean()), means, dimensions, float(scores.mean()))


def _draw(observed: Observed, placed: NDArray[np.bool_], seed: int) -> _Draw:
    draws = np.random.default_rng(seed).random(observed.answers.data.size)
    people = observed.person_of_vote()
    hidden = (draws < HIDDEN) & placed[people]
    asked = hidden & (observed.answers.data != 0)
    return _Draw(
        observed.keep(~hidden),
        people[asked],
        observed.seen.indices[asked],
        observed.answers.data[asked] > 0,
    )


def _scores(draws: list[_Draw], n_axes: int) -> Floats:
    return np.array([draw.score(n_axes) for draw in draws])


def _is_sure(gains: Floats) -> bool:
    """Whether the mean gain over the draws is above zero by more than their noise."""
    if gains.size == 1:
        return False
    noise = float(gains.std(ddof=1)) / gains.size**0.5
    return bool(gains.mean() > SURE_GAIN * noise)


def predictions(
    model: Model, shown: Observed, people: NDArray[np.int64], statements: NDArray[np.integer]
) -> Floats:
    """Expected answer of these people to these statements, from the votes shown."""
    points = locate_people(model, shown).points
    along = (model.directions[statements] * points[people]).sum(axis=1)
    expected: Floats = model.means[statements] + along
    return expected


def auc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve, ties counted half.

    Examples
    --------
    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    0.75
    """
    n_positive = int(positive.sum())
    n_negative = positive.size - n_positive
    ranks = rankdata(scores)
    won = float(ranks[positive].sum()) - n_positive * (n_positive + 1) / 2
    return won / (n_positive * n_negative)
