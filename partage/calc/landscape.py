"""The landscape of some votes: what unites, what separates, whether there are groups, how sure.

Positions come from the votes observed, nothing imputed; groups are announced only if the tests of
`partage.calc.groups` pass. Method and thresholds: docs/method/landscape.md.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from partage.calc.chance import axes_above_chance
from partage.calc.groups import Gate, gate, nearest
from partage.calc.heldout import heldout_auc
from partage.calc.landscape_result import (
    MIN_PICTURE,
    MIN_SHOWN,
    PLACED_VOTES,
    Axis,
    Cell,
    Counts,
    Grid,
    GroupsResult,
    HowSure,
    Landscape,
    SetApart,
    StatementResult,
    published,
)
from partage.calc.orientation import Drawn, drawn_by, turn_towards
from partage.calc.ppca import (
    AXES,
    Floats,
    Model,
    Observed,
    Positions,
    Sums,
    fit_from_scratch,
    flat,
    locate_people,
    observe,
    statement_sums,
    turned,
    updated,
)
from partage.calc.support import (
    Support,
    Tallies,
    common_ground,
    contrasts,
    dividing_lines,
    support,
    tallies,
)
from partage.calc.votes import Votes, distinct

__all__ = ["Landscape", "landscape", "published"]

# Every draw starts from one of these, so the same votes give the same digits.
SEED_SAMPLE, SEED_SHUFFLES, SEED_GATE = 20161206, 20161207, 20161208
SEEDS_HIDDEN = (20161209, 20161210, 20161211, 20161212, 20161213)
FIT_PEOPLE = 20_000  # the map is fitted on at most so many people
GATE_PEOPLE = 4_000  # and tested on at most so many
SMALL_SET, SMALL_SET_ERROR = 400, 1.15  # below, errors come out 15 % too small
WIDE_CELLS_BELOW, WIDE_CELL, CELL = 300, 1.5, 1.0
MAX_SET_APART = 3
MAX_SEPARATES = 10
AXIS_STATEMENTS = 3


def landscape(votes: Votes, before: Drawn | None = None) -> Landscape:
    """The landscape of some votes; any votes, none included.

    Deterministic: the same votes give the same result, in whatever order and under whatever names
    they come. With `before`, the map published last, the new one is turned to look like it.

    Examples
    --------
    >>> from partage.calc.votes import votes_from_arrays
    >>> result = landscape(votes_from_arrays(["ann", "bob"], ["s1", "s1"], [1, 1]))
    >>> result.has_map, result.groups.reason, result.statements[0].agrees
    (False, 'no_axis', 2)
    """
    if votes.answers.size == 0:
        return _nothing()
    observed = observe(votes)
    fitted = _fitted(observed, votes.statement_ids, before)
    return _assembled(votes, observed, fitted)


@dataclass(frozen=True)
class _Fitted:
    """The map of everyone, and what the tests say of it."""

    model: Model
    positions: Positions
    sums: Sums
    placed: NDArray[np.bool_]
    axes: int
    tested: Gate
    aucs: tuple[float, float] | None
    turn: Floats


def _fitted(observed: Observed, names: tuple[str, ...], before: Drawn | None) -> _Fitted:
    for_map = _sample(observed, FIT_PEOPLE)
    for_tests = _sample(for_map, GATE_PEOPLE)
    axes = axes_above_chance(for_tests, np.random.default_rng(SEED_SHUFFLES))
    if axes == 0:
        nothing = Gate("none", "no_axis", np.zeros((0, AXES)))
        return _read(observed, flat(observed), 0, nothing, None, np.eye(AXES))
    model = turned(fit_from_scratch(for_map, min(axes, AXES)), for_map.voters())
    # Everyone counts in the statements, also those outside the sample.
    everyone = updated(observed, statement_sums(observed, locate_people(model, observed)))
    placed = _placed(for_tests)
    tested = gate(for_tests, everyone, placed, SEED_GATE)
    aucs = heldout_auc(for_tests, placed, model.n_axes, SEEDS_HIDDEN)
    # Turned last: the draws of the tests run along the axes, and must not depend on the map before.
    turn = turn_towards(everyone, names, before)
    tested = replace(tested, centres=tested.centres @ turn)
    return _read(observed, drawn_by(everyone, turn), axes, tested, aucs, turn)


def _read(
    observed: Observed,
    model: Model,
    axes: int,
    tested: Gate,
    aucs: tuple[float, float] | None,
    turn: Floats,
) -> _Fitted:
    positions = locate_people(model, observed)
    sums = statement_sums(observed, positions)
    return _Fitted(model, positions, sums, _placed(observed), axes, tested, aucs, turn)


def _sample(observed: Observed, size: int) -> Observed:
    """At most so many people, drawn in the canonical order."""
    if observed.n_people <= size:
        return observed
    rng = np.random.default_rng(SEED_SAMPLE)
    chosen = np.sort(rng.choice(observed.n_people, size, replace=False))
    return observed.keep_people(chosen)


def _placed(observed: Observed) -> NDArray[np.bool_]:
    """Who voted enough to be placed in a group."""
    return observed.votes_per_person() >= min(PLACED_VOTES, observed.n_statements)


def _assembled(votes: Votes, observed: Observed, fitted: _Fitted) -> Landscape:
    names = votes.statement_ids
    announced = _announced(fitted.tested)
    labels = nearest(fitted.positions.points, announced)
    counts = tallies(observed, labels, max(len(announced), 1))
    found = support(observed, fitted.model, fitted.sums)
    lines = dividing_lines(observed, fitted.model, fitted.sums, fitted.axes, MIN_SHOWN)
    return Landscape(
        n_people=observed.n_people,
        n_votes=votes.answers.size,
        statements=_statements(names, counts, found, len(announced)),
        unites=tuple(names[j] for j in common_ground(found, counts.seen.sum(axis=0), MIN_SHOWN)),
        separates=tuple(names[j] for j in lines[:MAX_SEPARATES]),
        axes=_axes(fitted, lines, names),
        groups=_groups(fitted, counts, labels, names),
        how_sure=_how_sure(observed, fitted),
        grid=_grid(fitted, labels, len(announced)),
        turn=fitted.turn,
        model=fitted.model,
        model_ids=names,
        centres=announced,
        error_scale=_error_scale(observed.n_people),
    )


def _announced(tested: Gate) -> Floats:
    """Centres of the groups announced; none unless every test passed."""
    return tested.centres if tested.verdict != "none" else tested.centres[:0]


def _error_scale(n_people: int) -> float:
    return SMALL_SET_ERROR if n_people < SMALL_SET else 1.0


def _statements(
    names: tuple[str, ...], counts: Tallies, found: Support, n_groups: int
) -> tuple[StatementResult, ...]:
    total = Tallies(*(part.sum(axis=0, keepdims=True) for part in counts))
    results = []
    for j, name in enumerate(names):
        everyone = _counts(total, 0, j)
        by_group = tuple(_counts(counts, group, j) for group in range(n_groups))
        value, low, high = (float(part[j]) for part in found)
        share_agree = everyone.agrees / everyone.seen
        results.append(StatementResult(name, *everyone, value, low, high, share_agree, by_group))
    return tuple(sorted(results, key=lambda result: _natural(result.id)))


def _counts(counts: Tallies, group: int, statement: int) -> Counts:
    agrees, disagrees, passes = (int(part[group, statement]) for part in counts)
    return Counts(agrees, disagrees, passes, agrees + disagrees + passes)


def _natural(name: str) -> tuple[int, int, str]:
    """Numbers first, in order of size, then words."""
    is_number = name.isascii() and name.isdigit()
    return (0, int(name), name) if is_number else (1, 0, name)


def _axes(fitted: _Fitted, lines: list[int], names: tuple[str, ...]) -> tuple[Axis, ...]:
    """The statements that say most what each axis above chance means."""
    axes = []
    for axis in range(min(fitted.axes, AXES)):
        along = fitted.model.directions[:, axis]
        ranked = sorted(lines, key=lambda j: -abs(along[j]))
        one_end = [names[j] for j in ranked if along[j] > 0][:AXIS_STATEMENTS]
        other_end = [names[j] for j in ranked if along[j] < 0][:AXIS_STATEMENTS]
        axes.append(Axis(tuple(one_end), tuple(other_end)))
    return tuple(axes)


def _groups(
    fitted: _Fitted, counts: Tallies, labels: NDArray[np.int64], names: tuple[str, ...]
) -> GroupsResult:
    tested = fitted.tested
    k = len(_announced(tested))
    return GroupsResult(
        verdict=tested.verdict,
        reason=tested.reason,
        k=k,
        best_k=len(tested.centres),
        sizes=tuple(np.bincount(labels[fitted.placed], minlength=k).tolist()) if k else (),
        switch_share=tested.switch_share,
        silhouette=tested.silhouette,
        stability=tested.stability,
        z=tested.z,
        sets_apart=tuple(_sets_apart(counts, group, names) for group in range(k)),
    )


def _sets_apart(counts: Tallies, group: int, names: tuple[str, ...]) -> tuple[SetApart, ...]:
    found = contrasts(counts, group, MIN_SHOWN, MAX_SET_APART)
    return tuple(SetApart(names[j], share_in, elsewhere) for j, share_in, elsewhere in found)


def _how_sure(observed: Observed, fitted: _Fitted) -> HowSure:
    placed = int(fitted.placed.sum())
    with_map, with_means = fitted.aucs or (None, None)
    return HowSure(
        counted=observed.n_people,
        placed=placed,
        few_votes=observed.n_people - placed,
        median_votes=float(np.median(observed.votes_per_person())),
        axes_above_chance=fitted.axes,
        heldout_auc=with_map,
        heldout_auc_means=with_means,
        reliability=_reliability(fitted, _error_scale(observed.n_people)),
    )


def _reliability(fitted: _Fitted, error_scale: float) -> float | None:
    """Share of the spread of positions that is not error, among the people placed."""
    if fitted.axes == 0 or not fitted.placed.any():
        return None
    spread = fitted.positions.points[fitted.placed].var(axis=0).sum()
    errors = _squared_errors(fitted.model, fitted.positions)[fitted.placed].mean()
    # The spread of true positions is that of the estimates plus that of their errors.
    return float(max(0.0, 1 - error_scale**2 * errors / (spread + errors)))


def _squared_errors(model: Model, positions: Positions) -> Floats:
    """Squared error of each position, summed over the axes in use (over one if there is none)."""
    axes_in_use = [0, 2][: max(model.n_axes, 1)]
    squared: Floats = positions.errors[:, axes_in_use].sum(axis=1)
    return squared


def _grid(fitted: _Fitted, labels: NDArray[np.int64], n_groups: int) -> Grid | None:
    points, its_labels = fitted.positions.points[fitted.placed], labels[fitted.placed]
    if fitted.axes == 0 or len(points) < MIN_PICTURE:
        return None
    side = WIDE_CELL if len(points) < WIDE_CELLS_BELOW else CELL
    squares, places = _squares(points, side)
    table = np.zeros((len(squares), max(n_groups, 1)), np.int64)
    np.add.at(table, (places, its_labels), 1)
    cells = tuple(
        Cell(int(column), int(row), int(of_groups.sum()), _shown_groups(of_groups, n_groups))
        for (column, row), of_groups in zip(squares, table, strict=True)
        if of_groups.sum() >= MIN_SHOWN
    )
    shown = sum(cell.count for cell in cells)
    return Grid(side, cells, 1 - shown / len(points))


def _squares(points: Floats, side: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and row of each square that somebody stands in, by column; the square of each point."""
    squares = np.floor(points / side).astype(np.int64)
    corner = squares.min(axis=0)
    # One number for each: pairs are sorted twenty times slower.
    height = int(squares[:, 1].max() - corner[1]) + 1
    numbers, places = distinct((squares[:, 0] - corner[0]) * height + squares[:, 1] - corner[1])
    return np.column_stack(np.divmod(numbers.astype(np.int64), height)) + corner, places


def _shown_groups(of_groups: NDArray[np.int64], n_groups: int) -> tuple[int, ...] | None:
    """People of each group in a cell; none if one group would show under `MIN_SHOWN`."""
    if n_groups == 0 or ((of_groups > 0) & (of_groups < MIN_SHOWN)).any():
        return None
    return tuple(of_groups.tolist())


def _nothing() -> Landscape:
    nobody = HowSure(0, 0, 0, 0.0, 0, None, None, None)
    model = Model(np.zeros(0), np.zeros((0, AXES)), 1.0)
    groups = GroupsResult("none", "no_axis")
    return Landscape(
        0, 0, (), (), (), (), groups, nobody, None, np.eye(AXES), model, (), np.zeros((0, AXES)), SMALL_SET_ERROR
    )  # fmt: skip
