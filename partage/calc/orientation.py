"""A map drawn like the one before it: turned or mirrored as a whole, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from partage.calc.ppca import AXES, Floats, Model


class Drawn(NamedTuple):
    """How a map was drawn: its statements, and where each points, shape (n_statements, 2)."""

    ids: Sequence[str]
    directions: Floats


def turn_towards(model: Model, ids: Sequence[str], before: Drawn | None) -> Floats:
    """The rotation or reflection, shape (2, 2), that brings a map nearest to the one before.

    Positions times it are positions on the turned map; distances between people stay. Only the
    statements that both maps have count. Where these do not say how two axes lie (there is none or one,
    or one of the maps has a single axis) no axis is mixed with another: at most the first is mirrored.

    References
    ----------
    Schönemann, P. (1966). A generalized solution of the orthogonal Procrustes problem.

    Examples
    --------
    >>> before = Drawn(["s1", "s2"], np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> model = Model(np.zeros(2), np.array([[0.0, 1.0], [-1.0, 0.0]]), 1.0)
    >>> (model.directions @ turn_towards(model, ["s1", "s2"], before)).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if before is None:
        return np.eye(AXES)
    places = {name: j for j, name in enumerate(before.ids)}
    shared = [j for j, name in enumerate(ids) if name in places]
    then = before.directions[[places[ids[j]] for j in shared]].reshape(-1, AXES)
    alike = model.directions[shared].T @ then
    if np.linalg.matrix_rank(alike) < AXES:
        return np.diag([-1.0 if alike[0, 0] < 0 else 1.0, 1.0])
    left, _, right = np.linalg.svd(alike)
    turn: Floats = left @ right
    return turn


def drawn_by(model: Model, turn: Floats) -> Model:
    """The same map, turned."""
    return Model(model.means, model.directions @ turn + 0.0, model.variance)
