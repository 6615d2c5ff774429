"""What a landscape asks of everybody, in two walks: one to complete the map, one to read it.

Each reading takes some of the people and gives sums, so that those of all follow from any parts.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from partage.calc.adding import Adding
from partage.calc.groups import Labels, nearest
from partage.calc.ppca import (
    Floats,
    Model,
    Observed,
    Positions,
    Sums,
    locate_people,
    statement_sums,
)
from partage.calc.support import Tallies, tallies
from partage.calc.votes import distinct

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Counted(Adding):
    """First walk: `sums` for the map, and how many people cast 0, 1, 2… votes (n_statements + 1,)."""

    sums: Sums
    people_by_votes: Ints

    @property
    def n_votes(self) -> int:
        return int(self.people_by_votes @ np.arange(self.people_by_votes.size))

    def people_with(self, votes: int) -> int:
        """How many people cast so many votes or more."""
        return int(self.people_by_votes[votes:].sum())

    def median_votes(self) -> float:
        """Of the votes per person."""
        below = np.cumsum(self.people_by_votes)
        middle = [(below[-1] - 1) // 2, below[-1] // 2]
        return float(np.searchsorted(below, middle, side="right").mean())


def count(model: Model, observed: Observed) -> Counted:
    """The first reading of some people, at their positions on a map."""
    sums = statement_sums(observed, locate_people(model, observed))
    votes = observed.votes_per_person()
    return Counted(sums, np.bincount(votes, minlength=observed.n_statements + 1))


@dataclass(frozen=True)
class Read(Adding):
    """Second walk, on the final map. Only people placed count in what follows `passes`.

    Attributes
    ----------
    sums : at the final positions
    agrees, disagrees, passes : by group (one if none is announced) and statement
    sizes : people of each group
    points, squared_points : sums over people, shape (2,)
    squared_errors : of positions, summed over people and over the axes in use
    squares : people by column, row and group; empty without a picture
    """

    sums: Sums
    agrees: Ints
    disagrees: Ints
    passes: Ints
    sizes: Ints
    points: Floats
    squared_points: Floats
    squared_errors: float
    squares: Counter[tuple[int, int, int]]

    @property
    def tallies(self) -> Tallies:
        return Tallies(self.agrees, self.disagrees, self.passes)


@dataclass(frozen=True)
class Reading:
    """How to read people: on which map, cut where, in squares of which side (0 for no picture).

    `enough` votes place a person.
    """

    model: Model
    centres: Floats
    enough: int
    side: float

    def __call__(self, observed: Observed) -> Read:
        positions = locate_people(self.model, observed)
        labels = nearest(positions.points, self.centres)
        placed = observed.votes_per_person() >= self.enough
        points, n_groups = positions.points[placed], max(len(self.centres), 1)
        return Read(
            statement_sums(observed, positions),
            *tallies(observed, labels, n_groups),
            np.bincount(labels[placed], minlength=n_groups),
            points.sum(axis=0),
            (points**2).sum(axis=0),
            float(_squared_errors(self.model, positions)[placed].sum()),
            _squares(points, labels[placed], self.side),
        )


def _squared_errors(model: Model, positions: Positions) -> Floats:
    """Squared error of each position, summed over the axes in use (over one if there is none)."""
    axes_in_use = [0, 2][: max(model.n_axes, 1)]
    squared: Floats = positions.errors[:, axes_in_use].sum(axis=1)
    return squared


def _squares(points: Floats, labels: Labels, side: float) -> Counter[tuple[int, int, int]]:
    """How many people of each group stand in each square that somebody stands in."""
    if side == 0 or len(points) == 0:
        return Counter()
    places = np.column_stack((np.floor(points / side).astype(np.int64), labels))
    corner = places.min(axis=0)
    # One number for each: rows are sorted twenty times slower.
    shape = tuple((places.max(axis=0) - corner + 1).tolist())
    numbers, of_people = distinct(np.ravel_multi_index(tuple((places - corner).T), shape))
    found = np.column_stack(np.unravel_index(numbers.astype(np.int64), shape)) + corner
    counts = np.bincount(of_people).tolist()
    return Counter(
        {(x, y, group): n for (x, y, group), n in zip(found.tolist(), counts, strict=True)}
    )
