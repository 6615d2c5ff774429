"""What a landscape says, and the part of it that may be published."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from partage.calc.ppca import Floats, Model

MIN_SHOWN = 10  # voters of a statement, people of a group or a cell: nothing below
MIN_PICTURE = 100  # people placed before any picture
PLACED_VOTES = 7  # votes a person needs to be placed in a group
DIGITS = 6


class Counts(NamedTuple):
    """Answers of some people to one statement."""

    agrees: int
    disagrees: int
    passes: int
    seen: int


@dataclass(frozen=True)
class StatementResult:
    """One statement.

    `support`, in [0, 1], is what people at the centre of the map think, `low` and `high` its 95 %
    interval; `share_agree` is the plain share of agreements among those who saw it, in [0, 1].
    `groups` is empty unless groups are announced.
    """

    id: str
    agrees: int
    disagrees: int
    passes: int
    seen: int
    support: float
    low: float
    high: float
    share_agree: float
    groups: tuple[Counts, ...] = ()


@dataclass(frozen=True)
class SetApart:
    """A statement that sets a group apart: shares who agree, in the group and elsewhere."""

    id: str
    share_in: float
    share_elsewhere: float


@dataclass(frozen=True)
class GroupsResult:
    """Are there groups? See docs/method/landscape.md for the tests.

    Attributes
    ----------
    verdict : "none", "weak" or "clear"
    reason : "passed", or the first test that failed: "no_axis", "few_people", "small_group",
        "unstable", "one_cloud"
    k : number of groups announced, 0 if none
    best_k : number of groups of the best cut, announced or not; 0 if none was tried
    sizes : people placed in each group announced, largest first
    switch_share : share of people who change group when a fifth of the votes is dropped
    silhouette, stability, z : of the best cut; None where the test was not reached
    sets_apart : for each group announced, at most three statements
    """

    verdict: str
    reason: str
    k: int = 0
    best_k: int = 0
    sizes: tuple[int, ...] = ()
    switch_share: float | None = None
    silhouette: float | None = None
    stability: float | None = None
    z: float | None = None
    sets_apart: tuple[tuple[SetApart, ...], ...] = ()


@dataclass(frozen=True)
class HowSure:
    """How far to trust the map.

    `counted` people voted, `placed` of them voted enough for a group, `few_votes` did not.
    `heldout_auc` is the chance of ranking a hidden agreement above a hidden disagreement,
    `heldout_auc_means` the same without a map, `heldout_auc_dimensions` the same in as many
    `dimensions` as the votes surely have, at least those of the map. `reliability` is the share of
    the spread of positions that is not error. None where there is no map.
    """

    counted: int
    placed: int
    few_votes: int
    median_votes: float
    axes_above_chance: int
    heldout_auc: float | None = None
    heldout_auc_means: float | None = None
    dimensions: int | None = None
    heldout_auc_dimensions: float | None = None
    reliability: float | None = None


@dataclass(frozen=True)
class Cell:
    """People in one square of the map; `groups` is None where a group would show under ten."""

    column: int
    row: int
    count: int
    groups: tuple[int, ...] | None


@dataclass(frozen=True)
class Grid:
    """The picture: squares of `side` standard deviations, the corner of (0, 0) at the centre.

    `hidden_share` of the people placed stand in squares too few to show.
    """

    side: float
    cells: tuple[Cell, ...]
    hidden_share: float


@dataclass(frozen=True)
class Axis:
    """What one direction of the map means: agreed with at one end and at the other."""

    one_end: tuple[str, ...]
    other_end: tuple[str, ...]


@dataclass(frozen=True)
class Landscape:
    """The landscape of some votes. `model` and `centres` serve `locate` and are not published.

    `turn`, shape (2, 2), is how the map was turned to look like the one before it.
    """

    n_people: int
    n_votes: int
    statements: tuple[StatementResult, ...]
    unites: tuple[str, ...]
    separates: tuple[str, ...]
    axes: tuple[Axis, ...]
    groups: GroupsResult
    how_sure: HowSure
    grid: Grid | None
    turn: Floats
    model: Model = field(repr=False)
    model_ids: tuple[str, ...] = field(repr=False)
    centres: Floats = field(repr=False)
    error_scale: float = field(repr=False)

    @property
    def median_votes(self) -> float:
        return self.how_sure.median_votes

    @property
    def n_few_votes(self) -> int:
        return self.how_sure.few_votes

    @property
    def has_map(self) -> bool:
        return self.how_sure.axes_above_chance > 0

    @property
    def cells(self) -> tuple[Cell, ...]:
        return self.grid.cells if self.grid else ()


def published(result: Landscape) -> dict[str, Any]:
    """The part that may be published, ready for JSON: no value of a single person.

    Counts of a statement under `MIN_SHOWN` voters are null, and so are those of its groups where
    one group has fewer. Numbers are rounded to six decimals.
    """
    groups = result.groups
    content = {
        "people": result.n_people,
        "votes": result.n_votes,
        "unites": result.unites,
        "separates": result.separates,
        "axes": [{"one_end": axis.one_end, "other_end": axis.other_end} for axis in result.axes],
        "statements": [_statement(statement) for statement in result.statements],
        "groups": {**vars(groups), "sets_apart": [_all_vars(few) for few in groups.sets_apart]},
        "how_sure": vars(result.how_sure),
        "turn": result.turn.tolist(),
        "grid": result.grid and {**vars(result.grid), "cells": _all_vars(result.grid.cells)},
    }
    shown: dict[str, Any] = rounded(content)
    return shown


def _all_vars(things: tuple[object, ...]) -> list[dict[str, Any]]:
    return [vars(thing) for thing in things]


def _statement(statement: StatementResult) -> dict[str, Any]:
    shown = dict(vars(statement))
    if any(0 < counts.seen < MIN_SHOWN for counts in statement.groups):
        # All groups are hidden: one alone would follow from the total.
        shown["groups"] = None
    if statement.seen < MIN_SHOWN:
        shown = dict.fromkeys(shown) | {"id": statement.id}
    return shown


def rounded(value: Any) -> Any:
    """The same, with every fraction at `DIGITS` decimals, ready for JSON."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(item) for item in value]
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS) + 0.0  # no "-0.0"
    return value
