"""SQLite with writers served in turn, on a library that is recent enough."""

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from partage.config.sqlite.queue import WriteQueue
from partage.people.models import Newcomer

HOLDER = """
import sys, time
from partage.config.sqlite.queue import WriteQueue
queue = WriteQueue.of(sys.argv[1])
queue.enter()
print("in", flush=True)
time.sleep(0.5)
queue.leave()
"""


def test_the_library_is_not_one_that_corrupts_files() -> None:
    if connection.vendor == "sqlite":
        assert sqlite3.sqlite_version_info >= (3, 51, 3)


def test_threads_enter_one_at_a_time(tmp_path: Path) -> None:
    queue, inside, most = WriteQueue.of(str(tmp_path / "base")), 0, 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(50):
            queue.enter()
            inside += 1
            most = max(most, inside)
            inside -= 1
            queue.leave()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert (inside, most) == (0, 1)


def test_processes_enter_one_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "base")
    words = [sys.executable, "-c", HOLDER, path]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"in\n"
        started = time.perf_counter()
        queue = WriteQueue.of(path)
        queue.enter()
        waited = time.perf_counter() - started
        queue.leave()
    assert other.returncode == 0 and waited > 0.2


def test_the_same_file_has_one_queue_in_a_process(tmp_path: Path) -> None:
    assert WriteQueue.of(str(tmp_path / "a")) is WriteQueue.of(str(tmp_path / "a"))
    assert WriteQueue.of(str(tmp_path / "a")) is not WriteQueue.of(str(tmp_path / "b"))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_the_queue_to_the_next() -> None:
    for _ in range(3):
        with pytest.raises(IntegrityError), transaction.atomic():
            Newcomer.objects.bulk_create([Newcomer(network=None, began_at=timezone.now())])
    with transaction.atomic():
        Newcomer.objects.create(network=bytes(16), began_at=timezone.now())
    assert Newcomer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_cannot_begin_leaves_the_queue_to_the_next() -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        with pytest.raises(OperationalError, match="within a transaction"), transaction.atomic():
            pass
        cursor.execute("ROLLBACK")
    with transaction.atomic():
        Newcomer.objects.create(network=bytes(16), began_at=timezone.now())
    assert Newcomer.objects.count() == 1
