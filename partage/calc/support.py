"""What people think of each statement once the map is accounted for, and what follows from it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.ppca import Floats, Model, Observed, Sums, ridge

Z95 = 1.959964  # two-sided 95 % of a normal
SHRINK_VOTES = 10.0  # votes of an average statement lent to each one's dispersion
UNITING = 2 / 3
CONTRARY_VOTERS = 10
MIN_DISPERSION, MAX_DISPERSION = 0.1, 1.0


class Support(NamedTuple):
    """Support of each statement, in [0, 1], and its 95 % interval; arrays (n_statements,)."""

    value: Floats
    low: Floats
    high: Floats


class Tallies(NamedTuple):
    """Counts of answers; arrays whose last axis is the statement."""

    agrees: NDArray[np.int64]
    disagrees: NDArray[np.int64]
    passes: NDArray[np.int64]

    @property
    def seen(self) -> NDArray[np.int64]:
        return self.agrees + self.disagrees + self.passes


def tallies(observed: Observed, groups: NDArray[np.integer], n_groups: int) -> Tallies:
    """Counts per group and statement, each of shape (n_groups, n_statements)."""
    n_statements = observed.n_statements
    slots = groups[observed.person_of_vote()] * n_statements + observed.seen.indices
    answers = observed.answers.data
    counts = [
        np.bincount(slots[answers == answer], minlength=n_groups * n_statements)
        for answer in (1, -1, 0)
    ]
    return Tallies(*(count.reshape(n_groups, n_statements) for count in counts))


def support(model: Model, sums: Sums) -> Support:
    """Support at the centre of the map, with a Wilson interval on the effective votes.

    Parameters
    ----------
    model : the map
    sums : `statement_sums` at its positions

    Notes
    -----
    Effective votes of a statement = the information left on its mean once its direction is known,
    divided by the dispersion: the share of the binomial variance that the map leaves unexplained.
    """
    means = np.clip(model.means, -1, 1)
    more_normal, _ = ridge(0.0, sums.target.shape[1] - 1)
    information = 1 / np.linalg.inv(sums.normal + more_normal)[:, 0, 0]
    votes = information / _dispersion(model, sums, 1 - means**2)
    value = (1 + means) / 2
    return Support(value, *wilson(value, votes))


def wilson(share: Floats, votes: Floats) -> tuple[Floats, Floats]:
    """Low and high end of the 95 % interval of shares that rest on so many votes (Wilson 1927)."""
    middle = (share + Z95**2 / (2 * votes)) / (1 + Z95**2 / votes)
    half = Z95 * np.sqrt(share * (1 - share) / votes + Z95**2 / (4 * votes**2))
    half /= 1 + Z95**2 / votes
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def _dispersion(model: Model, sums: Sums, binomial: Floats) -> Floats:
    """Residual variance over binomial variance, each statement's pulled towards the average."""
    residual = residual_squares(model, sums)
    votes = sums.voters
    expected = binomial * votes
    total = float(expected.sum())
    average = float(residual.sum()) / total if total > 0 else 1.0
    lent = SHRINK_VOTES * binomial
    ratio = np.divide(
        residual + lent * average,
        expected + lent,
        out=np.full_like(expected, MAX_DISPERSION),
        where=binomial > 0,
    )
    dispersion: Floats = np.clip(ratio, MIN_DISPERSION, MAX_DISPERSION)
    return dispersion


def residual_squares(model: Model, sums: Sums) -> Floats:
    """Sum of squared residuals of each statement, uncertainty of positions included."""
    line = np.column_stack((model.means, model.directions))
    fitted = np.einsum("ja,jab,jb->j", line, sums.normal, line)
    residual: Floats = np.maximum(sums.squares - 2 * (line * sums.target).sum(axis=1) + fitted, 0)
    return residual


def common_ground(found: Support, seen: NDArray[np.int64], min_voters: int) -> list[int]:
    """Statements that unite, best first: agreed with, or disagreed with, across the map.

    A statement counts if at least `min_voters` answered it and its whole interval lies above two
    thirds, for or against. It is ranked by the bound of its interval nearest to one half, as if ten
    more people had answered the other way, so that a handful of accounts cannot reorder the list.
    """
    bound = np.maximum(found.low, 1 - found.high)
    ranking = bound * seen / (seen + CONTRARY_VOTERS)
    order = np.argsort(-ranking, kind="stable")
    return [int(j) for j in order if seen[j] >= min_voters and bound[j] > UNITING]


def dividing_lines(model: Model, sums: Sums, axes: int, min_voters: int) -> list[int]:
    """Statements that separate, best first: answers change most along the map, for sure.

    Ranked by the length of the direction less 1.96 standard errors, if above zero.
    """
    used = np.arange(model.directions.shape[1]) < axes
    directions = model.directions * used
    lengths = np.linalg.norm(directions, axis=1)
    units = np.divide(directions, lengths[:, None], where=lengths[:, None] > 0, out=directions * 0)
    covariance = np.linalg.inv(sums.normal + ridge(0.0)[0])[:, 1:, 1:]
    votes = sums.voters
    noise = residual_squares(model, sums) + SHRINK_VOTES * model.variance
    variance = noise / (votes + SHRINK_VOTES)
    error = np.sqrt(np.einsum("ja,jab,jb->j", units, covariance, units) * variance)
    bound = lengths - Z95 * error
    order = np.argsort(-bound, kind="stable")
    return [int(j) for j in order if votes[j] >= min_voters and bound[j] > 0]


class Contrast(NamedTuple):
    """A statement that sets a group apart; shares who agree, in [0, 1]."""

    statement: int
    share_in: float
    share_elsewhere: float


def contrasts(counts: Tallies, group: int, min_voters: int, limit: int) -> list[Contrast]:
    """Statements on which a group differs most from everyone else, for sure.

    Ranked by the difference of the shares who agree less 1.96 standard errors, if above zero; at
    least `min_voters` on both sides.
    """
    agrees, seen = counts.agrees, counts.seen
    n_in, n_out = seen[group], seen.sum(axis=0) - seen[group]
    share_in = agrees[group] / np.maximum(n_in, 1)
    share_out = (agrees.sum(axis=0) - agrees[group]) / np.maximum(n_out, 1)
    bound = np.abs(share_in - share_out) - Z95 * np.hypot(
        _error_of_share(agrees[group], n_in),
        _error_of_share(agrees.sum(axis=0) - agrees[group], n_out),
    )
    order = np.argsort(-bound, kind="stable")
    enough = (n_in >= min_voters) & (n_out >= min_voters) & (bound > 0)
    best = [int(j) for j in order if enough[j]][:limit]
    return [Contrast(j, float(share_in[j]), float(share_out[j])) for j in best]


def _error_of_share(successes: NDArray[np.int64], trials: NDArray[np.int64]) -> Floats:
    # One success and one failure are added, so that unanimity is not certainty.
    share = (successes + 1) / (trials + 2)
    error: Floats = np.sqrt(share * (1 - share) / (trials + 2))
    return error
