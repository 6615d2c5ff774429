"""How Polis cuts people into groups: a hundred base clusters, then two to five groups of these."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from partage.calc.arrival import ArrivalVotes
from partage.calc.groups import Clusters, Labels, silhouettes

Floats = NDArray[np.float64]

PLACED_VOTES = 7  # votes a person needs to be in a group
MIN_PLACED = 15  # fewer, and those who voted most come in
BASE_CLUSTERS, BASE_PASSES = 100, 100
MIN_K, MAX_K, CLUSTERS_PER_K = 2, 5, 12
GROUP_PASSES = 20  # the engine means 100, but passes them under a name that is not read
STILL = 0.01  # centres that move less are settled
DIGITS = 9  # positions that differ by less differ by rounding errors only
BLOCK = 2048  # people compared with all centres at a time
FEW_POINTS = 500  # so many are compared again at once, which costs less than sparing some
MARGIN = 1e-9


class PolisGroups(NamedTuple):
    """The cut: `k` asked for, `silhouettes` of each k tried, `labels` (n,) numbered from 0.

    There are fewer groups than k if people stand in fewer places.
    """

    k: int
    silhouettes: dict[int, float]
    labels: Labels


def clusterable(votes: ArrivalVotes) -> NDArray[np.bool_]:
    """Who gets a group, (n_people,): those with seven votes, or all statements if there are fewer.

    If they are fewer than fifteen, those who voted most join them. Among people with as many votes
    the first come joins; the engine follows the order of a hash table.
    """
    counts = votes.votes_per_person()
    placed: NDArray[np.bool_] = counts >= min(PLACED_VOTES, len(votes.statement_ids))
    missing = max(MIN_PLACED - int(placed.sum()), 0)
    others = np.flatnonzero(~placed)
    placed[others[np.argsort(-counts[others], kind="stable")][:missing]] = True
    return placed


def polis_groups(points: Floats) -> PolisGroups:
    """The groups of some people, from where they stand.

    Parameters
    ----------
    points : (n, 2), in order of arrival: the first people there are the first centres

    Returns
    -------
    PolisGroups
        Of the k in 2 to 5 whose silhouette over the base clusters is highest, the largest k among
        equals. Nobody gives k = 0.
    """
    if len(points) == 0:
        return PolisGroups(0, {}, np.zeros(0, np.int64))
    base = _k_means(np.round(points, DIGITS), None, BASE_CLUSTERS, BASE_PASSES)
    weights = np.bincount(base.labels).astype(np.float64)
    many_k = range(MIN_K, min(MAX_K, MIN_K + len(base.centres) // CLUSTERS_PER_K) + 1)
    cuts = [_k_means(base.centres, weights, k, GROUP_PASSES) for k in many_k]
    scores = dict(zip(many_k, silhouettes(base.centres, cuts).tolist(), strict=True))
    best = max(many_k, key=lambda k: (scores[k], k))
    return PolisGroups(best, scores, cuts[best - MIN_K].labels[base.labels])


def _k_means(points: Floats, weights: Floats | None, k: int, passes: int) -> Clusters:
    """Weighted k-means from the first k distinct points; empty clusters are dropped.

    After the first pass at most `passes` follow. The labels are those of the last pass, the centres
    the means that it gives.
    """
    centres = _first_distinct(points, k)
    found = _compared(points, centres)
    moved = _recentred(points, weights, found.labels)
    for _ in range(passes):
        if _are_still(centres, moved.centres):
            break
        found = _followed(points, found, centres, moved)
        centres, moved = moved.centres, _recentred(points, weights, found.labels)
    return moved


def _first_distinct(points: Floats, k: int) -> Floats:
    # As complex numbers, which are sorted faster than pairs.
    first = np.unique(points[:, 0] + 1j * points[:, 1], return_index=True)[1]
    return points[np.sort(first)[:k]]


@dataclass(frozen=True)
class _Nearest:
    """For each point, the nearest centre and a distance under which no other one is."""

    labels: Labels
    others: Floats


def _compared(points: Floats, centres: Floats) -> _Nearest:
    """Each point compared with all centres; the last one wins among equals."""
    labels = np.empty(len(points), np.int64)
    others = np.empty(len(points))
    for start in range(0, len(points), BLOCK):
        block = slice(start, start + BLOCK)
        squares = cdist(points[block], centres[::-1], "sqeuclidean")
        places = squares.argmin(axis=1)
        labels[block] = len(centres) - 1 - places
        squares[np.arange(len(places)), places] = np.inf
        others[block] = np.sqrt(squares.min(axis=1))
    return _Nearest(labels, others)


def _squares(points: Floats, centres: Floats) -> Floats:
    """From each point to the centre of the same row, squared."""
    steps = points - centres
    squares: Floats = steps[:, 0] ** 2 + steps[:, 1] ** 2
    return squares


def _followed(points: Floats, before: _Nearest, centres: Floats, moved: Clusters) -> _Nearest:
    """The nearest centres once they moved; most points need not be compared again (Hamerly 2010).

    A point stays if it is nearer to its own centre than any other can have come, or than half the
    way to the centre nearest to it. Only centres within twice the radius of its cluster count: from
    any point of the cluster, all others are farther than its own.
    """
    if len(points) <= FEW_POINTS or len(moved.centres) < len(centres):
        return _compared(points, moved.centres)
    labels = before.labels.copy()
    # `take` gathers rows ten times faster than an index.
    own = np.sqrt(_squares(points, moved.centres.take(labels, axis=0)))
    radius = np.zeros(len(centres))
    np.maximum.at(radius, labels, own)
    apart = cdist(moved.centres, moved.centres)
    np.fill_diagonal(apart, np.inf)
    steps = np.sqrt(_squares(centres, moved.centres))
    approach = np.where(apart < 2 * radius[:, None], steps, 0).max(axis=1)
    others = np.minimum(before.others - approach[labels], 2 * radius[labels] - own)
    unsure = own + MARGIN >= np.maximum(others, apart.min(axis=1)[labels] / 2)
    again = np.flatnonzero(unsure)
    found = _compared(points.take(again, axis=0), moved.centres)
    labels[again], others[again] = found.labels, found.others
    return _Nearest(labels, others)


def _recentred(points: Floats, weights: Floats | None, labels: Labels) -> Clusters:
    """Means of the clusters; those without a point are dropped and the others renumbered."""
    sizes = np.bincount(labels)
    masses = sizes if weights is None else np.bincount(labels, weights)
    masses = masses[sizes > 0]
    sums = [
        np.bincount(labels, along if weights is None else along * weights)[sizes > 0]
        for along in points.T
    ]
    ranks = np.cumsum(sizes > 0) - 1
    return Clusters(np.column_stack(sums) / masses[:, None], ranks[labels])


def _are_still(before: Floats, after: Floats) -> bool:
    """Whether each centre moved little; the engine pairs them in lexical order, as many as match."""
    pairs = min(len(before), len(after))
    first, second = (side[np.lexsort((side[:, 1], side[:, 0]))][:pairs] for side in (before, after))
    return bool((_squares(first, second) < STILL**2).all())
