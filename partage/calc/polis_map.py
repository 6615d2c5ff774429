"""Where Polis puts people and statements: two axes of the votes, absences taken for averages.

Formulas: docs/method/polis.md.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, eigsh

from partage.calc.accelerated import VoteRows
from partage.calc.arrival import ArrivalVotes
from partage.calc.co_votes import CoVotes

Floats = NDArray[np.float64]

AXES = 2
SAID = np.array([-1, 0, 1])
SEED_AXES = 20161214
FULL_SIDE = 100  # up to here a full decomposition costs nothing
CONVERGED = 1e-10
NO_SPREAD = 1e-12  # share of the spread under which an axis is a rounding error
SAME_LOADING = 1e-9  # loadings this near to the largest are as large


class PolisMap(NamedTuple):
    """Positions: `people` (n_people, 2), `statements` (n_statements, 2) and their `extremity`.

    The extremity of a statement is the distance of its position from the centre.
    """

    people: Floats
    statements: Floats
    extremity: Floats


def polis_map(votes: ArrivalVotes, moderated: NDArray[np.bool_]) -> PolisMap:
    """Positions of people and statements.

    Parameters
    ----------
    votes : the votes
    moderated : (n_statements,), statements whose column is zero for everybody

    Returns
    -------
    PolisMap
        In votes times the root of statements. The map of the engine, but for the signs of the axes:
        here the largest loading of each axis is positive (the first one among equals).

    Notes
    -----
    The engine iterates at most a hundred times from a random start. Here the axes are the converged
    ones, so the same votes always give the same map. Source: Small et al., Recerca 26(2), 2021;
    checked against outputs of the engine.
    """
    rows, n_statements = votes.rows, len(votes.statement_ids)
    centred = _centred(rows, moderated)
    axes = _axes(rows, centred, moderated)
    people = np.empty((rows.n_people, AXES))
    scale = np.sqrt(n_statements / _counted(rows, moderated))
    for axis in range(AXES):
        people[:, axis] = rows.sums((centred.values * axes[:, axis, None]).ravel())
        people[:, axis] *= scale
    statements = np.sqrt(n_statements) * (1 - centred.means)[:, None] * axes
    return PolisMap(people, statements, np.hypot(*statements.T))


def polis_axes(
    counts: CoVotes, moderated: NDArray[np.bool_], start: Floats | None = None
) -> Floats:
    """The two axes of the map from counts of pairs alone, (n_statements, 2); no vote is read.

    Parameters
    ----------
    counts : of all votes
    moderated : (n_statements,), statements whose column is zero for everybody
    start : (n_statements,), where to begin the search: best the first axis of the last map
    """
    gram = counts.gram()
    gram[moderated], gram[:, moderated] = 0, 0
    side = len(gram)
    axes = np.zeros((side, AXES))
    spread = float(np.trace(gram))
    if side < AXES or spread <= 0:
        return axes
    if side <= FULL_SIDE:
        values, vectors = eigh(gram, subset_by_index=[side - AXES, side - 1])
    else:
        values, vectors = _searched(gram, start)
    for axis, (value, vector) in enumerate(zip(values[::-1], vectors.T[::-1], strict=True)):
        if value > NO_SPREAD * spread:
            axes[:, axis] = _signed(vector)
    return axes


def own_place(
    answers: Mapping[int, int], means: Floats, axes: Floats, moderated: NDArray[np.bool_]
) -> Floats:
    """Where one person stands, (2,), from their answers (statement to answer) and the map."""
    rows = np.fromiter(answers.keys(), np.int64, len(answers))
    said = np.fromiter(answers.values(), np.float64, len(answers))
    counted = int((~moderated[rows]).sum() + moderated.sum())
    scale = np.sqrt(len(means) / max(counted, 1))
    place: Floats = scale * ((said - means[rows]) @ axes[rows])
    return place


class _Centred(NamedTuple):
    """Answers less the mean of their statement, (n_statements, 3); zero where moderated out.

    Absent answers stand at the mean, hence at zero once centred. `means` is (n_statements,), and
    `spread` the sum of the squares over all votes.
    """

    values: Floats
    means: Floats
    spread: float


def _centred(rows: VoteRows, moderated: NDArray[np.bool_]) -> _Centred:
    counts = rows.counts(np.zeros(rows.n_people, np.uint8), 1).reshape(-1, len(SAID))
    counts[moderated] = 0
    seen = counts.sum(axis=1)
    means = (counts @ SAID) / np.maximum(seen, 1)
    values = np.where(moderated[:, None], 0, SAID - means[:, None])
    return _Centred(values, means, float((counts * values**2).sum()))


def _counted(rows: VoteRows, moderated: NDArray[np.bool_]) -> Floats:
    """How many votes each person counts, (n_people,); a column of zeros is a vote of everybody."""
    if not moderated.any():
        return np.maximum(np.diff(rows.starts), 1).astype(np.float64)
    kept = rows.sums((~moderated).astype(np.float64).repeat(len(SAID)))
    counted: Floats = kept + moderated.sum()
    return counted


def _axes(rows: VoteRows, centred: _Centred, moderated: NDArray[np.bool_]) -> Floats:
    """The two main axes, (n_statements, 2), each of length one, or zero where nothing varies."""
    n_people, n_statements = rows.n_people, rows.n_statements
    axes = np.zeros((n_statements, AXES))
    # With one person or one statement the engine finds one axis, and then places nobody.
    if min(n_people, n_statements) < AXES or centred.spread == 0:
        return axes
    if n_statements > n_people:
        values, vectors = _of_the_wide(rows, centred)
    elif n_statements <= FULL_SIDE:
        return polis_axes(CoVotes.of_rows(rows), moderated)
    else:
        values, vectors = _searched(_gram(rows, centred.values), None)
    for axis, (value, vector) in enumerate(zip(values[::-1], vectors.T[::-1], strict=True)):
        if value > NO_SPREAD * centred.spread:
            axes[:, axis] = _signed(vector / np.linalg.norm(vector))
    return axes


def _gram(rows: VoteRows, centred: Floats) -> LinearOperator:
    """D'D, for D the centred answers of people to statements: all votes are passed once."""

    def product(vector: Floats) -> Floats:
        spread = rows.spread((centred * vector.reshape(-1, 1)).ravel())
        product: Floats = (centred * spread.reshape(centred.shape)).sum(axis=1)
        return product

    return LinearOperator((len(centred), len(centred)), product, dtype=np.float64)


def _of_the_wide(rows: VoteRows, centred: _Centred) -> tuple[Floats, Floats]:
    """The same of more statements than people, by way of the people."""
    said = centred.values.ravel()[rows.numbers]
    matrix = csr_array(
        (said, rows.statements.astype(np.int32), rows.starts.astype(np.int32)),
        (rows.n_people, rows.n_statements),
    )
    values, vectors = _top_two(matrix.T.tocsr())
    return values, matrix.T @ vectors


def _top_two(matrix: csr_array) -> tuple[Floats, Floats]:
    """The two largest eigenvalues of M'M, the smaller first, and their vectors in columns."""
    side = matrix.shape[1]
    turned = matrix.T
    if side <= FULL_SIDE:
        gram = (turned @ matrix).toarray()
        values, vectors = eigh(gram, subset_by_index=[side - AXES, side - 1])
    else:
        gram = LinearOperator((side, side), lambda x: turned @ (matrix @ x), dtype=np.float64)
        values, vectors = _searched(gram, None)
    return values, vectors


def _searched(gram: LinearOperator | Floats, start: Floats | None) -> tuple[Floats, Floats]:
    """The two largest eigenvalues, the smaller first, and their vectors in columns."""
    rng = np.random.default_rng(SEED_AXES)
    begin: Floats = rng.standard_normal((gram.shape[0],)) if start is None else start
    values, vectors = eigsh(gram, k=AXES, v0=begin, tol=CONVERGED, rng=rng)
    return values, vectors


def _signed(axis: Floats) -> Floats:
    sizes = np.abs(axis)
    leading = int(np.argmax(sizes >= (1 - SAME_LOADING) * sizes.max()))
    return axis if axis[leading] > 0 else -axis
