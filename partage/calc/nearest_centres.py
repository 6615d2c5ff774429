"""Which centre is nearest to each of many points of a plane: whole clumps of points are told at once.

The filtering algorithm (Kanungo et al., IEEE PAMI 24(7), 2002) on boxes of points that follow each
other along a Z-order curve: a box all of whose places are nearer to one centre than to any other is
told without a look at its points.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partage.calc.accelerated import is_used, loops

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BITS = 16  # of each coordinate along the curve
SPREADS = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))
BRANCHES = 16  # points in a smallest box, boxes in a larger one
TOP = 64  # so few boxes are compared with all centres
WORTH = 30  # votes a point is worth: it is looked at again and again
MARGIN = 1e-12  # differences of squares under this share are left to the points themselves


class Boxes(NamedTuple):
    """Boxes around runs of `size` points: corners, each (n_boxes, 2)."""

    low: Floats
    high: Floats
    size: int


class Runs(NamedTuple):
    """Points that follow each other and have one nearest centre, each array (n_runs,), in any order."""

    starts: Ints
    sizes: Ints
    centres: Ints


@dataclass(frozen=True)
class PointTree:
    """Points in an order where near ones follow each other, in boxes.

    Build it with `point_tree`.

    Attributes
    ----------
    order : (n,), number of each point in the order given
    points : (n, 2), in the order of the curve
    sums : (2, n + 1), of each coordinate of the points before, in whole units
    levels : boxes from the largest to the smallest
    scale : units in one
    """

    order: Ints
    points: Floats
    sums: Ints
    levels: tuple[Boxes, ...]
    scale: int

    def nearest(self, centres: Floats) -> Runs:
        """The nearest centre of each point; the last one among equals."""
        if is_used(WORTH * len(self.points)):
            return self._compiled(centres)
        return self._plain(centres)

    def _compiled(self, centres: Floats) -> Runs:
        boxes = np.concatenate([np.hstack([level.low, level.high]) for level in self.levels])
        edges = np.cumsum([0, *(len(level.low) for level in self.levels)])
        found = np.empty((len(self.points), len(Runs._fields)), np.int64)
        shape = edges, BRANCHES, MARGIN
        n_runs = loops().nearest(boxes, shape, self.points, centres, found)
        return Runs(*found[:n_runs].T)

    def _plain(self, centres: Floats) -> Runs:
        n_points, n_boxes = len(self.points), len(self.levels[0].low)
        open_boxes = _Open(
            np.arange(n_boxes),
            np.full(n_boxes, len(centres)),
            np.tile(np.arange(len(centres)), n_boxes),
        )
        told = []
        for level in self.levels:
            found = _filtered(level, open_boxes, centres)
            alone = found.sizes == 1
            starts = found.boxes[alone] * level.size
            nearest = found.left[alone.repeat(found.sizes)]
            told.append(Runs(starts, np.minimum(n_points - starts, level.size), nearest))
            end = -(-n_points * BRANCHES // level.size)
            open_boxes = _parts(found, ~alone, end)
        points, nearest = _compared(self.points, open_boxes, centres)
        told.append(Runs(points, np.ones_like(points), nearest))
        return Runs(*map(np.concatenate, zip(*told, strict=True)))

    def labels(self, runs: Runs) -> Ints:
        """The centre of each point, (n,), in the order given."""
        along = np.argsort(runs.starts)
        labels = np.empty(len(self.points), np.int64)
        centres = runs.centres[along].astype(np.min_scalar_type(runs.centres.max()))
        labels[self.order] = centres.repeat(runs.sizes[along])
        return labels

    def totals(self, runs: Runs, n_centres: int) -> tuple[Ints, Floats]:
        """How many points each centre has, (n_centres,), and their mean, (n_centres, 2)."""
        stops = runs.starts + runs.sizes
        totals = np.zeros((3, n_centres), np.int64)
        each = runs.sizes, *(along[stops] - along[runs.starts] for along in self.sums)
        for total, terms in zip(totals, each, strict=True):
            np.add.at(total, runs.centres, terms)
        sizes, *sums = totals
        means = np.column_stack([total / np.maximum(sizes, 1) / self.scale for total in sums])
        return sizes, means


def point_tree(points: Floats, digits: int) -> PointTree:
    """Points put in boxes.

    Parameters
    ----------
    points : (n, 2), n > 0, rounded to so many `digits` after the point: sums are whole numbers, the
        same in any order

    Raises
    ------
    ValueError
        If the sum of the points may not fit in 63 bits.
    """
    scale = 10**digits
    if float(np.abs(points).max()) * scale * len(points) >= np.iinfo(np.int64).max:
        raise ValueError(
            f"{len(points)} points are too many to add up to {digits} digits: give fewer digits"
        )
    order = _along_the_curve(points)
    placed = points.take(order, axis=0)
    sums = np.zeros((2, len(points) + 1), np.int64)
    for along, total in zip(placed.T, sums[:, 1:], strict=True):
        np.cumsum(np.rint(along * scale).astype(np.int64), out=total)
    return PointTree(order, placed, sums, _levels(placed), scale)


def _along_the_curve(points: Floats) -> Ints:
    """What sorts the points along a Z-order curve (Morton 1966)."""
    keys = np.zeros(len(points), np.uint64)
    for axis in (0, 1):
        along = points[:, axis]
        lowest, width = float(along.min()), float(np.ptp(along)) or 1.0
        places = ((along - lowest) * ((1 << BITS) - 1) / width).astype(np.uint32)
        for shift, mask in SPREADS:
            places = (places | (places << np.uint32(shift))) & np.uint32(mask)
        keys |= places.astype(np.uint64) << np.uint64(2 * BITS + axis)
    # Numbers are sorted several times faster than the order that sorts them is found.
    keys |= np.arange(len(points), dtype=np.uint64)
    keys.sort()
    keys &= np.uint64((1 << 2 * BITS) - 1)
    return keys.view(np.int64)


def _levels(points: Floats) -> tuple[Boxes, ...]:
    low, high, size = points, points, 1
    levels: list[Boxes] = []
    while not levels or len(low) > TOP:
        edges = np.arange(0, len(low), BRANCHES)
        low = np.minimum.reduceat(low, edges, axis=0)
        high = np.maximum.reduceat(high, edges, axis=0)
        size *= BRANCHES
        levels.insert(0, Boxes(low, high, size))
    return tuple(levels)


class _Open(NamedTuple):
    """Boxes, how many centres each has left, (n_boxes,), and these one after the other."""

    boxes: Ints
    sizes: Ints
    left: Ints

    @property
    def firsts(self) -> Ints:
        """Where the centres of each box begin."""
        return np.cumsum(self.sizes) - self.sizes


def _filtered(level: Boxes, found: _Open, centres: Floats) -> _Open:
    """Of each box, the centres that are nearest to some place of it.

    A centre is out if the corner of the box that suits it most, against the centre nearest to the
    middle, is nearer to that one.
    """
    low, high = (side.take(found.boxes, axis=0) for side in level[:2])
    place = centres.take(found.left, axis=0)
    nearest = _least(_squares(((low + high) / 2).repeat(found.sizes, axis=0), place), found)
    low, high, rival = (
        each.repeat(found.sizes, axis=0) for each in (low, high, centres.take(nearest, axis=0))
    )
    corner = np.where(place > rival, high, low)
    to_place, to_rival = _squares(corner, place), _squares(corner, rival)
    stays = to_place - to_rival <= MARGIN * (to_place + to_rival)
    return _Open(
        found.boxes, np.add.reduceat(stays, found.firsts, dtype=np.int64), found.left[stays]
    )


def _parts(found: _Open, chosen: NDArray[np.bool_], end: int) -> _Open:
    """What the chosen boxes are made of, numbered under `end`, each with all their centres."""
    boxes = (found.boxes[chosen][:, None] * BRANCHES + np.arange(BRANCHES)).ravel()
    boxes = boxes[: np.searchsorted(boxes, end)]
    sizes, firsts = (
        each[chosen].repeat(BRANCHES)[: len(boxes)] for each in (found.sizes, found.firsts)
    )
    back = (firsts - (np.cumsum(sizes) - sizes)).repeat(sizes)
    return _Open(boxes, sizes, found.left[np.arange(len(back)) + back])


def _compared(points: Floats, found: _Open, centres: Floats) -> tuple[Ints, Ints]:
    """Points one by one against the centres left."""
    place = points.take(found.boxes, axis=0).repeat(found.sizes, axis=0)
    return found.boxes, _least(_squares(place, centres.take(found.left, axis=0)), found)


def _least(squares: Floats, found: _Open) -> Ints:
    """For each box the centre with the least square, the last one among equals."""
    least = np.minimum.reduceat(squares, found.firsts).repeat(found.sizes)
    nearest: Ints = np.maximum.reduceat(np.where(squares == least, found.left, -1), found.firsts)
    return nearest


def _squares(points: Floats, centres: Floats) -> Floats:
    """From each point to the centre of the same row, squared."""
    steps = points - centres
    squares: Floats = steps[:, 0] ** 2 + steps[:, 1] ** 2
    return squares
