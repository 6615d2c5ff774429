"""What goes wrong together: a disk and a seal, a lost key and a new log, two erasures and a backup."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from partage.calc.tiles import Tile
from partage.commands.verify import verify
from partage.contributions.worker import one_pass
from partage.people.models import Participant
from partage.register.keys import KeyMissing
from partage.register.leaves import LeafError, Line, read_leaf
from partage.register.models import Entry, Log, VaultKey
from partage.register.sequencer import Halted, seal, seal_if_possible
from partage.register.storage import folder_of, keep
from partage.rights.replay import replay_erasures
from tests.factories import answer, at, make_device, make_sensitive, make_statement, participant_of
from tests.register.registers import audited, key_file, record_acts, sealed
from tests.register.test_forks import run, stopped

pytestmark = pytest.mark.django_db


def test_a_disk_that_fails_does_not_stop_what_follows_the_register() -> None:
    settings.REGISTER_DIR.touch()  # a file where the folder should be
    one_pass()
    settings.REGISTER_DIR.unlink()
    assert seal_if_possible()


def test_an_empty_file_is_no_published_checkpoint() -> None:
    kept = stopped()
    kept.write_bytes(b"")
    assert run("resume", "--published", kept).exit_code == 1
    assert Log.objects.get().halted


def test_a_new_log_can_follow_a_checkpoint_that_cannot_be_read() -> None:
    sealed(5)
    record_acts(1)
    (folder_of(1) / "checkpoint").write_text("garbage")
    assert not seal_if_possible()
    assert run("new-log", "--why", "The disk was damaged.").exit_code == 0


def test_a_reason_that_does_not_fit_in_an_entry_is_refused() -> None:
    sealed(5)
    result = run("new-log", "--why", "x" * 1100)
    assert result.exit_code == 1 and "shorten it" in result.output
    assert Log.objects.count() == 1


def test_what_was_placed_and_never_signed_is_sealed_in_the_new_log() -> None:
    sealed(5)
    record_acts(7)
    key_file().unlink()
    assert not seal_if_possible()
    assert run("new-log", "--why", "The key is lost.").exit_code == 0
    assert seal() == 7
    assert not Entry.objects.filter(log=1, position__gte=5).exists()
    assert audited(2).holds and audited(2).size == 8


def test_a_damaged_key_file_is_never_added_to() -> None:
    key_file().write_text("garbage\n")
    record_acts(1)
    with pytest.raises(KeyMissing, match="cannot be read"):
        seal()
    assert key_file().read_text() == "garbage\n"


def test_files_of_a_batch_that_was_never_signed_are_made_again_from_the_rows() -> None:
    sealed(1)
    record_acts(1)
    keep(1, Tile("entries", 0, 2).path, b"\x00\x01a\x00\x01b")
    keep(1, Tile(0, 0, 2).path, bytes(64))
    assert seal() == 1
    assert audited().holds and audited().size == 2


def test_rows_that_do_not_give_the_root_that_was_placed_stop_the_signing() -> None:
    sealed(1)
    record_acts(1)
    Log.objects.update(frontier=bytes(32))  # of one entry, and of another tree
    with pytest.raises(Halted, match="no longer give the root"):
        seal()


@pytest.mark.parametrize("version", [b"true", b"1.0", b'"1"'])
def test_an_entry_that_spells_its_version_otherwise_is_refused(version: bytes) -> None:
    hour = datetime(2026, 1, 1, tzinfo=UTC)
    leaf = Line("vote", "shops", hour, bytes(16), bytes(32), {}).leaf()
    assert read_leaf(leaf)["v"] == 1
    with pytest.raises(LeafError):
        read_leaf(leaf.replace(b'"v":1', b'"v":' + version))


@pytest.mark.parametrize("event", ["00", "zz" * 16])
def test_an_entry_whose_event_is_no_number_is_refused(event: str) -> None:
    leaf = Line("vote", "", datetime(2026, 1, 1, tzinfo=UTC), bytes(16), bytes(32), {}).leaf()
    with pytest.raises(LeafError):
        read_leaf(leaf.replace(b"00" * 16 + b'","hour', event.encode() + b'","hour'))


def test_a_checkpoint_that_broke_since_is_told_on_the_page(tmp_path: Path) -> None:
    sealed(5)
    told = {"XDG_STATE_HOME": str(tmp_path / "state")}
    assert CliRunner().invoke(verify, ["log"], env=told).exit_code == 0
    (folder_of(1) / "checkpoint").write_text("garbage")
    assert CliRunner().invoke(verify, ["log"], env=told).exit_code == 1
    assert Log.objects.filter(verdict__holds=False).exists()


def test_a_memory_that_cannot_be_written_is_said_and_the_answer_stands() -> None:
    sealed(5)
    folder = str(folder_of(1))
    result = CliRunner().invoke(verify, ["log", folder], env={"XDG_STATE_HOME": "/proc"})
    assert result.exit_code == 0 and "not remembered" in result.output


def test_until_a_new_log_is_signed_the_page_leads_to_the_old_one(client: Client) -> None:
    sealed(5)
    run("new-log", "--why", "A test.")
    assert "register/1/checkpoint" in client.get(at("register")).content.decode()


def test_a_tile_that_cannot_be_read_is_answered_with_a_sentence(client: Client) -> None:
    sealed(5)
    shutil.rmtree(settings.REGISTER_DIR)
    settings.REGISTER_DIR.touch()
    assert client.get("/register/1/tile/entries/000.p/5").status_code == 503


def test_a_damaged_file_of_the_register_does_not_stop_a_restore() -> None:
    sealed(10)
    bundle = folder_of(1) / "tile/entries/000.p/10"
    bundle.write_bytes(bundle.read_bytes()[:-3])
    assert replay_erasures() == 0


@pytest.mark.django_db(transaction=True)
def test_who_withdrew_then_erased_everything_is_erased_from_a_backup_of_before() -> None:
    coproduction = make_sensitive()
    device = make_device(coproduction)
    device.post(at("consent", coproduction.slug))
    answer(device, make_statement(coproduction))
    backed_up = participant_of(device, coproduction)
    secret = bytes(backed_up.vault_key.key)
    device.post(at("withdraw", coproduction.slug))
    device.post(at("erase", coproduction.slug))
    assert not Participant.objects.exists()
    with transaction.atomic():  # as a backup from before would bring them back
        key = VaultKey.objects.create(key=secret)
        Participant.objects.create(space=backed_up.space, key=backed_up.key, vault_key=key)
    assert replay_erasures() == 1
    assert not Participant.objects.exists() and not VaultKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_address_where_there_is_no_register_is_named(live_server: LiveServer) -> None:
    result = CliRunner().invoke(verify, ["log", f"{live_server.url}/register/2"])
    assert result.exit_code == 1 and "/register/2/checkpoint: Not Found" in result.output
