"""The rules of Polis as a whole: as the engine on real votes, and never failing on odd ones."""

import csv
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.arrival import ArrivalVotes, arrival_votes, arrival_votes_from_arrays
from partage.calc.groups import rand_index
from partage.calc.landscape_result import MIN_SHOWN
from partage.calc.polis import PolisResult, polis, published
from partage.calc.votes import read_moderated, stream_votes
from tests.calc.landscape_sets import REAL_SETS, real_folder

PEOPLE, STATEMENTS = np.indices((40, 30)).reshape(2, -1)
EACH = np.arange(10_000)


def of(
    people: Iterable[object], statements: Iterable[object], answers: Iterable[int], *moderated: str
) -> PolisResult:
    votes = arrival_votes_from_arrays(list(people), list(statements), list(answers))
    result = polis(votes, moderated=moderated)
    assert_sound(result)
    return result


def assert_sound(result: PolisResult) -> None:
    """What holds of any result."""
    json.dumps(published(result), allow_nan=False)
    assert sum(result.sizes) == len(result.placed) == len(result.group_of)
    assert all(size > 0 for size in result.sizes)
    assert len(result.sizes) == len(result.representative) <= result.k <= 5
    assert all(-1 <= score <= 1 for score in result.silhouettes.values())
    assert np.isfinite(result.map.people).all() and np.isfinite(result.map.statements).all()
    assert ((result.consensus > 0) & (result.consensus < 1)).all()
    assert (result.priorities > 0).all()
    listed = [one.statement for few in result.representative for one in few]
    listed += [one.statement for one in (*result.agreed, *result.disagreed)]
    assert not result.moderated[listed].any()


@pytest.mark.parametrize(
    ("people", "statements", "answers", "n_groups"),
    [
        ([], [], [], 0),
        ([1], [1], [1], 1),
        ([1] * 30, range(30), [1, -1] * 15, 1),
        (range(30), [1] * 30, [1, -1] * 15, 1),
        (PEOPLE, STATEMENTS, 0 * PEOPLE, 1),
        (PEOPLE, STATEMENTS, np.where(STATEMENTS % 2, 1, -1), 1),
        (PEOPLE, STATEMENTS, np.where((PEOPLE + STATEMENTS) % 2, 1, -1), 2),
        (["x"] * 10_000, EACH, np.where(EACH % 2, 1, -1), 1),
        (EACH, EACH, np.where(EACH % 2, 1, -1), 1),
        (EACH % 300, EACH, np.where(EACH % 2, 1, -1), 1),
        ([1, 1, 2], [1, 1, 1], [1, -1, 0], 1),
    ],
    ids=[
        "nobody", "one vote", "one person", "one statement", "passes", "alike", "two camps",
        "a person with all", "a vote each", "statements of one", "changed",
    ],
)  # fmt: skip
def test_odd_sets_follow_the_rules(
    people: Iterable[object], statements: Iterable[object], answers: Iterable[int], n_groups: int
) -> None:
    result = of(people, statements, answers)
    assert len(result.sizes) == n_groups
    assert result.k == (2 if n_groups else 0)


def test_all_moderated_leaves_one_group_and_nothing_to_say() -> None:
    result = of(
        PEOPLE, STATEMENTS, np.where((PEOPLE + STATEMENTS) % 2, 1, -1), *map(str, range(30))
    )
    assert result.sizes == (40,) and result.representative == ((),)
    assert result.agreed == result.disagreed == () and published(result)["statements"] == []
    # The counts stay those of the votes.
    assert result.consensus.tolist() == pytest.approx([21 / 42] * 30)


def test_two_camps_are_told_by_what_divides_them() -> None:
    """Twenty agree with odd statements and fourteen with even ones; all agree with statement 7."""
    people, statements = np.indices((34, 8)).reshape(2, -1)
    side = np.where((people < 20) == (statements % 2 == 1), 1, -1)
    result = of(people, statements, np.where(statements == 7, 1, side))
    assert (result.k, result.sizes) == (2, (20, 14))
    # All divide as much: the first five, agreements before disagreements.
    expected = [(0, True), (2, True), (4, True), (1, False), (3, False)]
    assert [(one.statement, one.agrees) for one in result.representative[1]] == expected
    assert [one.statement for one in result.agreed][:1] == [7] and result.disagreed == ()
    assert result.consensus[7] == pytest.approx(21 / 22 * 15 / 16)
    assert result.consensus[1] == pytest.approx(21 / 22 * 1 / 16)


def test_people_with_few_votes_have_a_place_and_no_group() -> None:
    people, statements = np.indices((20, 9)).reshape(2, -1)
    votes = np.where((people + statements) % 2, 1, -1)
    result = of([*people, "late"], [*statements, 3], [*votes, 1])
    assert result.people_ids[-1] == "late" and "late" not in result.group_of
    assert result.map.people[-1].any() and result.labels[-1] == -1
    assert int(result.rest.agrees.sum()) == 1 and sum(result.sizes) == 20


def test_a_meta_statement_is_moderated_out_and_shown_often() -> None:
    votes = arrival_votes_from_arrays(
        PEOPLE, STATEMENTS, np.where((PEOPLE + STATEMENTS) % 2, 1, -1)
    )
    result = polis(votes, meta={"4"}, moderated={"5", "unknown"})
    assert np.flatnonzero(result.moderated).tolist() == [4, 5]
    assert np.flatnonzero(result.priorities == 49).tolist() == [4]


def test_the_same_votes_give_the_same_bits() -> None:
    rng = np.random.default_rng(1)
    votes = arrival_votes_from_arrays(PEOPLE, STATEMENTS, rng.integers(-1, 2, PEOPLE.size))
    first, second = polis(votes), polis(votes)
    for one, other in zip(first.map, second.map, strict=True):
        assert one.tobytes() == other.tobytes()
    assert first.silhouettes == second.silhouettes and first.group_of == second.group_of


ROWS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 12), st.sampled_from((-1, 0, 1))), max_size=120
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sets(st.sampled_from([str(number) for number in range(13)])))
def test_any_votes_have_an_answer(rows: list[tuple[int, int, int]], moderated: set[str]) -> None:
    people, statements, answers = ([row[column] for row in rows] for column in range(3))
    result = of(people, statements, answers, *moderated)
    enough = result.counts.seen.sum() + result.rest.seen.sum()
    assert enough == len({row[:2] for row in rows})
    assert bool(rows) == bool(result.sizes)
    assert_nothing_under_ten(published(result))


def assert_nothing_under_ten(content: dict[str, Any]) -> None:
    for statement in content["statements"]:
        assert statement["seen"] is None or statement["seen"] >= MIN_SHOWN
        parts = [sum(answers) for answers in statement["groups"] or ()]
        rest = [statement["seen"] - sum(parts)] if parts else []
        assert all(part == 0 or part >= MIN_SHOWN for part in (*parts, *rest))
        assert (statement["groups"] is None) == (statement["consensus"] is None)
    for group in content["groups"]:
        assert group["size"] is None or group["size"] >= MIN_SHOWN
        for one in group["representative"]:
            assert one["seen"] is None or one["seen"] >= MIN_SHOWN


def test_what_is_published_names_nobody() -> None:
    rng = np.random.default_rng(2)
    names = [f"person-{person}" for person in PEOPLE]
    content = published(of(names, STATEMENTS, rng.integers(-1, 2, PEOPLE.size)))
    assert "person-" not in json.dumps(content)
    assert set(content) == {
        "mode", "people", "placed", "votes", "moderated_out", "k", "silhouettes", "groups",
        "majority", "consensus", "statements",
    }  # fmt: skip
    assert_nothing_under_ten(content)


def real_arrival(name: str) -> tuple[ArrivalVotes, frozenset[str]]:
    folder = real_folder(name)
    return arrival_votes(stream_votes(folder / "votes.csv")), read_moderated(
        folder / "comments.csv"
    )


@pytest.mark.data
@pytest.mark.parametrize("name", REAL_SETS)
def test_the_engine_gives_the_same_groups_on_real_votes(name: str) -> None:
    votes, moderated = real_arrival(name)
    result, golden = polis(votes, moderated=moderated), golden_of(name)
    assert_sound(result)
    assert_nothing_under_ten(published(result))
    assert result.k == golden["k"]
    scores = {int(k): score for k, score in golden["silhouette"].items()}
    assert result.silhouettes == pytest.approx(scores, abs=5e-4)
    groups, ours = golden_groups(name), result.group_of
    assert set(groups) == set(ours)
    pairs = np.array([(groups[person], ours[person]) for person in ours])
    assert rand_index(pairs[:, 0], pairs[:, 1]) == 1.0


@pytest.mark.data
@pytest.mark.parametrize("name", REAL_SETS)
def test_the_engine_says_the_same_of_statements_of_real_votes(name: str) -> None:
    votes, moderated = real_arrival(name)
    result, golden = polis(votes, moderated=moderated), golden_of(name)
    consensus = dict(zip(result.statement_ids, result.consensus.tolist(), strict=True))
    assert consensus == pytest.approx(golden["group_aware_consensus"], abs=1e-9)
    groups, ours = golden_groups(name), result.group_of
    for group, few in golden["representative"].items():
        matched = {ours[person] for person, number in groups.items() if number == int(group)}
        expected = {(str(one["tid"]), one["for_"] == "agree") for one in few}
        listed = result.representative[matched.pop()]
        assert {(result.statement_ids[one.statement], one.agrees) for one in listed} == expected
        assert len(listed) == len(expected) and not matched


def golden_of(name: str) -> dict[str, Any]:
    golden: dict[str, Any] = json.loads((real_folder(name) / "golden.json").read_text())
    return golden


def golden_groups(name: str) -> dict[str, int]:
    with (real_folder(name) / "golden-groups.csv").open(newline="") as file:
        return {row["participant"]: int(row["group"]) for row in csv.DictReader(file)}
