"""Entries byte for byte: canonical JSON, read back in its one spelling."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.register.leaves import (
    NO_OPENING,
    LeafError,
    Line,
    canonical,
    commitment,
    erased_events,
    is_open,
    read_leaf,
)

HOUR = datetime(2026, 5, 3, 14, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PUBLIC = st.dictionaries(WORDS, st.integers() | WORDS | st.lists(WORDS, max_size=2), max_size=4)
LINES = st.builds(
    Line,
    st.sampled_from(["vote", "frame-published"]),
    st.sampled_from(["", "shops"]),
    st.just(HOUR),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=32, max_size=32),
    PUBLIC,
)
VOTE = Line("vote", "shops", HOUR, bytes(16), bytes(32), {}).leaf()


@given(PUBLIC)
def test_the_same_facts_have_one_spelling_without_spaces(facts: dict[str, object]) -> None:
    spelled = canonical(facts)
    assert json.loads(spelled) == facts
    assert canonical(json.loads(spelled)) == spelled
    assert canonical(dict(reversed(facts.items()))) == spelled


@given(LINES)
def test_an_entry_is_read_back_with_the_facts_of_its_row(line: Line) -> None:
    facts = read_leaf(line.leaf())
    assert facts["event"] == bytes(line.event_id).hex()
    assert facts["commitment"] == bytes(line.commitment).hex()
    assert facts.get("coproduction", "") == line.space
    assert facts.get("public", {}) == line.public


@given(LINES, st.data())
def test_an_entry_spelled_otherwise_is_none(line: Line, data: st.DataObject) -> None:
    leaf = line.leaf().decode()
    loose = json.dumps(json.loads(leaf))
    turned = json.dumps(dict(reversed(json.loads(leaf).items())), separators=(",", ":"))
    at = data.draw(st.integers(0, len(leaf) - 1))
    for wrong in (loose, turned, f"{leaf} ", leaf[:at], leaf[:at] + leaf[at + 1 :] + "x"):
        with pytest.raises(LeafError, match="This is not an entry of a register"):
            read_leaf(wrong.encode())


@pytest.mark.parametrize(
    "entry",
    [b"", b"\xff", b"[]", b"3", b"{}", b"[" * 100_000, VOTE.replace(b'"v":1', b'"v":2'),
     VOTE.replace(b'"vote"', b"3"), VOTE.replace(b'"v":1', b'"public":[],"v":1'),
     VOTE.replace(b'"vote"', b'"\\ud800"')],
)  # fmt: skip
def test_what_is_not_an_entry_is_refused(entry: bytes) -> None:
    with pytest.raises(LeafError):
        read_leaf(entry)


def test_the_hour_is_told_in_universal_time() -> None:
    paris = HOUR.astimezone(timezone(timedelta(hours=2)))
    assert Line("vote", "shops", paris, bytes(16), bytes(32), {}).leaf() == VOTE
    assert read_leaf(VOTE)["hour"] == "2026-05-03T14:00Z"


def test_an_entry_is_open_when_it_commits_to_its_own_public_part() -> None:
    public = {"version": 2}
    for said in ({}, public):
        kept = commitment(NO_OPENING, canonical(said))
        assert is_open(read_leaf(Line("x", "", HOUR, bytes(16), kept, said).leaf()))
    assert not is_open(read_leaf(VOTE))
    assert not is_open(read_leaf(Line("x", "", HOUR, bytes(16), bytes(32), public).leaf()))


def test_the_list_of_what_is_erased_is_a_list_of_events() -> None:
    assert erased_events({"kind": "vote"}) == []
    event = "0a" * 16
    assert erased_events({"kind": "erased", "public": {"events": [event]}}) == [event]
    for public in ({}, {"events": 3}, {"events": [3]}, {"events": ["00"]}):
        with pytest.raises(LeafError, match="does not list events"):
            erased_events({"kind": "erased", "public": public})
