"""Sealing: every entry gets one place, in batches that end on a tile, and the tree is signed last."""

import fcntl
import os
from functools import partial
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import connection

from partage.register.keys import kept_signers
from partage.register.models import Entry, Log
from partage.register.sequencer import Raced, current_log, place_batch, seal, seal_if_possible
from partage.register.storage import folder_of
from tests.contributions.races import at_once
from tests.factories import stored
from tests.register.registers import (
    audited,
    behind_the_back,
    files_in,
    just_before,
    placed,
    record_acts,
    record_votes,
    sealed,
    signed_size,
    waiting,
)

TAKE = "UPDATE register_entry SET log = 1, position = %s WHERE id = %s"


@pytest.mark.django_db
def test_an_empty_register_stays_unsigned() -> None:
    assert seal() == 0
    assert (signed_size(), files_in(folder_of(1))) == (0, {})
    assert not settings.REGISTER_KEY.exists()


@pytest.mark.django_db
def test_batches_end_on_a_tile() -> None:
    record_acts(300)
    assert [place_batch() for _ in range(3)] == [256, 44, 0]
    record_acts(300)
    assert [place_batch() for _ in range(3)] == [212, 88, 0]
    assert placed() == list(range(600))


@pytest.mark.django_db
def test_what_is_sealed_is_signed_and_holds() -> None:
    record_votes(7)
    record_acts(300)
    assert seal() == 307
    log, report = current_log(), audited()
    assert (log.size, log.signed_size, waiting()) == (307, 307, 0)
    assert report.holds and (report.size, report.sealed, report.matches) == (307, 7, 300)
    assert log.origin == "localhost:8000/register/1"
    assert oct(settings.REGISTER_KEY.stat().st_mode)[-3:] == "600"


@pytest.mark.django_db
def test_sealing_again_writes_nothing_more() -> None:
    sealed(300)
    before, files = stored(), files_in(folder_of(1))
    row = Log.objects.values().get()
    times = [path.stat().st_mtime_ns for path in sorted(folder_of(1).rglob("*"))]
    assert seal() == 0
    assert (stored(), files_in(folder_of(1)), Log.objects.values().get()) == (before, files, row)
    assert [path.stat().st_mtime_ns for path in sorted(folder_of(1).rglob("*"))] == times


@pytest.mark.django_db
def test_an_entry_that_commits_late_takes_the_next_place_and_nobodys() -> None:
    sealed(3)
    late, latest = record_acts(2)
    behind_the_back("UPDATE register_entry SET id = id - 100 WHERE id = %s", late.pk)
    assert seal() == 2
    places = dict(Entry.objects.values_list("pk", "position"))
    assert (places[late.pk - 100], places[latest.pk]) == (3, 4)
    assert audited().holds


@pytest.mark.django_db
def test_the_checkpoint_grows_and_each_continues_the_one_before() -> None:
    sizes = []
    for count in (1, 255, 1, 300):
        sealed(count)
        sizes.append(signed_size())
        assert audited().holds
    assert sizes == [1, 256, 257, 557]
    assert all(old < new for old, new in pairwise(sizes))


@pytest.mark.django_db(transaction=True)
def test_sequencers_at_once_never_give_a_place_twice() -> None:
    record_acts(600)

    def place() -> int:
        return sum(iter(place_batch, 0))

    assert sum(at_once(place, place, place)) == 600
    assert placed() == list(range(600))
    seal()
    assert audited().holds


@pytest.mark.django_db(transaction=True)
def test_people_write_while_several_seal() -> None:
    writers = [partial(record_acts, 40) for _ in range(3)]
    sealers = [seal for _ in range(3)]
    at_once(*writers, *sealers)
    seal()
    assert placed() == list(range(120))
    assert (signed_size(), audited().holds) == (120, True)


@pytest.mark.django_db
def test_while_another_process_has_the_turn_nothing_is_sealed() -> None:
    record_acts(2)
    settings.REGISTER_DIR.mkdir()
    with (settings.REGISTER_DIR / ".sequencer.lock").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert (seal(), waiting()) == (0, 2)
    assert (seal(), waiting()) == (2, 0)


@pytest.mark.django_db
def test_a_sequencer_that_comes_second_to_an_entry_undoes_its_batch() -> None:
    first, _second = record_acts(2)
    taken = partial(behind_the_back, TAKE, 7, first.pk)
    quicker = just_before("UPDATE register_entry SET log", taken)
    why = "2 entries were waiting, 1 were placed"
    with connection.execute_wrapper(quicker), pytest.raises(Raced, match=why):
        seal()
    assert (placed(), current_log().size) == ([], 0)
    assert (seal(), audited().holds) == (2, True)


@pytest.mark.django_db
def test_a_sequencer_that_comes_second_to_the_log_undoes_its_batch() -> None:
    record_acts(2)
    grown = partial(behind_the_back, "UPDATE register_log SET size = 1")
    quicker = just_before("UPDATE register_log SET size", grown)
    why = "no longer has 0 entries"
    with connection.execute_wrapper(quicker), pytest.raises(Raced, match=why):
        seal()
    assert (placed(), current_log().size, seal()) == ([], 0, 2)


@pytest.mark.django_db
def test_a_sequencer_that_comes_second_to_the_signature_leaves_the_first_one() -> None:
    record_acts(2)
    stopped = partial(behind_the_back, "UPDATE register_log SET halted = 'An operator looks.'")
    with connection.execute_wrapper(just_before("UPDATE register_log SET origin", stopped)):
        assert not seal_if_possible()
    assert (signed_size(), waiting()) == (0, 0)
    assert not (folder_of(1) / "checkpoint").exists()
    behind_the_back("UPDATE register_log SET halted = ''")
    assert seal_if_possible() and (signed_size(), audited().holds) == (2, True)


@pytest.mark.django_db
def test_a_key_made_before_the_first_signature_was_lost_with_a_kill_is_used_again() -> None:
    record_acts(2)
    stopped = partial(behind_the_back, "UPDATE register_log SET halted = 'An operator looks.'")
    with connection.execute_wrapper(just_before("UPDATE register_log SET origin", stopped)):
        seal_if_possible()
    behind_the_back("UPDATE register_log SET halted = ''")
    seal()
    assert len(kept_signers(current_log().origin)) == 1


@pytest.mark.django_db
def test_no_temporary_file_stays() -> None:
    sealed(300)
    assert not [name for name in files_in(folder_of(1)) if f".{os.getpid()}." in name]
