"""What chance alone would show: shuffled votes, and one cloud of people without groups."""

from dataclasses import dataclass

import numpy as np

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
MAX_GAIN = 3.0
MIN_NOISE = 0.05  # nobody in a cloud answers like a machine


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

    Cutting a leaning into agree, pass and disagree hides part of it, so the directions are
    lengthened by `gain` until maps fitted on drawn votes are as strong as the real one.
    """

    observed: Observed
    model: Model
    gain: Floats

    def draw(self, rng: np.random.Generator) -> tuple[Observed, Model]:
        """Votes of one such cloud, and the map fitted on them."""
        statements = self.observed.seen.indices
        people = self.observed.person_of_vote()
        points = rng.standard_normal((self.observed.n_people, 2))
        leanings = ((self.model.directions * self.gain)[statements] * points[people]).sum(axis=1)
        leanings += np.sqrt(max(self.model.variance, MIN_NOISE)) * rng.standard_normal(statements.size)
        answers = np.empty(statements.size)
        # The strongest leanings take the agreements, so each statement keeps its tallies.
        in_order = np.lexsort((self.observed.answers.data, statements))
        answers[np.lexsort((leanings, statements))] = self.observed.answers.data[in_order]
        drawn = self.observed.with_answers(answers)
        its_model = fit(drawn, self.model, passes=CLOUD_PASSES)
        return drawn, turned(its_model, self.observed.voters())


def one_cloud(observed: Observed, model: Model, rng: np.random.Generator) -> Cloud:
    """The cloud that fits a map, its strength adjusted in a few rounds."""
    wanted = _strength(observed, model)
    gain = np.ones(2)
    for _ in range(GAIN_ROUNDS):
        found = _strength(observed, Cloud(observed, model, gain).draw(rng)[1])
        ratio = np.divide(wanted, found, out=np.ones(2), where=found > 0)
        gain = np.clip(gain * ratio, 1 / MAX_GAIN, MAX_GAIN)
    return Cloud(observed, model, gain)


def _strength(observed: Observed, model: Model) -> Floats:
    """Spread of the answers along each axis."""
    spread: Floats = np.sqrt(observed.voters() @ model.directions**2)
    return spread
