"""Entries written before there was a tree get their places in it when a site moves on."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from partage.register.models import Consumer, Entry, Log
from partage.register.sequencer import seal
from tests.register.registers import audited, behind_the_back, record_acts


def migrate_to(name: str) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([("register", name)])


@pytest.mark.usefixtures("empty_database")
def test_entries_are_placed_in_the_order_of_their_numbers(settings: Any, tmp_path: Path) -> None:
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
