"""How Polis cuts people into groups: a hundred base clusters, then two to five groups of these."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from partage.calc.arrival import ArrivalVotes
from partage.calc.groups import Clusters, Labels, silhouettes
from partage.calc.nearest_centres import point_tree

Floats = NDArray[np.float64]

PLACED_VOTES = 7  # votes a person needs to be in a group
MIN_PLACED = 15  # fewer, and those who voted most come in
BASE_CLUSTERS, BASE_PASSES = 100, 100
MIN_K, MAX_K, CLUSTERS_PER_K = 2, 5, 12
GROUP_PASSES = 20  # the engine means 100, but passes them under a name that is not read
STILL = 0.01  # centres that move less are settled
DIGITS = 9  # positions that differ by less differ by rounding errors only
FEW_POINTS = 2500  # so many are compared with all centres at once: boxes cost more than they spare


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
    points = np.round(points, DIGITS)
    split, start = _split(points, None), _first_distinct(points, BASE_CLUSTERS)
    del points  # of millions of people, they take as much room as all votes
    base = _k_means(split, start, BASE_PASSES)
    weights = np.bincount(base.labels).astype(np.float64)
    many_k = range(MIN_K, min(MAX_K, MIN_K + len(base.centres) // CLUSTERS_PER_K) + 1)
    weighed = _split(base.centres, weights)
    cuts = [_k_means(weighed, _first_distinct(base.centres, k), GROUP_PASSES) for k in many_k]
    scores = dict(zip(many_k, silhouettes(base.centres, cuts).tolist(), strict=True))
    best = max(many_k, key=lambda k: (scores[k], k))
    return PolisGroups(best, scores, cuts[best - MIN_K].labels[base.labels])


class _Split(NamedTuple):
    """Means of the points nearest to each centre, those without a point left out, and the labels."""

    centres: Floats
    labels: Callable[[], Labels]


def _k_means(split: Callable[[Floats], _Split], centres: Floats, passes: int) -> Clusters:
    """K-means from these centres; clusters left empty are dropped.

    After the first pass at most `passes` follow. The labels are those of the last pass, the centres
    the means that it gives.
    """
    moved = split(centres)
    for _ in range(passes):
        if _are_still(centres, moved.centres):
            break
        centres, moved = moved.centres, split(moved.centres)
    return Clusters(moved.centres, moved.labels())


def _first_distinct(points: Floats, k: int) -> Floats:
    """The first k distinct points, or all: seldom are many points read for them."""
    for room in (10 * k, len(points)):
        # As complex numbers, which are sorted faster than pairs.
        some = points[:room, 0] + 1j * points[:room, 1]
        first = np.unique(some, return_index=True)[1]
        if len(first) >= k:
            break
    return points[np.sort(first)[:k]]


def _split(points: Floats, weights: Floats | None) -> Callable[[Floats], _Split]:
    """What splits these points among centres; many points weigh one each."""
    return _split_few(points, weights) if len(points) <= FEW_POINTS else _split_many(points)


def _split_few(points: Floats, weights: Floats | None) -> Callable[[Floats], _Split]:
    def split(centres: Floats) -> _Split:
        squares = cdist(points, centres[::-1], "sqeuclidean")
        # The last one wins among equals.
        moved = _recentred(points, weights, len(centres) - 1 - squares.argmin(axis=1))
        return _Split(moved.centres, lambda: moved.labels)

    return split


def _split_many(points: Floats) -> Callable[[Floats], _Split]:
    tree = point_tree(points, DIGITS)

    def split(centres: Floats) -> _Split:
        runs = tree.nearest(centres)
        sizes, means = tree.totals(runs, len(centres))
        ranks = np.cumsum(sizes > 0) - 1
        kept = runs._replace(centres=ranks[runs.centres])
        return _Split(means[sizes > 0], lambda: tree.labels(kept))

    return split


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
    return bool((((first - second) ** 2).sum(axis=1) < STILL**2).all())
