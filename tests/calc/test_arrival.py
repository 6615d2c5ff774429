"""Votes in order of arrival: who comes first, which vote counts, who finds no room."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.arrival import ArrivalVotes, arrival_votes, arrival_votes_from_arrays
from partage.calc.votes import VotesError, stream_votes

Row = tuple[str, int, int]


def of(rows: list[Row], max_people: int = 100, max_statements: int = 100) -> ArrivalVotes:
    people, statements, answers = zip(*rows, strict=True) if rows else ((), (), ())
    return arrival_votes_from_arrays(
        people, statements, answers, max_people=max_people, max_statements=max_statements
    )


def as_rows(votes: ArrivalVotes) -> list[tuple[str, str, int]]:
    people = [votes.people_ids[person] for person in votes.people]
    statements = [votes.statement_ids[statement] for statement in votes.statements]
    return list(zip(people, statements, votes.answers.tolist(), strict=True))


def test_a_changed_vote_counts_at_the_place_of_the_first() -> None:
    votes = of([("zoe", 9, 1), ("ann", 3, -1), ("ann", 9, 0), ("zoe", 9, -1)])
    assert votes.people_ids == ("zoe", "ann") and votes.statement_ids == ("9", "3")
    assert as_rows(votes) == [("zoe", "9", -1), ("ann", "9", 0), ("ann", "3", -1)]


def test_a_vote_refused_takes_no_room_elsewhere() -> None:
    full_statements = of(
        [("a", 1, 1), ("a", 2, 1), ("b", 3, 1), ("c", 1, 1), ("d", 1, 1), ("b", 1, 1)], 2, 2
    )
    assert full_statements.people_ids == ("a", "c") and full_statements.statement_ids == ("1", "2")
    full_people = of([("a", 1, 1), ("b", 2, 1), ("a", 3, 1), ("a", 2, 1), ("a", 1, -1)], 1, 2)
    assert as_rows(full_people) == [("a", "1", -1), ("a", "3", 1)]


def one_by_one(rows: list[Row], max_people: int, max_statements: int) -> dict[tuple[str, str], int]:
    """The rule as it is told, vote after vote."""
    people: set[str] = set()
    statements: set[int] = set()
    kept: dict[tuple[str, str], int] = {}
    for person, statement, answer in rows:
        has_room = person in people or len(people) < max_people
        if has_room and (statement in statements or len(statements) < max_statements):
            people.add(person)
            statements.add(statement)
            kept[person, str(statement)] = answer
    return kept


ROWS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 5), st.sampled_from((-1, 0, 1))),
    max_size=40,
)


@given(ROWS, st.integers(1, 6), st.integers(1, 6))
def test_votes_are_let_in_as_if_one_by_one(rows: list[Row], people: int, statements: int) -> None:
    votes = of(rows, people, statements)
    expected = one_by_one(rows, people, statements)
    assert {(who, what): answer for who, what, answer in as_rows(votes)} == expected
    assert list(votes.people_ids) == list(dict.fromkeys(who for who, _ in expected))
    assert list(votes.statement_ids) == list(dict.fromkeys(what for _, what in expected))


def test_far_numbers_are_numbered_as_near_ones() -> None:
    near = arrival_votes_from_arrays([3, 1, 3, 2], [1, 1, 2, 1], [1, 0, 1, -1])
    far = arrival_votes_from_arrays(
        np.array([30, 10, 30, 20], np.uint64) * 10**17,
        [-(10**15), -(10**15), 5, -(10**15)],
        [1, 0, 1, -1],
    )
    assert far.people_ids[0] == "3000000000000000000" and tuple(near.people_ids) == ("3", "1", "2")
    assert near.people.tolist() == far.people.tolist()
    assert near.statements.tolist() == far.statements.tolist()


def test_a_file_is_put_in_the_order_of_its_moments(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(
        "timestamp,comment-id,voter-id,vote\n30,s1,ann,1\n10,s2,bob,-1\n30,s1,ann,0\n20,s1,bob,1\n"
    )
    votes = arrival_votes(stream_votes(path))
    assert votes.people_ids == ("bob", "ann") and votes.statement_ids == ("s2", "s1")
    assert as_rows(votes) == [("bob", "s2", -1), ("bob", "s1", 1), ("ann", "s1", 0)]


@pytest.mark.parametrize(
    ("answers", "said"), [([1], "as many, got 2, 2 and 1"), ([1, 2], "1, -1 or 0, got 2")]
)
def test_columns_that_do_not_match_are_refused(answers: list[int], said: str) -> None:
    with pytest.raises(VotesError, match=said):
        arrival_votes_from_arrays(["a", "b"], [1, 1], answers)
