"""Background readers: a stored position, moved by one worker at a time."""

import pytest

from partage.register import consumers
from partage.register.models import Consumer
from partage.register.recording import record

pytestmark = pytest.mark.django_db


def test_a_reader_that_never_ran_stands_at_zero_and_lags_behind() -> None:
    last = record("vote", space="shops").pk
    assert consumers.position("results", "shops") == 0
    assert consumers.last_position("shops") == last
    assert consumers.lag("results", ["shops"]).entries == last


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
