"""Entries written before there was a tree get their places in it when a site moves on."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from partage.register.models import Consumer, Entry, Log
from partage.register.sequencer import seal
from tests.register.registers import audited, behind_the_back, record_acts

KEPT = Path(__file__).parent.parent / "databases" / "0.1.0.sql"
SEAL = "from partage.register.sequencer import seal; seal()"


def migrate_to(name: str) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("register", name)])


@pytest.fixture
def before_the_tree(transactional_db: None) -> Iterator[None]:
    migrate_to("0002_log_and_places")
    yield
    # All of it: what stands above the register was undone on the way.
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


# One test: undoing all that stands above the register takes longer than the rest.
def test_entries_are_placed_in_the_order_of_their_numbers(
    before_the_tree: None, settings: Any, tmp_path: Path
) -> None:
    for count in (0, 1, 300, 2100):
        migrate_to("0002_log_and_places")
        settings.REGISTER_DIR = tmp_path / str(count)
        _check_places(count)


def _check_places(count: int) -> None:
    Entry.objects.all().delete()
    Consumer.objects.all().delete()
    Log.objects.all().delete()
    record_acts(count)
    behind_the_back("UPDATE register_entry SET position = NULL")
    behind_the_back("INSERT INTO register_consumer (name, space, position) VALUES ('a', 'b', 99)")
    migrate_to("0003_seal_entries")
    places = Entry.objects.order_by("pk").values_list("log", "position")
    assert list(places) == [(1, place) for place in range(count)]
    log = Log.objects.get()
    assert (log.number, log.size, log.signed_size) == (1, count, 0)
    assert Consumer.objects.get().position == 0
    record_acts(3)
    assert seal() == 3
    assert audited().holds and audited().size == count + 3


def test_a_kept_database_is_sealed_signed_at_the_first_pass_and_verified(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "partage.sqlite3") as database:
        database.executescript(KEPT.read_text())
        (entries,) = database.execute("SELECT COUNT(*) FROM register_entry").fetchone()
    database.close()
    variables = {**os.environ, "PARTAGE_DATA_DIR": str(tmp_path), "PARTAGE_DATABASE_URL": ""}
    variables |= {"DJANGO_SETTINGS_MODULE": "partage.config.settings"}
    variables |= {"XDG_STATE_HOME": str(tmp_path / "state")}

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=variables, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-c", "import django; django.setup(); from django.core.management import call_command; "
        "call_command('migrate', verbosity=0, interactive=False); " + SEAL)  # fmt: skip
    report = json.loads(run("-m", "partage", "verify", "log", "--json"))
    assert report["holds"] and report["size"] == entries > 0
    assert report["matches"] + report["erased"] == entries
