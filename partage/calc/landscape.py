"""The landscape of some votes: what unites, what separates, whether there are groups, how sure.

Positions come from the votes observed, nothing imputed; groups are announced only if the tests of
`partage.calc.groups` pass. Method and thresholds: docs/method/landscape.md.
"""

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from partage.calc.chance import axes_above_chance
from partage.calc.everybody import Everybody, InBlocks
from partage.calc.groups import Gate, gate
from partage.calc.heldout import Heldout, heldout
from partage.calc.landscape_readings import Counted, Read, Reading, count
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
from partage.calc.ppca import AXES, Floats, Model, fit_from_scratch, flat, turned, unmapped, updated
from partage.calc.support import Support, Tallies, common_ground, contrasts, dividing_lines, support
from partage.calc.votes import Votes

__all__ = ["Landscape", "landscape", "landscape_of", "published"]

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
    return landscape_of(InBlocks(votes, len(votes.people_ids), votes.statement_ids), before)


def landscape_of(everybody: Everybody, before: Drawn | None = None) -> Landscape:
    """The landscape of everybody, who are walked through twice in parts, wherever these are.

    Parameters
    ----------
    everybody : at least one vote; people and statements in the order of `partage.calc.votes`
    before : as in `landscape`
    """
    fitted = _fitted(everybody, before)
    reading = Reading(fitted.model, fitted.centres, fitted.enough, fitted.side)
    return _assembled(everybody.statement_ids, fitted, everybody.total(reading))


@dataclass(frozen=True)
class _Fitted:
    """The map of everyone, and what the tests say of it."""

    model: Model
    counted: Counted
    axes: int
    tested: Gate
    predicted: Heldout | None
    turn: Floats

    @property
    def n_people(self) -> int:
        return self.counted.people_with(0)

    @property
    def enough(self) -> int:
        return _enough(self.model.means.size)

    @property
    def n_placed(self) -> int:
        return self.counted.people_with(self.enough)

    @property
    def centres(self) -> Floats:
        """Of the groups announced; none unless every test passed."""
        return self.tested.centres if self.tested.verdict != "none" else self.tested.centres[:0]

    @property
    def side(self) -> float:
        """Of the squares of the picture, 0 if there is none."""
        if self.axes == 0 or self.n_placed < MIN_PICTURE:
            return 0.0
        return WIDE_CELL if self.n_placed < WIDE_CELLS_BELOW else CELL


def _fitted(everybody: Everybody, before: Drawn | None) -> _Fitted:
    for_map = everybody.people(_drawn(everybody.n_people, FIT_PEOPLE))
    for_tests = for_map.keep_people(_drawn(for_map.n_people, GATE_PEOPLE))
    axes = axes_above_chance(for_tests, np.random.default_rng(SEED_SHUFFLES))
    if axes == 0:
        counted = everybody.total(partial(count, unmapped(for_map.n_statements)))
        nothing = Gate("none", "no_axis", np.zeros((0, AXES)))
        return _Fitted(flat(counted.sums), counted, 0, nothing, None, np.eye(AXES))
    model = turned(fit_from_scratch(for_map, min(axes, AXES)), for_map.voters())
    # Everyone counts in the statements, also those outside the sample.
    counted = everybody.total(partial(count, model))
    everyone = updated(counted.sums)
    placed = for_tests.votes_per_person() >= _enough(for_tests.n_statements)
    tested = gate(for_tests, everyone, placed, SEED_GATE)
    predicted = heldout(for_tests, placed, axes, SEEDS_HIDDEN)
    # Turned last: the draws of the tests run along the axes, and must not depend on the map before.
    turn = turn_towards(everyone, everybody.statement_ids, before)
    tested = replace(tested, centres=tested.centres @ turn)
    return _Fitted(drawn_by(everyone, turn), counted, axes, tested, predicted, turn)


def _drawn(n_people: int, size: int) -> NDArray[np.int64]:
    """At most so many people, drawn in the canonical order."""
    if n_people <= size:
        return np.arange(n_people)
    return np.sort(np.random.default_rng(SEED_SAMPLE).choice(n_people, size, replace=False))


def _enough(n_statements: int) -> int:
    """Votes that a person needs to be placed in a group."""
    return min(PLACED_VOTES, n_statements)


def _assembled(names: tuple[str, ...], fitted: _Fitted, read: Read) -> Landscape:
    counts = read.tallies
    found = support(fitted.model, read.sums)
    lines = dividing_lines(fitted.model, read.sums, fitted.axes, MIN_SHOWN)
    return Landscape(
        n_people=fitted.n_people,
        n_votes=fitted.counted.n_votes,
        statements=_statements(names, counts, found, len(fitted.centres)),
        unites=tuple(names[j] for j in common_ground(found, counts.seen.sum(axis=0), MIN_SHOWN)),
        separates=tuple(names[j] for j in lines[:MAX_SEPARATES]),
        axes=_axes(fitted, lines, names),
        groups=_groups(fitted, read, names),
        how_sure=_how_sure(fitted, read),
        grid=_grid(fitted, read.squares),
        turn=fitted.turn,
        model=fitted.model,
        model_ids=names,
        centres=fitted.centres,
        error_scale=_error_scale(fitted.n_people),
    )


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


def _groups(fitted: _Fitted, read: Read, names: tuple[str, ...]) -> GroupsResult:
    tested = fitted.tested
    k = len(fitted.centres)
    return GroupsResult(
        verdict=tested.verdict,
        reason=tested.reason,
        k=k,
        best_k=len(tested.centres),
        sizes=tuple(read.sizes.tolist()) if k else (),
        switch_share=tested.switch_share,
        silhouette=tested.silhouette,
        stability=tested.stability,
        z=tested.z,
        sets_apart=tuple(_sets_apart(read.tallies, group, names) for group in range(k)),
    )


def _sets_apart(counts: Tallies, group: int, names: tuple[str, ...]) -> tuple[SetApart, ...]:
    found = contrasts(counts, group, MIN_SHOWN, MAX_SET_APART)
    return tuple(SetApart(names[j], share_in, elsewhere) for j, share_in, elsewhere in found)


def _how_sure(fitted: _Fitted, read: Read) -> HowSure:
    predicted = fitted.predicted
    sure = HowSure(
        counted=fitted.n_people,
        placed=fitted.n_placed,
        few_votes=fitted.n_people - fitted.n_placed,
        median_votes=fitted.counted.median_votes(),
        axes_above_chance=fitted.axes,
        reliability=_reliability(fitted, read),
    )
    if predicted is None:
        return sure
    return replace(
        sure,
        heldout_auc=predicted.with_map,
        heldout_auc_means=predicted.with_means,
        dimensions=predicted.dimensions,
        heldout_auc_dimensions=predicted.with_dimensions,
    )


def _reliability(fitted: _Fitted, read: Read) -> float | None:
    """Share of the spread of positions that is not error, among the people placed."""
    placed = fitted.n_placed
    if fitted.axes == 0 or placed == 0:
        return None
    spread = (read.squared_points / placed - (read.points / placed) ** 2).sum()
    errors = read.squared_errors / placed
    # The spread of true positions is that of the estimates plus that of their errors.
    share = 1 - _error_scale(fitted.n_people) ** 2 * errors / (spread + errors)
    return float(max(0.0, share))


def _grid(fitted: _Fitted, squares: Counter[tuple[int, int, int]]) -> Grid | None:
    if fitted.side == 0:
        return None
    n_groups = len(fitted.centres)
    cells = []
    for column, row in sorted({(column, row) for column, row, _ in squares}):
        of_groups = [squares[column, row, group] for group in range(max(n_groups, 1))]
        if sum(of_groups) >= MIN_SHOWN:
            shown = _shown_groups(of_groups, n_groups)
            cells.append(Cell(column, row, sum(of_groups), shown))
    shown_people = sum(cell.count for cell in cells)
    return Grid(fitted.side, tuple(cells), 1 - shown_people / fitted.n_placed)


def _shown_groups(of_groups: list[int], n_groups: int) -> tuple[int, ...] | None:
    """People of each group in a cell; none if one group would show under `MIN_SHOWN`."""
    if n_groups == 0 or any(0 < count < MIN_SHOWN for count in of_groups):
        return None
    return tuple(of_groups)


def _nothing() -> Landscape:
    nobody = HowSure(0, 0, 0, 0.0, 0)
    model = unmapped(0)
    groups = GroupsResult("none", "no_axis")
    return Landscape(
        0, 0, (), (), (), (), groups, nobody, None, np.eye(AXES), model, (), np.zeros((0, AXES)), SMALL_SET_ERROR
    )  # fmt: skip
