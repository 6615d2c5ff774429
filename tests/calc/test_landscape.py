"""The landscape: what it says, what it keeps quiet, and that order and names do not matter."""

import json
import re
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.groups import rand_index
from partage.calc.landscape import Landscape, landscape, published
from partage.calc.landscape_result import MIN_SHOWN
from partage.calc.locator import Locator
from partage.calc.votes import Votes, votes_from_arrays
from tests.calc.landscape_sets import one_cloud, shuffled_votes, three_groups

GRID = np.indices((40, 30)).reshape(2, -1)
AGREE = np.ones(GRID.shape[1], int)


def of(people: Iterable[object], statements: Iterable[object], answers: Iterable[int]) -> Landscape:
    result = landscape(votes_from_arrays(list(people), list(statements), list(answers)))
    json.dumps(published(result), allow_nan=False)
    return result


@pytest.fixture(scope="module")
def groups_found() -> tuple[Votes, Landscape]:
    votes, _ = three_groups(1, n_people=300)
    return votes, landscape(votes)


@pytest.mark.parametrize(
    ("people", "statements", "answers"),
    [
        ([], [], []),
        ([1], [1], [1]),
        ([1] * 30, range(30), [1, -1] * 15),
        (range(30), [1] * 30, [1, -1] * 15),
        (*GRID, AGREE),
        (*GRID, 0 * AGREE),
        (*GRID, np.where(GRID[1] % 2, 1, -1)),
    ],
    ids=["nobody", "one vote", "one person", "one statement", "alike", "passes", "same pattern"],
)
def test_a_set_without_differences_has_no_map(
    people: Iterable[object], statements: Iterable[object], answers: Iterable[int]
) -> None:
    result = of(people, statements, answers)
    assert not result.has_map
    assert result.groups.verdict == "none" and result.groups.reason == "no_axis"
    assert result.separates == () and result.grid is None
    assert all(0 <= one.low <= one.support <= one.high <= 1 for one in result.statements)


def test_counts_are_those_of_the_votes() -> None:
    result = of(["a", "b", "c", "d"], [7, 7, 7, 12], [1, 1, -1, 0])
    first, second = result.statements
    assert (first.id, first.agrees, first.disagrees, first.passes, first.seen) == ("7", 2, 1, 0, 3)
    assert (second.id, second.passes, second.share_agree) == ("12", 1, 0.0)
    assert result.n_people == 4 and result.how_sure.placed == 0


def test_planted_groups_are_announced_with_all_their_figures(
    groups_found: tuple[Votes, Landscape],
) -> None:
    _, result = groups_found
    groups = result.groups
    assert (groups.verdict, groups.k, groups.best_k) == ("clear", 3, 3)
    assert sum(groups.sizes) == result.how_sure.placed
    assert groups.switch_share is not None and groups.switch_share < 0.1
    assert all(1 <= len(few) <= 3 for few in groups.sets_apart)
    for statement in result.statements:
        assert sum(counts.seen for counts in statement.groups) == statement.seen


def test_a_cloud_has_a_map_but_no_groups() -> None:
    result = landscape(one_cloud(1, n_people=300))
    assert result.has_map and result.how_sure.axes_above_chance >= 2
    assert (result.groups.verdict, result.groups.k) == ("none", 0)
    assert result.groups.switch_share is not None
    auc, means = result.how_sure.heldout_auc, result.how_sure.heldout_auc_means
    assert auc is not None and means is not None and auc > means


def test_shuffled_votes_have_no_groups() -> None:
    votes = one_cloud(1, n_people=200)
    results = [landscape(shuffled_votes(votes, seed)) for seed in range(10)]
    assert sum(result.has_map for result in results) <= 2
    assert all(result.groups.verdict == "none" for result in results)


@pytest.mark.parametrize("consistency", [0.9, 1.0])
def test_two_camps_are_two_groups(consistency: float) -> None:
    rng = np.random.default_rng(3)
    people, statements = np.indices((120, 25)).reshape(2, -1)
    side = np.where((people < 66) == (statements % 2 == 0), 1, -1)
    answers = np.where(rng.random(side.size) < consistency, side, -side)
    result = of(people, statements, answers)
    assert result.groups.k == 2 and sorted(result.groups.sizes) == [54, 66]


def test_what_everyone_agrees_with_unites_and_what_splits_separates() -> None:
    rng = np.random.default_rng(4)
    people, statements = np.indices((120, 25)).reshape(2, -1)
    side = np.where((people < 66) == (statements % 2 == 0), 1, -1)
    answers = np.where(statements == 7, 1, np.where(rng.random(side.size) < 0.9, side, -side))
    result = of(people, statements, answers)
    assert result.unites == ("7",)
    assert "7" not in result.separates and len(result.separates) == 10


def reordered(votes: Votes, rng: np.random.Generator) -> Votes:
    order = rng.permutation(votes.answers.size)
    names = rng.permutation(len(votes.people_ids))
    return votes_from_arrays(
        [f"x{names[person]}" for person in votes.people[order]],
        [votes.statement_ids[statement] for statement in votes.statements[order]],
        votes.answers[order],
    )


def test_order_and_names_of_people_change_nothing(groups_found: tuple[Votes, Landscape]) -> None:
    votes, result = groups_found
    again = landscape(reordered(votes, np.random.default_rng(5)))
    assert published(again) == published(result)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 12))
def test_any_small_set_gives_the_same_answer_in_any_order(
    seed: int, n_people: int, n_statements: int
) -> None:
    rng = np.random.default_rng(seed)
    people, statements = np.indices((n_people, n_statements)).reshape(2, -1)
    kept = rng.random(people.size) < 0.7
    answers = rng.integers(-1, 2, kept.sum())
    votes = votes_from_arrays(people[kept], statements[kept], answers)
    first = published(landscape(votes))
    assert published(landscape(reordered(votes, rng))) == first


def test_nothing_under_ten_people_is_published(groups_found: tuple[Votes, Landscape]) -> None:
    few = published(of(range(9), [1] * 9, [1] * 9))
    (statement,) = few["statements"]
    assert statement.pop("id") == "1" and set(statement.values()) == {None}
    grid = published(groups_found[1])["grid"]
    assert grid["cells"] and all(cell["count"] >= MIN_SHOWN for cell in grid["cells"])
    shown = [count for cell in grid["cells"] for count in cell["groups"] or ()]
    assert shown and all(count == 0 or count >= MIN_SHOWN for count in shown)


def test_no_name_of_a_person_and_no_long_number_is_published() -> None:
    votes, _ = three_groups(2, n_people=120)
    renamed = votes_from_arrays(
        [f"person-{person}" for person in votes.people], votes.statements, votes.answers
    )
    text = json.dumps(published(landscape(renamed)))
    assert "person-" not in text
    assert not re.search(r"\.\d{7}", text)


def test_the_asker_is_placed_with_those_who_answer_alike(
    groups_found: tuple[Votes, Landscape],
) -> None:
    votes, result = groups_found
    own = votes.people == 0
    names = [votes.statement_ids[statement] for statement in votes.statements[own]]
    answers = dict(zip(names, votes.answers[own].tolist(), strict=True))
    position = Locator.of(result).locate(answers | {"unknown": 1})
    assert position.group in (0, 1, 2) and 0 < position.sd < 1
    best = max(position.agreements, key=lambda one: one.same / one.of)
    assert best.group == position.group and best.same / best.of > 0.7
    nobody = Locator.of(result).locate({})
    assert (nobody.x, nobody.y) == (0.0, 0.0) and nobody.sd > position.sd


def test_the_rand_index_is_one_for_the_same_cut_and_near_zero_by_chance() -> None:
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 3, 2000)
    assert rand_index(labels, (labels + 1) % 3) == 1.0
    assert abs(rand_index(labels, rng.integers(0, 3, 2000))) < 0.01
