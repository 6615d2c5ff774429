"""How well the map predicts votes it has not seen."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from partage.calc.ppca import (
    Floats,
    Model,
    Observed,
    fit_from_scratch,
    locate_people,
    statement_means,
)

HIDDEN = 0.1


def heldout_auc(
    observed: Observed, placed: NDArray[np.bool_], n_axes: int, seeds: tuple[int, ...]
) -> tuple[float, float] | None:
    """Chance of ranking a hidden agreement above a hidden disagreement.

    Hides a tenth of the votes of the people placed, fits the map on the rest, and predicts.

    Parameters
    ----------
    observed : the votes
    placed : (n_people,), whose votes may be hidden
    n_axes : of the map, 1 or 2
    seeds : one experiment each, then averaged

    Returns
    -------
    (with the map, with the statement means alone), each in [0, 1]; None if no experiment hides
    both an agreement and a disagreement.
    """
    pairs = [_one_experiment(observed, placed, n_axes, seed) for seed in seeds]
    scored = [pair for pair in pairs if pair is not None]
    if not scored:
        return None
    with_map, with_means = np.mean(scored, axis=0)
    return float(with_map), float(with_means)


def _one_experiment(
    observed: Observed, placed: NDArray[np.bool_], n_axes: int, seed: int
) -> tuple[float, float] | None:
    draws = np.random.default_rng(seed).random(observed.answers.data.size)
    people = observed.person_of_vote()
    hidden = (draws < HIDDEN) & placed[people]
    shown = observed.keep(~hidden)
    asked = hidden & (observed.answers.data != 0)
    agreed = observed.answers.data[asked] > 0
    if not agreed.any() or agreed.all():
        return None
    statements = observed.seen.indices[asked]
    predicted = predictions(fit_from_scratch(shown, n_axes), shown, people[asked], statements)
    return auc(predicted, agreed), auc(statement_means(shown)[statements], agreed)


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
