"""Positions from votes: probabilistic PCA on the votes observed, none imputed.

    answer = m + w . z + noise,   z ~ N(0, I),   noise ~ N(0, variance)

Each statement has a mean answer m and a direction w, each person a position z with an error.
Fitted by expectation-maximisation: see docs/method/landscape.md. A map has two dimensions; more serve to
predict votes (`partage.calc.heldout`). Symmetric matrices are kept as their upper triangle, row by row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

from partage.calc.adding import Adding
from partage.calc.votes import Votes

Floats = NDArray[np.float64]

AXES = 2
RIDGE_MEAN = 1.0  # votes at the overall mean added to each statement
RIDGE_DIRECTION = 2.0  # pulls weak directions to zero
MIN_VARIANCE = 0.01  # of one answer; nearer to zero the fit would crawl
MAX_PASSES = 300
TOLERANCE = 1e-4
SEED_AXES = 20161205
SMALL_SIDE = 40  # below, a full decomposition costs nothing
AXES_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Observed:
    """The votes as two sparse matrices of shape (n_people, n_statements).

    Attributes
    ----------
    answers : the votes, -1, 0 or 1; a 0 is stored, an absence is not
    seen : 1 where there is a vote
    """

    answers: csr_array
    seen: csr_array

    @property
    def n_people(self) -> int:
        return int(self.seen.shape[0])

    @property
    def n_statements(self) -> int:
        return int(self.seen.shape[1])

    def votes_per_person(self) -> NDArray[np.int64]:
        return np.diff(self.seen.indptr).astype(np.int64)

    def voters(self) -> Floats:
        """How many people voted on each statement."""
        return np.bincount(self.seen.indices, minlength=self.n_statements).astype(np.float64)

    @cached_property
    def squares(self) -> Floats:
        """Sum of the squared answers to each statement."""
        sides = self.answers.data**2
        sums = np.bincount(self.seen.indices, sides, minlength=self.n_statements)
        return sums.astype(np.float64)

    def person_of_vote(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(self.n_people), self.votes_per_person())

    def with_answers(self, answers: Floats) -> "Observed":
        """The same people and statements with other answers, in the same order."""
        shape = self.seen.shape
        return Observed(csr_array((answers, self.seen.indices, self.seen.indptr), shape), self.seen)

    def keep(self, votes: NDArray[np.bool_]) -> "Observed":
        """Only these votes; every person and statement keeps its place."""
        return _observed(
            self.person_of_vote()[votes],
            self.seen.indices[votes],
            self.answers.data[votes],
            (self.n_people, self.n_statements),
        )

    def keep_people(self, people: NDArray[np.int64]) -> "Observed":
        return Observed(self.answers[people], self.seen[people])


def observe(votes: Votes) -> Observed:
    """The matrices of some votes."""
    shape = (len(votes.people_ids), len(votes.statement_ids))
    return observed_rows(votes.people, votes.statements, votes.answers, shape)


def observed_rows(
    people: NDArray[np.integer],
    statements: NDArray[np.integer],
    answers: NDArray[np.int8],
    shape: tuple[int, int],
) -> Observed:
    """The matrices of some rows sorted by person; `shape` is (n_people, n_statements)."""
    return _observed(people, statements, answers.astype(np.float64), shape)


def observe_one(answers: Mapping[int, int], n_statements: int) -> Observed:
    """One person's answers, statement number to 1, -1 or 0."""
    statements = np.fromiter(answers.keys(), np.int64, len(answers))
    values = np.fromiter(answers.values(), np.float64, len(answers))
    return _observed(statements * 0, statements, values, (1, n_statements))


def _observed(
    people: NDArray[np.integer],
    statements: NDArray[np.integer],
    answers: Floats,
    shape: tuple[int, int],
) -> Observed:
    starts = np.zeros(shape[0] + 1, np.int32)
    np.cumsum(np.bincount(people, minlength=shape[0]), out=starts[1:])
    columns = statements.astype(np.int32)
    return Observed(
        csr_array((answers, columns, starts), shape),
        csr_array((np.ones(answers.size), columns, starts), shape),
    )


@dataclass(frozen=True)
class Model:
    """A fitted map.

    Attributes
    ----------
    means : array of shape (n_statements,), mean answer at the centre of the map
    directions : array of shape (n_statements, 2) or more, change of answer per unit of position
    variance : noise of one answer
    """

    means: Floats
    directions: Floats
    variance: float

    @property
    def n_axes(self) -> int:
        """Axes in use: 0, 1, 2 or more; the columns of the others are zero and stay so in a fit."""
        return int(self.directions.any(axis=0).sum())


class Positions(NamedTuple):
    """Where people stand: `points` (n, 2), and `errors` (n, 3): variance x, covariance, y.

    In r dimensions, (n, r) and the triangles of the covariances, (n, r (r + 1) / 2).
    """

    points: Floats
    errors: Floats


@dataclass(frozen=True)
class Sums(Adding):
    """What some people say about each statement.

    Attributes
    ----------
    normal : array of shape (n_statements, 3, 3): voters, their positions and squared positions
    target : array of shape (n_statements, 3): answers, and answers times positions; r + 1 instead
        of 3 in r dimensions
    squares : array of shape (n_statements,): squared answers
    """

    normal: Floats
    target: Floats
    squares: Floats

    @property
    def voters(self) -> Floats:
        return self.normal[:, 0, 0]

    @property
    def mean_answer(self) -> float:
        """Of all the votes on all the statements."""
        return float(self.target[:, 0].sum() / self.voters.sum())


def locate_people(model: Model, observed: Observed) -> Positions:
    """Each person's position and its error, given the map (closed form, r x r per person)."""
    rows, columns = np.triu_indices(model.directions.shape[1])
    squares = model.directions[:, rows] * model.directions[:, columns]
    pulls = model.directions * model.means[:, None]
    totals = observed.seen @ np.column_stack((squares, pulls))
    pull = observed.answers @ model.directions - totals[:, rows.size :]
    precision = totals[:, : rows.size] + model.variance * (rows == columns)
    invert = _in_two if model.directions.shape[1] == AXES else _in_many
    points, inverse = invert(precision, pull)
    return Positions(points, model.variance * inverse)


def _in_two(precision: Floats, pull: Floats) -> tuple[Floats, Floats]:
    """Positions and inverses, by hand: much faster than in any number of dimensions."""
    xx, xy, yy = precision.T
    determinant = xx * yy - xy * xy
    inverse = np.column_stack((yy, -xy, xx)) / determinant[:, None]
    points = np.column_stack(
        (
            inverse[:, 0] * pull[:, 0] + inverse[:, 1] * pull[:, 1],
            inverse[:, 1] * pull[:, 0] + inverse[:, 2] * pull[:, 1],
        )
    )
    return points, inverse


def _in_many(precision: Floats, pull: Floats) -> tuple[Floats, Floats]:
    axes = pull.shape[1]
    inverse = np.linalg.inv(_whole(precision, axes)).astype(np.float64)
    points: Floats = (inverse * pull[:, None, :]).sum(axis=2)
    return points, inverse[:, *np.triu_indices(axes)]


def _whole(triangles: Floats, side: int) -> Floats:
    """Symmetric matrices, (n, side, side), from their upper triangles row by row."""
    rows, columns = np.triu_indices(side)
    places = np.zeros((side, side), int)
    places[rows, columns] = places[columns, rows] = np.arange(rows.size)
    return triangles[:, places.ravel()].reshape(-1, side, side)


def statement_sums(observed: Observed, positions: Positions) -> Sums:
    """Sums over the voters of each statement that its mean and direction follow from."""
    points = positions.points
    rows, columns = np.triu_indices(points.shape[1])
    line = np.column_stack((np.ones(len(points)), points))
    # Expected squares, not squares of what is expected.
    squares = positions.errors + points[:, rows] * points[:, columns]
    moments = observed.seen.T @ np.column_stack((line, squares))
    normal = _whole(moments, line.shape[1])
    return Sums(normal, observed.answers.T @ line, observed.squares)


def ridge(overall_mean: float, axes: int = AXES) -> tuple[Floats, Floats]:
    """What is added to `normal` and `target` of every statement."""
    return (
        np.diag([RIDGE_MEAN] + [RIDGE_DIRECTION] * axes),
        np.array([RIDGE_MEAN * overall_mean] + [0.0] * axes),
    )


def updated(sums: Sums) -> Model:
    """Means, directions and noise that fit the positions best."""
    more_normal, more_target = ridge(sums.mean_answer, sums.target.shape[1] - 1)
    solved = np.linalg.solve(sums.normal + more_normal, (sums.target + more_target)[:, :, None])
    line = solved[:, :, 0].astype(np.float64)
    residual = (
        float(sums.squares.sum())
        - 2 * float((line * sums.target).sum())
        + float(np.einsum("ja,jab,jb->", line, sums.normal, line))
    )
    return Model(line[:, 0], line[:, 1:], max(residual / float(sums.voters.sum()), MIN_VARIANCE))


def fit(observed: Observed, start: Model, *, passes: int = MAX_PASSES) -> Model:
    """Fit a map by expectation-maximisation.

    Parameters
    ----------
    observed : at least one vote
    start : where to begin, see `first_guess`
    passes : at most so many passes over the votes
    """
    model = start
    for _ in range(passes):
        better = updated(statement_sums(observed, locate_people(model, observed)))
        moved = float(np.abs(better.directions - model.directions).max(initial=0.0))
        model = better
        if moved < TOLERANCE:
            break
    return model


def first_guess(observed: Observed, n_axes: int) -> Model:
    """Where to begin: statement means, and the main axes of the centred votes."""
    centred = centred_answers(observed)
    voters = observed.voters()
    lengths, axes = leading_axes(centred, n_axes)
    directions = np.zeros((observed.n_statements, max(n_axes, AXES)))
    scale = np.sqrt(max(float(voters.mean()), 1.0))
    directions[:, : lengths.size] = axes.T * lengths / scale
    variance = max(float((centred.data**2).mean()), MIN_VARIANCE)
    return Model(statement_means(observed), directions, variance)


def statement_means(observed: Observed) -> Floats:
    """Mean answer of each statement, one vote at the overall mean added."""
    more = RIDGE_MEAN * observed.answers.data.mean()
    means: Floats = (observed.answers.sum(axis=0) + more) / (observed.voters() + RIDGE_MEAN)
    return means


def centred_answers(observed: Observed) -> csr_array:
    """Votes less the plain mean of their statement."""
    means = observed.answers.sum(axis=0) / np.maximum(observed.voters(), 1)
    return observed.with_answers(observed.answers.data - means[observed.seen.indices]).answers


def leading_axes(matrix: csr_array, count: int) -> tuple[Floats, Floats]:
    """The largest singular values, largest first, and their right vectors as rows."""
    if min(matrix.shape) <= SMALL_SIDE or not matrix.data.any():
        count = min(count, *matrix.shape)
        lengths, axes = _full_axes(matrix)
        return lengths[:count], axes[:count]
    # A fixed start, so that the same votes give the same digits.
    start = np.random.default_rng(SEED_AXES).standard_normal(min(matrix.shape))
    _, found, vectors = svds(matrix, k=count, v0=start, tol=AXES_TOLERANCE)
    order = np.argsort(-found, kind="stable")
    return found[order].astype(np.float64), vectors[order]


def _full_axes(matrix: csr_array) -> tuple[Floats, Floats]:
    if not matrix.data.any():
        return np.zeros(min(matrix.shape)), np.eye(min(matrix.shape), matrix.shape[1])
    dense: Floats = matrix.toarray()
    found = np.linalg.svd(dense, full_matrices=False)
    return found.S.astype(np.float64), found.Vh.astype(np.float64)


def fit_from_scratch(observed: Observed, n_axes: int = AXES) -> Model:
    """Fit a map of one, two or more axes that remembers no other."""
    return fit(observed, first_guess(observed, n_axes))


def unmapped(n_statements: int) -> Model:
    """The map before anything is known: everybody stands at its centre."""
    return Model(np.zeros(n_statements), np.zeros((n_statements, AXES)), 1.0)


def flat(sums: Sums) -> Model:
    """The model of a set without a map: each statement has its mean and no direction."""
    answers = sums.target[:, 0]
    means = (answers + RIDGE_MEAN * sums.mean_answer) / (sums.voters + RIDGE_MEAN)
    noise = float((sums.squares - 2 * means * answers + means**2 * sums.voters).sum())
    variance = max(noise / float(sums.voters.sum()), MIN_VARIANCE)
    return Model(means, np.zeros((means.size, AXES)), variance)


def turned(model: Model, voters: Floats) -> Model:
    """The same map with its axes in order: most telling first, signs fixed by the strongest statement."""
    spread = (model.directions * voters[:, None]).T @ model.directions
    _, vectors = np.linalg.eigh(spread)
    directions = model.directions @ vectors[:, ::-1]
    strongest = directions[np.abs(directions).argmax(axis=0), np.arange(AXES)]
    return Model(model.means, directions * np.where(strongest < 0, -1.0, 1.0), model.variance)
