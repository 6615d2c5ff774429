"""A map is turned to look like the one before it, and nothing else of it changes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.landscape import landscape, published
from partage.calc.landscape_result import Landscape
from partage.calc.orientation import Drawn, drawn_by, turn_towards
from partage.calc.ppca import Model
from tests.calc.landscape_sets import three_groups

NAMES = [f"s{j}" for j in range(12)]


def drawn(seed: int, axes: int = 2) -> Model:
    directions = np.random.default_rng(seed).standard_normal((len(NAMES), 2))
    return Model(np.zeros(len(NAMES)), directions * (np.arange(2) < axes), 1.0)


@given(st.integers(0, 10**6), st.floats(0, 6.3), st.booleans())
def test_a_turned_and_mirrored_map_is_brought_back(seed: int, angle: float, mirrored: bool) -> None:
    before = drawn(seed)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    now = drawn_by(before, turn @ np.diag([1.0, -1.0 if mirrored else 1.0]))
    back = turn_towards(now, NAMES, Drawn(NAMES, before.directions))
    assert np.allclose(now.directions @ back, before.directions)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([0, 1, 2]))
def test_whatever_the_map_before_distances_stay(seed: int, other: int, axes: int) -> None:
    turn = turn_towards(drawn(seed), NAMES, Drawn(NAMES[3:], drawn(other, axes).directions[3:]))
    assert np.allclose(turn @ turn.T, np.eye(2))


def test_a_single_axis_is_mirrored_at_most_and_other_statements_do_not_count() -> None:
    line = drawn(1, axes=1)
    opposite = Drawn(NAMES, -line.directions)
    assert turn_towards(line, NAMES, opposite).tolist() == [[-1.0, 0.0], [0.0, 1.0]]
    assert turn_towards(drawn(1), NAMES, opposite).tolist() == [[-1.0, 0.0], [0.0, 1.0]]
    for before in (None, Drawn(["other"], np.ones((1, 2))), Drawn([], np.zeros((0, 2)))):
        assert turn_towards(drawn(1), NAMES, before).tolist() == np.eye(2).tolist()


def test_one_statement_in_common_does_not_turn_the_whole_map() -> None:
    before = Drawn(NAMES[:1], -drawn(2).directions[:1])
    turn = turn_towards(drawn(1), NAMES, before)
    assert np.abs(turn).tolist() == np.eye(2).tolist()


def test_a_landscape_turned_says_the_same_of_people_and_statements() -> None:
    votes, _ = three_groups(1, n_people=300)
    plain = landscape(votes)
    turned = Drawn(plain.model_ids, plain.model.directions @ np.array([[0.0, 1.0], [-1.0, 0.0]]))
    again = landscape(votes, turned)
    assert np.allclose(again.turn, [[0.0, 1.0], [-1.0, 0.0]], atol=1e-3)
    assert np.allclose(again.model.directions, turned.directions, atol=1e-3)
    assert said(again) == said(plain)


def said(result: Landscape) -> dict[str, object]:
    """What does not depend on how the map is drawn."""
    content = published(result)
    kept = ("people", "statements", "unites", "separates", "how_sure")
    return {name: content[name] for name in kept} | {"k": content["groups"]["k"]}
