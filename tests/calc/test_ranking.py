"""The open rules that order things on screen."""

import hashlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.ranking import (
    KEYS,
    compares_groups,
    draw,
    gap_between_groups,
    halves,
    ordered,
    share_agree,
)

IDS = st.lists(st.integers(1, 10**12), min_size=1, max_size=40, unique=True)


@st.composite
def results(draw_one: st.DrawFn) -> list[dict[str, Any]]:
    """Statements with counts, some hidden because too few people answered, maybe with groups."""
    found = []
    k = draw_one(st.sampled_from([0, 2, 3]))
    for number in range(1, draw_one(st.integers(1, 8)) + 1):
        agrees, disagrees, passes = (draw_one(st.integers(0, 50)) for _ in range(3))
        seen = agrees + disagrees + passes
        counts = (agrees, disagrees, passes, seen) if seen >= 10 else (None,) * 4
        row = dict(zip(("agrees", "disagrees", "passes", "seen"), counts, strict=True))
        groups = [_group(draw_one) for _ in range(k)] if draw_one(st.booleans()) else None
        found.append({"id": number, "groups": groups, **row})
    return found


def _group(draw_one: st.DrawFn) -> tuple[int, int, int, int]:
    agrees, disagrees, passes = (draw_one(st.integers(0, 20)) for _ in range(3))
    return agrees, disagrees, passes, agrees + disagrees + passes


@given(st.binary(min_size=16, max_size=32), IDS, st.randoms(use_true_random=False))
def test_the_draw_is_one_of_the_ids_whatever_their_order(
    seed: bytes, ids: list[int], r: Any
) -> None:
    shuffled = list(ids)
    r.shuffle(shuffled)
    assert draw(seed, ids) == draw(seed, shuffled) in ids


@given(st.binary(min_size=16, max_size=16), IDS)
def test_taking_the_drawn_id_away_leaves_the_order_of_the_others(
    seed: bytes, ids: list[int]
) -> None:
    first = draw(seed, ids)
    rest = [item for item in ids if item != first]
    if rest:
        assert draw(seed, [*rest, first]) == first
        assert draw(seed, rest) in rest


def test_over_many_seeds_each_id_is_drawn_as_often_as_the_others() -> None:
    ids, draws = list(range(100, 110)), 5000
    seeds = (hashlib.sha256(str(n).encode()).digest() for n in range(draws))
    counts = Counter(draw(seed, ids) for seed in seeds)
    expected = draws / len(ids)
    chi2 = sum((counts[item] - expected) ** 2 / expected for item in ids)
    assert chi2 < 27.9  # 9 degrees of freedom: one fair draw in a thousand goes beyond


def test_drawing_from_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        draw(b"seed", [])


@given(results(), st.sampled_from([*KEYS, "random"]), st.randoms(use_true_random=False))
def test_an_order_keeps_every_row_and_depends_on_no_other_order(
    rows: list[dict[str, Any]], order: str, r: Any
) -> None:
    shuffled = list(rows)
    r.shuffle(shuffled)
    found = ordered(rows, order, "seed")
    assert found == ordered(shuffled, order, "seed")
    assert sorted(row["id"] for row in found) == sorted(row["id"] for row in rows)


@given(results())
def test_shares_and_differences_lie_between_0_and_1(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert 0 <= share_agree(row) <= 1
        assert 0 <= halves(row) <= 1
        assert 0 <= (gap_between_groups(row) or 0) <= 1


@given(results())
def test_the_most_different_follow_one_measure_through_the_whole_list(
    rows: list[dict[str, Any]],
) -> None:
    found = ordered(rows, "different")
    if compares_groups(rows):
        gaps = [gap_between_groups(row) for row in found]
        known = [gap for gap in gaps if gap is not None]
        assert gaps == [*sorted(known, reverse=True), *[None] * (len(gaps) - len(known))]
    else:
        split = [halves(row) for row in found]
        assert split == sorted(split, reverse=True)


def test_the_most_answered_come_first_and_hidden_counts_last() -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "agrees": None, "disagrees": None, "seen": None, "groups": ()},
        {"id": 2, "agrees": 5, "disagrees": 5, "seen": 10, "groups": ()},
        {"id": 3, "agrees": 30, "disagrees": 0, "seen": 30, "groups": ()},
    ]
    assert [row["id"] for row in ordered(rows, "answered")] == [3, 2, 1]
    assert [row["id"] for row in ordered(rows, "seldom")] == [1, 2, 3]
    assert [row["id"] for row in ordered(rows, "newest")] == [3, 2, 1]


def test_with_groups_a_sentence_that_parts_people_but_not_groups_comes_after_one_that_does() -> (
    None
):
    rows: list[dict[str, Any]] = [
        {"id": 1, "agrees": 10, "disagrees": 10, "seen": 20, "groups": [(5, 5, 0, 10)] * 2},
        {"id": 2, "agrees": 50, "disagrees": 50, "seen": 100, "groups": None},
        {"id": 3, "agrees": 15, "disagrees": 5, "seen": 20, "groups": [(10, 0, 0, 10), (5, 5, 0, 10)]},
    ]  # fmt: skip
    assert gap_between_groups(rows[2]) == 0.5
    assert [row["id"] for row in ordered(rows, "different")] == [3, 1, 2]
    without = [{**row, "groups": ()} for row in rows]
    assert [row["id"] for row in ordered(without, "different")] == [2, 1, 3]


def test_an_order_without_a_rule_is_an_error() -> None:
    with pytest.raises(KeyError):
        ordered([], "popular")
