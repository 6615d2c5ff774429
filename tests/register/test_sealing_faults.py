"""A fault at each step of sealing leaves something that the next pass completes."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from partage.register import sequencer
from partage.register.keys import KeyMissing
from partage.register.sequencer import (
    Halted,
    current_log,
    place_batch,
    seal,
    seal_for_ever,
    seal_if_possible,
)
from partage.register.storage import TileMissing, folder_of
from tests.contributions.races import at_once
from tests.register.registers import (
    audited,
    behind_the_back,
    key_file,
    placed,
    record_acts,
    sealed,
    signed_size,
    waiting,
)

Fault = Callable[[], Any]


@contextmanager
def a_folder_at(path: Path) -> Iterator[None]:
    """Where a file should be written there is a folder with something in it."""
    was = path.read_bytes() if path.is_file() else None
    path.unlink(missing_ok=True)
    (path / "in the way").mkdir(parents=True)
    yield
    (path / "in the way").rmdir()
    path.rmdir()
    if was is not None:
        path.write_bytes(was)


@contextmanager
def a_file_at(path: Path) -> Iterator[None]:
    """Where a folder should be there is a file."""
    away = path.with_name("away")
    if path.exists():
        path.rename(away)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    yield
    path.unlink()
    if away.exists():
        away.rename(path)


FAULTS: dict[str, Fault] = {
    "no folder for the register": lambda: a_file_at(settings.REGISTER_DIR),
    "the lock cannot be made": lambda: a_folder_at(settings.REGISTER_DIR / ".sequencer.lock"),
    "tiles cannot be written": lambda: a_file_at(folder_of(1) / "tile" / "entries"),
    "the key cannot be read": lambda: a_folder_at(key_file()),
    "signed, but not shown": lambda: a_folder_at(folder_of(1) / "vkey"),
    "the checkpoint cannot be replaced": lambda: a_folder_at(folder_of(1) / "checkpoint"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("before", [0, 3, 256])
def test_after_a_fault_the_next_pass_completes(fault: Fault, before: int) -> None:
    if before:
        sealed(before)
    record_acts(300)
    with fault(), pytest.raises((OSError, KeyMissing)):
        seal()
    assert signed_size() in {before, current_log().size}
    seal()
    assert (signed_size(), waiting()) == (before + 300, 0)
    assert placed() == list(range(before + 300))
    assert audited().holds


@pytest.mark.django_db
def test_between_the_signature_and_the_files_a_kill_costs_nothing() -> None:
    sealed(3)
    record_acts(2)
    with a_folder_at(folder_of(1) / "vkey"), pytest.raises(OSError, match="vkey"):
        seal()
    assert (signed_size(), audited().size) == (5, 3)
    assert seal() == 0
    assert (audited().size, audited().holds) == (5, True)


@pytest.mark.django_db
def test_rows_that_are_gone_stop_the_sealing_until_they_are_back() -> None:
    sealed(3)
    record_acts(2)
    with a_folder_at(key_file()), pytest.raises(KeyMissing):
        seal()
    for tile in (folder_of(1) / "tile").rglob("5"):
        tile.unlink()
    behind_the_back("UPDATE register_entry SET position = 99 WHERE position = 4")
    with pytest.raises(TileMissing, match="4 of 5 entries from 0 on"):
        seal()
    assert not seal_if_possible()
    behind_the_back("UPDATE register_entry SET position = 4 WHERE position = 99")
    assert seal_if_possible() and audited().holds


@pytest.mark.django_db
def test_without_its_key_a_signed_register_is_not_continued_and_says_so() -> None:
    sealed(3)
    key = key_file().read_text()
    for lost in ("", key.replace("/1+", "/2+"), "PRIVATE+KEY+nonsense\n"):
        key_file().write_text(lost)
        record_acts(1)
        with pytest.raises(KeyMissing, match=str(key_file())):
            seal()
    key_file().unlink()
    with pytest.raises(KeyMissing, match="put it back from a backup"):
        seal()
    assert (signed_size(), audited().size) == (3, 3)
    key_file().write_text(key)
    seal()
    assert (signed_size(), audited().holds) == (6, True)


@pytest.mark.django_db
def test_lost_files_are_made_again_byte_for_byte() -> None:
    sealed(300)
    before = {path: path.read_bytes() for path in folder_of(1).rglob("*") if path.is_file()}
    for path in before:
        path.unlink()
    assert seal() == 0
    assert {path: path.read_bytes() for path in before} == before
    record_acts(300)
    seal()
    assert audited().holds


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_starts_compares_its_rows_with_what_was_published() -> None:
    sealed(5)
    for tile in (folder_of(1) / "tile").rglob("*.p/*"):
        tile.unlink()
    behind_the_back("UPDATE register_entry SET kind = 'other' WHERE position = 2")
    stop = threading.Event()
    stop.set()
    seal_for_ever(stop)
    assert "no longer those that were published" in current_log().halted


def until(it_is_so: Callable[[], bool]) -> None:
    while not it_is_so():
        time.sleep(0.01)


def fails_at_first(times: int) -> Callable[..., Any]:
    left = list(range(times))

    def wrapper(execute: Callable[..., Any], *more: Any) -> Any:
        if left:
            left.pop()
            raise OperationalError("the database restarts")
        return execute(*more)

    return wrapper


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_on_and_says_a_fault_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sequencer, "EVERY_SECONDS", 0.01)
    caplog.set_level(logging.ERROR, "partage.register")
    stop = threading.Event()
    record_acts(2)

    def work() -> None:
        with connection.execute_wrapper(fails_at_first(4)):
            seal_for_ever(stop)

    def watch() -> None:
        until(lambda: signed_size() == 2)
        key = key_file().read_bytes()
        key_file().unlink()
        record_acts(1)
        until(lambda: len(caplog.messages) == 2)
        stop.wait(0.1)
        key_file().write_bytes(key)
        until(lambda: signed_size() == 3)
        stop.set()

    at_once(work, watch)
    assert caplog.messages[0] == "sealing: OperationalError"
    assert caplog.messages[1].startswith("sealing: KeyMissing: The file")
    assert len(caplog.messages) == 2
    assert audited().holds


@pytest.mark.django_db
def test_tiles_of_a_batch_that_was_never_signed_are_made_again_out_of_the_rows() -> None:
    sealed(3)
    for path in ("tile/entries/000.p/5", "tile/0/000.p/5"):
        (folder_of(1) / path).parent.mkdir(parents=True, exist_ok=True)
        (folder_of(1) / path).write_bytes(bytes(160))
    record_acts(2)
    seal()
    assert (audited().holds, audited().size) == (True, 5)


@pytest.mark.django_db
def test_rows_changed_before_they_are_signed_stop_the_signing() -> None:
    sealed(3)
    record_acts(2)
    place_batch()
    behind_the_back("UPDATE register_entry SET kind = 'other' WHERE position = 4")
    with pytest.raises(Halted, match="no longer give the root over the entries placed"):
        seal()
    assert (audited().size, current_log().signed_size) == (3, 3)
