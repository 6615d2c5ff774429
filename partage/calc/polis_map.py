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

from partage.calc.arrival import ArrivalVotes
from partage.calc.co_votes import CoVotes

Floats = NDArray[np.float64]

AXES = 2
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
    n_statements = len(votes.statement_ids)
    means, centred = _centred(votes, moderated)
    axes = _axes(centred)
    # A column of zeros counts as a vote of everybody.
    counted = np.diff(centred.indptr) + moderated.sum()
    # A person all of whose votes were dropped would count none.
    scale = np.sqrt(n_statements / np.maximum(counted, 1))
    people = scale[:, None] * (centred @ axes)
    statements = np.sqrt(n_statements) * (1 - means)[:, None] * axes
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


def _centred(votes: ArrivalVotes, moderated: NDArray[np.bool_]) -> tuple[Floats, csr_array]:
    """Mean answer of each statement, and the answers less the means; moderated columns are empty.

    Absent answers stand at the mean, hence at zero once centred: a sparse matrix holds them all.
    """
    shape = (len(votes.people_ids), len(votes.statement_ids))
    kept = ~moderated[votes.statements]
    columns, answers = votes.statements[kept], votes.answers[kept].astype(np.float64)
    seen = np.bincount(columns, minlength=shape[1])
    means = np.bincount(columns, answers, shape[1]) / np.maximum(seen, 1)
    starts = np.zeros(shape[0] + 1, np.int32)
    np.cumsum(np.bincount(votes.people[kept], minlength=shape[0]), out=starts[1:])
    values = answers - means[columns]
    return means, csr_array((values, columns.astype(np.int32), starts), shape)


def _axes(centred: csr_array) -> Floats:
    """The two main axes, (n_statements, 2), each of length one, or zero where nothing varies."""
    shape = centred.shape
    axes = np.zeros((shape[1], AXES))
    spread = float(centred.data @ centred.data)
    # With one person or one statement the engine finds one axis, and then places nobody.
    if min(shape) < AXES or spread == 0:
        return axes
    is_wide = shape[1] > shape[0]
    side = centred.T.tocsr() if is_wide else centred
    values, vectors = _top_two(side)
    for axis in range(AXES):
        if values[axis] > NO_SPREAD * spread:
            vector = side @ vectors[:, axis] if is_wide else vectors[:, axis]
            axes[:, axis] = _signed(vector / np.linalg.norm(vector))
    return axes


def _top_two(matrix: csr_array) -> tuple[Floats, Floats]:
    """The two largest eigenvalues of M'M, the largest first, and their vectors in columns."""
    side = matrix.shape[1]
    turned = matrix.T
    if side <= FULL_SIDE:
        gram = (turned @ matrix).toarray()
        values, vectors = eigh(gram, subset_by_index=[side - AXES, side - 1])
    else:
        gram = LinearOperator((side, side), lambda x: turned @ (matrix @ x), dtype=np.float64)
        values, vectors = _searched(gram, None)
    return values[::-1], vectors[:, ::-1]


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
