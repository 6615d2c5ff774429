"""The bench compares rightly, and can fail."""

from pathlib import Path

import pytest

from faults.compare import Pair, StoredVote, compare
from faults.outcome import (
    NothingTested,
    Outcome,
    Part,
    Skipped,
    canary,
    exit_code,
    outcomes_of,
    promise,
)
from faults.planted_settings import without_durability
from partage.config import environment

ONE, TWO, THREE = Pair(1, 10), Pair(2, 10), Pair(1, 11)


def test_nothing_is_lost_when_each_acknowledged_vote_is_stored() -> None:
    compared = compare({ONE: 1, TWO: 0}, [StoredVote(ONE, 1), StoredVote(TWO, 0)])
    assert compared.acknowledged == 2
    assert not compared.lost and not compared.doubled and not compared.unacknowledged


def test_a_vote_that_is_not_stored_is_lost() -> None:
    assert compare({ONE: 1, TWO: 0}, [StoredVote(ONE, 1)]).lost == {TWO}


def test_a_vote_stored_with_another_answer_is_lost() -> None:
    assert compare({ONE: 1}, [StoredVote(ONE, -1)]).lost == {ONE}


def test_a_vote_stored_twice_is_noticed_even_with_the_same_answer() -> None:
    stored = [StoredVote(ONE, 1), StoredVote(ONE, 1), StoredVote(TWO, 0)]
    compared = compare({ONE: 1, TWO: 0}, stored)
    assert compared.doubled == {ONE} and not compared.lost


def test_a_vote_stored_without_an_answer_to_its_sender_is_counted_apart() -> None:
    compared = compare({ONE: 1}, [StoredVote(ONE, 1), StoredVote(THREE, -1)])
    assert compared.unacknowledged == {THREE} and not compared.lost


def test_a_planted_fault_that_goes_unnoticed_is_a_failure() -> None:
    silent = canary("power", 0, "synchronous=NORMAL")
    assert silent.state == "BROKEN" and "its silence is worth nothing" in silent.words
    assert canary("power", 3, "synchronous=NORMAL").state == "kept"


@pytest.mark.parametrize(
    ("error", "state"),
    [(Skipped("no loop devices"), "SKIPPED"), (NothingTested("nothing was tested"), "BROKEN")],
)
def test_a_part_that_stops_is_an_outcome(error: Exception, state: str) -> None:
    def stopped() -> list[Outcome]:
        raise error

    (outcome,) = outcomes_of(Part("power", stopped))
    assert outcome.state == state and outcome.words == str(error)


def test_a_skip_is_not_a_pass_and_a_failure_weighs_more() -> None:
    kept, broken = promise("a", "0 lost", True), promise("a", "1 lost", False)
    skipped = Outcome("a", "no root", "SKIPPED")
    assert exit_code([kept]) == 0
    assert exit_code([kept, skipped]) == 77
    assert exit_code([kept, skipped, broken]) == 1
    assert exit_code([]) == 1


def test_the_planted_settings_take_the_durability_away() -> None:
    url = "postgres://somebody:secret@localhost/partage?options=-c%20synchronous_commit%3Don"
    options = without_durability(environment.postgres(url))["OPTIONS"]
    assert isinstance(options, dict) and options["options"] == "-c synchronous_commit=off"


def test_the_planted_settings_do_not_wait_for_the_disk_of_sqlite(tmp_path: Path) -> None:
    before = environment.sqlite(tmp_path / "partage.sqlite3")
    assert "synchronous=FULL" in str(before["OPTIONS"])
    assert "synchronous=NORMAL" in str(without_durability(before)["OPTIONS"])
