"""Background readers: a stored position, moved by one worker at a time."""

import pytest

from partage.register import consumers
from partage.register.models import Consumer, Entry
from partage.register.recording import record
from partage.register.sequencer import seal
from partage.register.shards import begin_new_log

pytestmark = pytest.mark.django_db


def test_a_reader_that_never_ran_stands_at_zero_and_lags_behind() -> None:
    record("vote", space="elsewhere")
    record("vote", space="shops")
    assert consumers.last_position("shops") == 0  # nothing is sealed yet
    seal()
    assert consumers.position("results", "shops") == 0
    assert consumers.last_position("shops") > 0
    assert consumers.lag("results", ["shops"]).entries == 1


def test_an_entry_that_commits_late_is_still_read() -> None:
    first = record("vote", space="shops").pk
    seal()
    read = consumers.last_position("shops")
    late = record("vote", space="shops").pk
    Entry.objects.filter(pk=late).update(id=first - 1)  # it took its number before the first one
    seal()
    assert consumers.last_position("shops") == read + 1


def test_positions_go_on_growing_in_a_new_log() -> None:
    record("vote", space="shops")
    seal()
    read = consumers.last_position("shops")
    begin_new_log("a test")
    record("vote", space="shops")
    seal()
    assert consumers.last_position("shops") > read
    consumers.advance("results", "shops", start=0, end=read)
    assert consumers.lag("results", ["shops"]).entries == 1


def test_moving_on_works_from_the_position_read_and_from_no_other() -> None:
    assert consumers.advance("results", "shops", start=0, end=7)
    assert not consumers.advance("results", "shops", start=0, end=9)
    assert consumers.position("results", "shops") == 7
    assert Consumer.objects.count() == 1


def test_readers_and_spaces_do_not_disturb_one_another() -> None:
    consumers.advance("results", "shops", start=0, end=7)
    assert consumers.position("turnout", "shops") == 0
    assert consumers.position("results", "elsewhere") == 0
    assert consumers.lag("results", ["elsewhere"]).entries == 0


def test_entries_between_two_positions_are_read_in_order_and_across_logs() -> None:
    for kind in ("one", "two"):
        record(kind, space="shops")
        record("other", space="elsewhere")
        seal()
    middle = consumers.last_position("shops")
    begin_new_log("a test")
    record("three", space="shops")
    seal()
    record("four", space="shops")  # not sealed yet
    end = consumers.last_position("shops")

    def kinds(start: int, end: int) -> list[str]:
        return list(consumers.sealed_between("shops", start, end).values_list("kind", flat=True))

    assert kinds(0, end) == ["one", "two", "three"]
    assert kinds(0, middle) == ["one", "two"] and kinds(middle, end) == ["three"]
    assert kinds(middle, middle) == kinds(end, end) == kinds(end, middle) == []


def test_the_mark_of_the_last_act_changes_with_each_act_and_in_no_other_space() -> None:
    record("frame-published", space="shops")
    first = consumers.last_act("shops")
    record("frame-published", space="other")
    assert consumers.last_act("shops") == first
    record("frame-published", space="shops")
    assert consumers.last_act("shops") != first
