"""Are there groups? Shuffled votes, one cloud and thinner votes say whether a cut is more than a cut."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from partage.calc.chance import one_cloud
from partage.calc.ppca import Floats, Model, Observed, fit, locate_people

Labels = NDArray[np.int64]

MANY_K = (2, 3, 4, 5)
STARTS, FIRST_PASSES = 60, 3
FOLLOWED, LLOYD_PASSES = 16, 100
NEAR_COST, SAME_COST = 1.01, 1e-9
SILHOUETTE_PEOPLE = 1000
MIN_DROPS, MAX_DROPS = 20, 60
CLOSE_CALL = 0.3  # share of draws on either side that calls for more draws
DROPPED = 0.2
MIN_STABILITY = 0.75
CLOUDS = 25
MIN_Z = 2.0
MIN_SPREAD = 1e-6
MIN_GROUP_PEOPLE = 10
MIN_GROUP_SHARE = 0.05
# From here on the verdict is "clear", below it is "weak".
CLEAR_STABILITY = 0.85
CLEAR_Z = 4.0
CLEAR_SWITCH = 0.1


class Clusters(NamedTuple):
    """A cut of the map: `centres` (k, 2) and the `labels` of the points (n,)."""

    centres: Floats
    labels: Labels


def k_means(points: Floats, k: int, rng: np.random.Generator) -> list[Clusters]:
    """Near-equal k-means cuts from k-means++ starts (Arthur & Vassilvitskii 2007), cheapest first.

    Many starts, and all cuts within one per cent of the cheapest: a cloud has many near-equal cuts,
    which luck must not choose among.
    """
    centres = _settled(points, _spread_starts(points, k, rng), FIRST_PASSES)
    promising = np.argsort(_costs(points, centres), kind="stable")[:FOLLOWED]
    centres = _settled(points, centres[promising], LLOYD_PASSES)
    costs = _costs(points, centres)
    order = np.argsort(costs, kind="stable")
    # The same cut found again costs the same to the last digits.
    is_new = np.diff(costs[order], prepend=-1.0) > SAME_COST * costs[order]
    chosen = order[is_new & (costs[order] <= NEAR_COST * costs.min())]
    return [Clusters(centres[place], nearest(points, centres[place])) for place in chosen]


def _spread_starts(points: Floats, k: int, rng: np.random.Generator) -> Floats:
    """`STARTS` sets of k points far from each other, shape (STARTS, k, 2)."""
    chosen = [points[rng.integers(len(points), size=STARTS)]]
    distances = np.full((STARTS, len(points)), np.inf)
    for _ in range(k - 1):
        steps = points[None] - chosen[-1][:, None]
        distances = np.minimum(distances, np.einsum("rna,rna->rn", steps, steps))
        cumulated = np.cumsum(distances, axis=1)
        draws = rng.random((STARTS, 1)) * cumulated[:, -1:]
        places = np.minimum((cumulated <= draws).sum(axis=1), len(points) - 1)
        chosen.append(points[places])
    return np.stack(chosen, axis=1)


def _settled(points: Floats, centres: Floats, passes: int) -> Floats:
    """Lloyd's passes on every set of centres, until none moves."""
    for _ in range(passes):
        moved = _recentred(points, _nearest(points, centres), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def _costs(points: Floats, centres: Floats) -> Floats:
    """Sum of squared distances to the nearest centre, one for each set of centres."""
    chosen = centres[np.arange(len(centres)), _nearest(points, centres)]
    costs: Floats = ((points[:, None, :] - chosen) ** 2).sum(axis=(0, 2))
    return costs


def nearest(points: Floats, centres: Floats) -> Labels:
    """Number of the nearest centre of each point; 0 for all if there is no centre."""
    return _nearest(points, centres[None])[:, 0] if len(centres) else np.zeros(len(points), int)


def _nearest(points: Floats, centres: Floats) -> Labels:
    """Nearest centre of each point, shape (n, restarts)."""
    restarts, k, _ = centres.shape
    half_squares = (centres**2).sum(axis=2) / 2
    closeness = points @ centres.reshape(-1, 2).T - half_squares.ravel()
    labels: Labels = closeness.reshape(len(points), restarts, k).argmax(axis=2)
    return labels


def _recentred(points: Floats, labels: Labels, centres: Floats) -> Floats:
    restarts, k, _ = centres.shape
    slots = (labels + k * np.arange(restarts)).ravel()
    sizes = np.bincount(slots, minlength=restarts * k)
    sums = [
        np.bincount(slots, np.repeat(points[:, axis], restarts), restarts * k) for axis in (0, 1)
    ]
    means = np.column_stack(sums) / np.maximum(sizes, 1)[:, None]
    # An empty cluster stays where it was.
    means = np.where(sizes[:, None] > 0, means, centres.reshape(-1, 2))
    return means.reshape(centres.shape)


def silhouettes(points: Floats, cuts: list[Clusters]) -> Floats:
    """Mean silhouette (Rousseeuw 1987) of each cut, on at most `SILHOUETTE_PEOPLE` people."""
    # People are in no telling order, so evenly spaced ones are a fair sample.
    chosen = np.linspace(0, len(points) - 1, min(len(points), SILHOUETTE_PEOPLE)).astype(int)
    norms = (points[chosen] ** 2).sum(axis=1)
    squares = norms[:, None] + norms - 2 * points[chosen] @ points[chosen].T
    distances = np.sqrt(np.maximum(squares, 0))
    return np.array([_silhouette(distances, cut.labels[chosen], len(cut.centres)) for cut in cuts])


def _silhouette(distances: Floats, labels: Labels, k: int) -> float:
    sizes = np.bincount(labels, minlength=k)
    totals = distances @ np.eye(k)[labels]
    rows = np.arange(len(labels))
    own = totals[rows, labels] / np.maximum(sizes[labels] - 1, 1)
    means = np.where(sizes > 0, totals / np.maximum(sizes, 1), np.inf)
    means[rows, labels] = np.inf
    other = means.min(axis=1)
    widest = np.maximum(own, other)
    counted = (widest > 0) & np.isfinite(other) & (sizes[labels] > 1)
    return float(np.where(counted, (other - own) / np.where(counted, widest, 1), 0).mean())


def rand_index(a: Labels, b: Labels) -> float:
    """Adjusted Rand index of two cuts (Hubert & Arabie 1985)."""
    table = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(table, (a, b), 1)
    pairs = (table * (table - 1)).sum() / 2
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    of_rows, of_columns = ((side * (side - 1)).sum() / 2 for side in (rows, columns))
    expected = of_rows * of_columns / (a.size * (a.size - 1) / 2)
    widest = (of_rows + of_columns) / 2
    return 1.0 if widest == expected else float((pairs - expected) / (widest - expected))


def switched(before: Labels, after: Labels, k: int) -> float:
    """Share of people in another group, once groups are matched as well as they can be."""
    table = np.zeros((k, k))
    np.add.at(table, (before, after), 1)
    rows, columns = linear_sum_assignment(-table)
    return float(1 - table[rows, columns].sum() / before.size)


@dataclass(frozen=True)
class Gate:
    """What the tests say of the best cut in 2 to 5.

    Attributes
    ----------
    verdict : "none", "weak" or "clear"
    reason : the first test that failed, "passed" if none did: "few_people", "small_group",
        "unstable", "one_cloud"
    centres : (k, 2), largest group first
    silhouette : of the cut, on at most `SILHOUETTE_PEOPLE` people
    stability : median adjusted Rand index after dropping votes
    switch_share : mean share of people in another group after dropping votes
    z : silhouette against one cloud, in standard deviations; None if an earlier test failed
    """

    verdict: str
    reason: str
    centres: Floats
    silhouette: float | None = None
    stability: float | None = None
    switch_share: float | None = None
    z: float | None = None


NO_CUT = np.zeros((0, 2))


def gate(observed: Observed, model: Model, placed: NDArray[np.bool_], seed: int) -> Gate:
    """Decide whether groups may be announced; the cheap tests come first.

    Parameters
    ----------
    observed : the votes
    model : the map fitted on them, at least one axis above chance
    placed : (n_people,), who voted enough to be placed in a group
    seed : of every draw made here
    """
    rng = np.random.default_rng(seed)
    points = locate_people(model, observed).points[placed]
    if len(points) < 2 * MIN_GROUP_PEOPLE:
        return Gate("none", "few_people", NO_CUT)
    score, cut = _best_cut(points, MANY_K, rng)
    stability, switch_share = _after_drops(observed, model, placed, cut, rng)
    found = Gate("none", "", cut.centres, score, stability, switch_share)
    if not _is_large_enough(cut):
        return replace(found, reason="small_group")
    if stability < MIN_STABILITY:
        return replace(found, reason="unstable")
    z = _above_one_cloud(observed, model, placed, found, rng)
    if z <= MIN_Z:
        return replace(found, reason="one_cloud", z=z)
    is_clear = stability >= CLEAR_STABILITY and z >= CLEAR_Z and switch_share <= CLEAR_SWITCH
    return replace(found, verdict="clear" if is_clear else "weak", reason="passed", z=z)


def _best_cut(
    points: Floats, many_k: Sequence[int], rng: np.random.Generator
) -> tuple[float, Clusters]:
    """The cut with the highest silhouette, its groups from the largest to the smallest.

    A cut with a group too small is taken only if all have one: a few stray people must not hide
    the groups of the others.
    """
    cuts = [cut for k in many_k for cut in k_means(points, k, rng)]
    cuts = [cut for cut in cuts if _is_large_enough(cut)] or cuts
    scores = silhouettes(points, cuts)
    best = int(np.argmax(scores))
    return float(scores[best]), _largest_first(cuts[best])


def _is_large_enough(cut: Clusters) -> bool:
    smallest = np.bincount(cut.labels, minlength=len(cut.centres)).min()
    return bool(smallest >= max(MIN_GROUP_PEOPLE, MIN_GROUP_SHARE * cut.labels.size))


def _largest_first(cut: Clusters) -> Clusters:
    sizes = np.bincount(cut.labels, minlength=len(cut.centres))
    order = np.lexsort((cut.centres[:, 1], cut.centres[:, 0], -sizes))
    return Clusters(cut.centres[order], np.argsort(order)[cut.labels])


def _after_drops(
    observed: Observed,
    model: Model,
    placed: NDArray[np.bool_],
    cut: Clusters,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Median Rand index and mean share of switchers when a fifth of the votes is dropped."""
    k = len(cut.centres)
    indices: list[float] = []
    shares: list[float] = []
    while len(indices) < MIN_DROPS or (len(indices) < MAX_DROPS and _is_close_call(indices)):
        thinner = observed.keep(rng.random(observed.answers.data.size) >= DROPPED)
        points = locate_people(fit(thinner, model), thinner).points[placed]
        labels = k_means(points, k, rng)[0].labels
        indices.append(rand_index(cut.labels, labels))
        shares.append(switched(cut.labels, labels, k))
    return float(np.median(indices)), float(np.mean(shares))


def _is_close_call(indices: list[float]) -> bool:
    """Whether the median is too near the threshold to stop here."""
    stable = float(np.mean(np.array(indices) >= MIN_STABILITY))
    return CLOSE_CALL <= stable <= 1 - CLOSE_CALL


def _above_one_cloud(
    observed: Observed,
    model: Model,
    placed: NDArray[np.bool_],
    found: Gate,
    rng: np.random.Generator,
) -> float:
    """How far the silhouette stands above those of one cloud cut in as many groups."""
    cloud = one_cloud(observed, model, rng)
    scores = []
    for _ in range(CLOUDS):
        drawn, its_model = cloud.draw(rng)
        points = locate_people(its_model, drawn).points[placed]
        scores.append(_best_cut(points, (len(found.centres),), rng)[0])
    spread = max(float(np.std(scores, ddof=1)), MIN_SPREAD)
    return ((found.silhouette or 0.0) - float(np.mean(scores))) / spread
