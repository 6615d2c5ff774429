"""Reading votes files: every usual form is accepted, every broken one is named in one sentence."""

from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.votes import Votes, VotesError, read_moderated, read_votes, votes_from_arrays

HEADER = "participant,statement,vote\n"


def written(folder: Path, content: str | bytes, name: str = "votes.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_rows(votes: Votes) -> set[tuple[str, str, int]]:
    people = [votes.people_ids[person] for person in votes.people]
    statements = [votes.statement_ids[statement] for statement in votes.statements]
    return set(zip(people, statements, votes.answers.tolist(), strict=True))


def refusal(path: Path) -> str:
    with pytest.raises(VotesError) as caught:
        read_votes(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


THREE = {("ann", "s1", 1), ("bob", "s1", -1), ("bob", "s2", 0)}


@pytest.mark.parametrize(
    "content",
    [
        HEADER + "ann,s1,agree\nbob,s1,disagree\nbob,s2,pass\n",
        HEADER + "ann,s1,Agree\nbob,s1,DISAGREE\n\nbob,s2,Pass",
        HEADER + "ann , s1,1,\nbob,s1,-1,,\nbob,s2,0\n",
        "answer;Statement ID;Voter_ID\r\n1;s1;ann\r\n-1;s1;bob\r\n0;s2;bob\r\n",
        "sep=;\nvoter;comment;vote\nann;s1;1\nbob;s1;-1\nbob;s2;0\n",
        "participant\tstatement\tvote\nann\ts1\t1\nbob\ts1\t-1\nbob\ts2\t0\n",
        "participant,group-id,n-votes,s1,s2\nann,0,1,1,\nbob,,2,-1,0\n",
        ("\ufeff" + HEADER + "ann,s1,1\nbob,s1,-1\nbob,s2,0\n"),
        (HEADER + "ann,s1,1\nbob,s1,-1\nbob,s2,0\n").encode("utf-16"),
    ],
)
def test_usual_forms_are_read_alike(tmp_path: Path, content: str | bytes) -> None:
    assert as_rows(read_votes(written(tmp_path, content))) == THREE


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "votes.csv is empty: export it again, with its header line"),
        ("sep=;\n", "votes.csv has no header line: export it again"),
        (
            "who,what\na,b\n",
            "votes.csv, line 1: the columns are who, what; "
            "there must be one called participant, one statement and one vote",
        ),
        (
            HEADER + "ann,s1,1\nbob,s1,maybe\n",
            "votes.csv, line 3: the vote is 'maybe'; write 1 or agree, -1 or disagree, 0 or pass",
        ),
        (
            HEADER + "ann,s1,1\nbob,s",
            "votes.csv, line 3: 2 columns instead of 3; "
            "the file seems cut or edited, export it again",
        ),
        (
            HEADER + ",s1,1\n",
            "votes.csv, line 2: the participant or the statement is empty; give each vote both",
        ),
        (
            "participant,s1\nann,yes\n",
            "votes.csv, line 2: statement s1 has 'yes'; "
            "write 1 or agree, -1 or disagree, 0 or pass",
        ),
        (
            "participant,statement,statement,vote\n",
            "votes.csv, line 1: two columns are called 'statement'; rename one",
        ),
        (
            (HEADER + "Zoé,s1,1\n").encode("latin-1"),
            "votes.csv, line 2: byte 0xe9 is not UTF-8; "
            "the file is probably Latin-1 or Windows-1252, save it as CSV (UTF-8)",
        ),
        (
            HEADER.encode("utf-16-le"),
            "votes.csv is not plain text (perhaps UTF-16): save it as CSV (UTF-8)",
        ),
        (b"PK\x03\x04rest", "votes.csv is a workbook or an archive: save it as CSV (UTF-8)"),
    ],
)
def test_a_broken_file_is_named_in_one_sentence(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    assert refusal(written(tmp_path, content)) == expected


def test_a_quote_left_open_is_refused(tmp_path: Path) -> None:
    assert "line 2: a quoted text does not end well" in refusal(
        written(tmp_path, HEADER + '"ann,s1,1\n')
    )


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "absent.csv")


def test_a_later_vote_replaces_the_earlier_one(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER + "ann,s1,1\nann,s1,-1\n")
    assert as_rows(read_votes(path)) == {("ann", "s1", -1)}


def test_time_stamps_say_which_vote_is_later(tmp_path: Path) -> None:
    content = "timestamp,participant,statement,vote\n20,ann,s1,1\n9,ann,s1,-1\n"
    assert as_rows(read_votes(written(tmp_path, content))) == {("ann", "s1", 1)}


def test_moderated_statements_are_dropped(tmp_path: Path) -> None:
    comments = written(
        tmp_path,
        'comment-id,moderated,comment-body\ns1,-1,"two\nlines"\ns2,0,x\ns3,1,y\n',
        "comments.csv",
    )
    votes = written(tmp_path, HEADER + "ann,s1,1\nbob,s2,-1\n")
    dropped = read_moderated(comments)
    assert dropped == {"s1"}
    assert as_rows(read_votes(votes, dropped=dropped)) == {("bob", "s2", -1)}
    assert as_rows(read_votes(votes).without(dropped)) == {("bob", "s2", -1)}


def test_columns_of_unlike_lengths_and_strange_answers_are_refused() -> None:
    with pytest.raises(VotesError, match="must be as many"):
        votes_from_arrays([1, 2], [1], [1])
    with pytest.raises(VotesError, match="must be 1, -1 or 0, got 3"):
        votes_from_arrays([1], [1], [3])


ROWS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 8), st.sampled_from((-1, 0, 1))))


@given(ROWS, st.randoms())
def test_order_and_names_do_not_change_the_arrays(
    rows: list[tuple[int, int, int]], random: Random
) -> None:
    distinct = list({(person, statement): answer for person, statement, answer in rows}.items())
    first = votes_from_arrays(
        [pair[0] for pair, _ in distinct],
        [pair[1] for pair, _ in distinct],
        [answer for _, answer in distinct],
    )
    random.shuffle(distinct)
    names = random.sample(range(100), 13)
    second = votes_from_arrays(
        [f"p{names[pair[0]]}" for pair, _ in distinct],
        [pair[1] for pair, _ in distinct],
        [answer for _, answer in distinct],
    )
    assert first.statement_ids == second.statement_ids
    for one, other in (
        (first.people, second.people),
        (first.statements, second.statements),
        (first.answers, second.answers),
    ):
        assert np.array_equal(one, other)


@given(ROWS)
def test_the_last_vote_of_a_pair_counts(rows: list[tuple[int, int, int]]) -> None:
    people, statements, answers = zip(*rows, strict=True) if rows else ((), (), ())
    kept = as_rows(votes_from_arrays(people, statements, answers))
    expected = {(person, statement): answer for person, statement, answer in rows}
    assert kept == {(str(p), str(s), answer) for (p, s), answer in expected.items()}


ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 5), st.sampled_from([-1, 0, 1])), max_size=60
)


@given(ROWS, st.sampled_from([1, 10**12]))
def test_large_numbers_are_ordered_as_small_ones_are(
    rows: list[tuple[int, int, int]], gap: int
) -> None:
    """However far apart the numbers are, and where there is no room to sort them packed."""
    people, statements, answers = (np.array([row[i] for row in rows], int) for i in range(3))
    plain = votes_from_arrays(people, statements, answers)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("partage.calc.votes.MOST_PACKED", 0)
        other = votes_from_arrays(people * gap, statements, answers)
    assert other.people_ids == tuple(str(int(name) * gap) for name in plain.people_ids)
    for part in ("people", "statements", "answers"):
        assert np.array_equal(getattr(plain, part), getattr(other, part))


def test_the_least_whole_number_is_no_answer() -> None:
    with pytest.raises(VotesError, match="got -128"):
        votes_from_arrays(["ann"], ["s1"], np.array([-128], np.int8))
