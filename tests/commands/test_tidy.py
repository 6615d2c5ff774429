"""`partage tidy`: no trace of erased people in the files, and a check of the register once a day."""

import logging
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from partage.checks.models import Run
from partage.commands import tidy as tidying
from partage.commands.postgres_tools import dump, is_empty, load
from partage.commands.throwaway_postgres import PostgresMissing
from partage.commands.tidy import Nightly, tidy, tidy_for_ever
from partage.contributions.models import Statement
from partage.coproductions.models import Coproduction
from tests.contributions.races import at_once
from tests.factories import at, make_coproduction, make_device
from tests.register.registers import sealed

pytestmark = pytest.mark.django_db(transaction=True)
# The tests that run beside these write in other databases of the same server.
LONGER_THAN_ANY_TEST = 300.0
WORDS = "Seventeen violet benches by the door, please."


def bytes_on_disk() -> bytes:
    """The database's own files."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            paths = list(Path(connection.settings_dict["NAME"]).parent.glob("*.sqlite3*"))
        else:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            (folder,) = cursor.fetchone()
            cursor.execute("SELECT pg_relation_filepath(%s)", [Statement._meta.db_table])
            paths = [Path(folder) / cursor.fetchone()[0]]
    return b"".join(path.read_bytes() for path in paths)


def somebody_proposed_and_erased(coproduction: Coproduction) -> Client:
    device = make_device(coproduction)
    device.post(at("propose", coproduction.slug), {"text": WORDS})
    return device


def test_deleted_words_are_in_the_files_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "PATIENCE_SECONDS", LONGER_THAN_ANY_TEST)
    device = somebody_proposed_and_erased(make_coproduction())
    assert CliRunner().invoke(tidy).stdout == "Done.\n"
    assert WORDS.encode() in bytes_on_disk()
    device.post(at("erase", "shops"))
    assert CliRunner().invoke(tidy).exit_code == 0
    assert WORDS.encode() not in bytes_on_disk()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_transaction_left_open_is_named_and_waited_for(
    elsewhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite waits by itself for whoever reads
    device = somebody_proposed_and_erased(make_coproduction())
    other = connection.copy()
    if elsewhere:  # a writer in another database of the server keeps what is deleted in this one
        other.settings_dict["NAME"] = "postgres"
    try:
        other.set_autocommit(False)
        other.cursor().execute("SELECT pg_current_xact_id()" if elsewhere else "SELECT 1")
        device.post(at("erase", "shops"))
        monkeypatch.setattr(tidying, "PATIENCE_SECONDS", 0.0)
        refused = CliRunner().invoke(tidy)
        assert refused.exit_code == 1
        assert re.search(rf"\(process .*\b{other.connection.info.backend_pid}\b", refused.output)
        monkeypatch.setattr(tidying, "PATIENCE_SECONDS", LONGER_THAN_ANY_TEST)
        threading.Timer(0.3, other.connection.rollback).start()
        assert CliRunner().invoke(tidy).output == "Done.\n"
        assert WORDS.encode() not in bytes_on_disk()
    finally:
        other.close()


def test_the_worker_tidies_once_somebody_was_erased_and_at_most_once_a_day() -> None:
    if connection.vendor != "sqlite":
        return  # there it would lock tables: an operator chooses the hour
    nightly = Nightly()
    device = somebody_proposed_and_erased(make_coproduction())
    device.post(at("erase", "shops"))
    kept = settings.ERASURE_LIST.read_text()
    settings.ERASURE_LIST.unlink()
    Statement.objects.all().delete()
    wal = Path(f"{connection.settings_dict['NAME']}-wal")
    nightly.one_pass()
    assert wal.stat().st_size
    settings.ERASURE_LIST.write_text(kept)
    nightly.one_pass()
    assert wal.stat().st_size == 0
    make_coproduction("other")
    settings.ERASURE_LIST.write_text(kept)
    nightly.one_pass()
    assert wal.stat().st_size


def test_the_register_is_checked_once_a_day_in_a_process_of_its_own() -> None:
    nightly = Nightly()
    nightly.one_pass()
    assert nightly._checking is None  # nothing is signed yet
    sealed(3)
    nightly.one_pass()
    checking = nightly._checking
    assert checking and checking.args[-3:] == ["check", "--data", "--json"]
    nightly.one_pass()
    assert nightly._checking is checking
    checking.wait(timeout=60)
    now, found = timezone.now(), {"broken": 0, "unknown": 0}
    Run.objects.create(began_at=now, ended_at=now, **found)
    nightly.one_pass()
    assert nightly._checking is checking
    Run.objects.update(began_at=now - timedelta(days=2))
    nightly.one_pass()
    again = nightly._checking
    assert again is not None and again is not checking
    nightly.stop()
    assert again.poll() is not None  # it leaves no process behind
    nightly.stop()


def test_the_worker_goes_on_after_a_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "partage.tidy")
    monkeypatch.setattr(tidying, "EVERY_SECONDS", 0.01)
    stop = threading.Event()
    sealed(1)
    monkeypatch.setenv("PATH", "/nowhere")  # `nice` is not found

    def watch() -> None:
        while len(caplog.messages) < 2:
            stop.wait(0.01)
        stop.set()

    at_once(lambda: tidy_for_ever(stop, Nightly()), watch)
    assert set(caplog.messages) == {"tidying: FileNotFoundError"}


def test_a_dump_that_fails_says_why_and_not_the_password(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        return
    wrong = {**connection.settings_dict, "NAME": "nowhere"}
    with pytest.raises(PostgresMissing, match=r'pg_dump: .*"nowhere" does not exist') as refused:
        dump(wrong, tmp_path / "dumped")
    assert wrong["PASSWORD"] not in str(refused.value)
    (tmp_path / "dumped").write_text("nonsense")
    with pytest.raises(PostgresMissing, match="pg_restore: "):
        load(connection.settings_dict, tmp_path / "dumped")
    assert not is_empty(connection)
