"""What SQLite cannot see: another machine, a network disk, a disk that is full."""

import os
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client

from partage.config.sqlite import queue as queues
from partage.config.sqlite.guard import CLAIM_SECONDS, claim, disk_kind, this_machine
from partage.config.sqlite.queue import WriteQueue
from partage.contributions.models import Vote
from tests.factories import answer, make_coproduction, make_device, make_statement, stored
from tests.web.page import words_of

MOUNTS = """\
proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
server:/share /srv/data nfs4 rw 0 0
/dev/sdb1 /srv/data/fast\\040disk xfs rw 0 0
"""


@pytest.fixture
def base(tmp_path: Path) -> str:
    return str(tmp_path / "base")


def mark_of(base: str) -> Path:
    return Path(f"{base}.host")


def other_machine_wrote(base: str, seconds_ago: float) -> None:
    mark = mark_of(base)
    mark.write_text("0123456789abcdef 11111111-2222-3333-4444-555555555555")
    then = time.time() - seconds_ago
    os.utime(mark, (then, then))


def test_this_machine_marks_the_file_and_may_again(base: str) -> None:
    claim(base)
    assert mark_of(base).read_text() == " ".join(this_machine())
    claim(base)
    assert os.listdir(Path(base).parent) == ["base.host"]


def test_while_another_machine_writes_this_one_is_refused(base: str) -> None:
    other_machine_wrote(base, seconds_ago=CLAIM_SECONDS - 10)
    before = mark_of(base).read_text()
    with pytest.raises(OperationalError, match=r"Another machine \(0123456789abcdef .* wrote"):
        claim(base)
    with pytest.raises(OperationalError, match="use PostgreSQL for several"):
        WriteQueue.of(base)
    assert mark_of(base).read_text() == before


def test_a_machine_that_stopped_long_ago_is_replaced(base: str) -> None:
    other_machine_wrote(base, seconds_ago=CLAIM_SECONDS + 10)
    claim(base)
    assert mark_of(base).read_text() == " ".join(this_machine())


def test_this_machine_started_again_or_an_empty_mark_is_no_other(base: str) -> None:
    machine, _boot = this_machine()
    for words in (f"{machine} an-earlier-start", ""):
        mark_of(base).write_text(words)
        claim(base)


def test_the_mark_is_renewed_while_writing(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "RENEW_SECONDS", -1)
    queue = WriteQueue.of(base)
    then = time.time() - 60
    os.utime(mark_of(base), (then, then))
    queue.enter()
    queue.leave()
    assert time.time() - mark_of(base).stat().st_mtime < 30
    other_machine_wrote(base, seconds_ago=5)
    with pytest.raises(OperationalError, match="Another machine"):
        queue.enter()
    other_machine_wrote(base, seconds_ago=CLAIM_SECONDS + 1)
    queue.enter()  # the turn was given back
    queue.leave()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/var/lib/partage/base", "ext4"), ("/srv/data/base", "nfs4"), ("/srv/database", "ext4"),
     ("/srv/data/fast disk/base", "xfs"), ("/proc/self", "proc")],
)  # fmt: skip
def test_the_disk_of_a_file_is_that_of_the_nearest_mount(
    path: str, kind: str, tmp_path: Path
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert disk_kind(Path(path), str(mounts)) == kind


def test_where_mounts_cannot_be_read_no_disk_is_refused(base: str) -> None:
    assert disk_kind(Path(base), "/nowhere/mounts") == ""
    assert disk_kind(Path(base)) not in {"", "nfs4"}


def test_a_network_disk_is_refused(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = disk_kind(Path(base))
    monkeypatch.setattr("partage.config.sqlite.guard.NETWORK_DISKS", frozenset({here}))
    with pytest.raises(OperationalError, match=r"is on a network disk .* use PostgreSQL"):
        claim(base)
    assert not mark_of(base).exists()


def test_a_database_in_memory_is_nobodys() -> None:
    queue = WriteQueue(":memory:")
    queue.enter()
    queue.leave()


@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_an_answer_is_refused_with_a_sentence_and_reading_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    coproduction = make_coproduction()
    statement = make_statement(coproduction)
    device = make_device(coproduction)
    before = stored()
    monkeypatch.setitem(connection.settings_dict, "KEEP_FREE_MB", 10**12)
    refused = answer(device, statement)
    if connection.vendor != "sqlite":  # PostgreSQL guards its own disk
        assert refused.status_code == 302
        return
    assert refused.status_code == 503 and len(words_of(refused)) > 100
    assert Client().get(coproduction.get_absolute_url()).status_code == 200
    assert stored() == before
    monkeypatch.setitem(connection.settings_dict, "KEEP_FREE_MB", 0)
    assert answer(device, statement).status_code == 302 and Vote.objects.count() == 1
