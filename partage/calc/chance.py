"""What chance alone would show: shuffled votes, and one cloud of people without groups."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from partage.calc.ppca import (
    Floats,
    Model,
    Observed,
    centred_answers,
    fit,
    leading_axes,
    turned,
)

SHUFFLES = 39
MAX_AXES = 5
CLOUD_PASSES = 40
GAIN_ROUNDS = 4
MAX_PULL = 0.97  # nobody in a cloud answers like a machine
MIN_DENSITY = 0.01


def shuffled(observed: Observed, rng: np.random.Generator) -> Observed:
    """The same votes on each statement, dealt again among those who voted on it."""
    statements = observed.seen.indices
    dealt = np.argsort(statements + rng.random(statements.size))
    answers = np.empty(statements.size)
    answers[np.argsort(statements, kind="stable")] = observed.answers.data[dealt]
    return observed.with_answers(answers)


def axes_above_chance(observed: Observed, rng: np.random.Generator) -> int:
    """How many axes stand above all shuffled votes, at most `MAX_AXES`.

    An axis without any structure behind it passes once in `SHUFFLES + 1` times. Stops at the first
    shuffle that beats the first axis: most sets without structure cost two or three shuffles.
    """
    count = min(MAX_AXES, *observed.seen.shape)
    lengths = _axis_lengths(observed, count)
    if lengths[0] <= 0:
        return 0
    above = np.ones(lengths.size, bool)
    for _ in range(SHUFFLES):
        above &= lengths > _axis_lengths(shuffled(observed, rng), count) * (1 + 1e-9)
        if not above[0]:
            return 0
    return int(np.cumprod(above).sum())


def _axis_lengths(observed: Observed, count: int) -> Floats:
    return leading_axes(centred_answers(observed), count)[0]


@dataclass(frozen=True)
class Cloud:
    """People drawn from one Gaussian cloud, with the map, mask and vote counts of the real ones.

    Attributes
    ----------
    observed : the real votes
    model : the map fitted on them
    pulls : (n_statements, 2), correlation of the leaning behind each answer with the position
    """

    observed: Observed
    model: Model
    pulls: Floats

    def draw(self, rng: np.random.Generator) -> tuple[Observed, Model]:
        """Votes of one such cloud, and the map fitted on them."""
        statements = self.observed.seen.indices
        points = rng.standard_normal((self.observed.n_people, 2))[self.observed.person_of_vote()]
        own_mind = np.sqrt(1 - (self.pulls**2).sum(axis=1))[statements]
        leanings = (self.pulls[statements] * points).sum(axis=1)
        leanings += own_mind * rng.standard_normal(statements.size)
        # Passes stay where they are, as part of the mask; the strongest leanings take the
        # agreements, so each statement keeps its tallies.
        answers = np.zeros(statements.size)
        taken = np.flatnonzero(self.observed.answers.data)
        sides, of = self.observed.answers.data[taken], statements[taken]
        answers[taken[np.lexsort((leanings[taken], of))]] = sides[np.lexsort((sides, of))]
        drawn = self.observed.with_answers(answers)
        its_model = fit(drawn, self.model, passes=CLOUD_PASSES)
        return drawn, turned(its_model, self.observed.voters())


def one_cloud(observed: Observed, model: Model, rng: np.random.Generator) -> Cloud:
    """The cloud that fits a map: maps fitted on its draws are as strong as the real one.

    Starts from the polyserial correlations of answers with positions, then corrects each axis.
    """
    wanted = _strength(observed, model)
    pulls = model.directions / _density_at_cuts(observed)[:, None]
    cloud = Cloud(observed, model, _bounded(pulls))
    for _ in range(GAIN_ROUNDS):
        found = _strength(observed, cloud.draw(rng)[1])
        pulls = pulls * np.divide(wanted, found, out=np.ones(2), where=found > 0)
        cloud = Cloud(observed, model, _bounded(pulls))
    return cloud


def _density_at_cuts(observed: Observed) -> Floats:
    """Covariance of each answer with the leaning behind it.

    Twice the normal density where the leaning turns from disagree to agree, for those who took a
    side.
    """
    statements, answers = observed.seen.indices, observed.answers.data
    disagrees, agrees = (
        np.bincount(statements[answers == side], minlength=observed.n_statements)
        for side in (-1, 1)
    )
    sides = np.maximum(disagrees + agrees, 1)
    density = 2 * norm.pdf(norm.ppf(disagrees / sides)) * sides / np.maximum(observed.voters(), 1)
    covariance: Floats = density + MIN_DENSITY
    return covariance


def _bounded(pulls: Floats) -> Floats:
    """The same pulls, none stronger than `MAX_PULL`."""
    lengths = np.linalg.norm(pulls, axis=1, keepdims=True)
    bounded: Floats = pulls * np.minimum(1, MAX_PULL / np.maximum(lengths, MAX_PULL))
    return bounded


def _strength(observed: Observed, model: Model) -> Floats:
    """Spread of the answers along each axis."""
    spread: Floats = np.sqrt(observed.voters() @ model.directions**2)
    return spread
