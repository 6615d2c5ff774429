"""A database that no longer continues what was published signs nothing, until an operator decides."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from partage.commands.register import register
from partage.register.checkpoints import Checkpoint, unchecked
from partage.register.keys import kept_signers
from partage.register.leaves import read_leaf
from partage.register.models import Entry, Log
from partage.register.notes import sign
from partage.register.sequencer import Halted, current_log, seal, seal_if_possible
from partage.register.storage import folder_of, leaves
from tests.factories import answer, at, make_coproduction, make_device, make_statement
from tests.register.registers import audited, behind_the_back, key_file, record_acts, sealed
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def run(*words: str | Path, sure: str = "y\n") -> Result:
    return CliRunner().invoke(register, [str(word) for word in words], input=sure)


def shown() -> Path:
    return folder_of(1) / "checkpoint"


def publish_another(size: int, root: bytes = bytes(32)) -> Checkpoint:
    """The checkpoint of a later or of another database stands on this machine's disk."""
    origin = current_log().origin
    head = Checkpoint(origin, size, root)
    shown().write_text(sign(head.text, kept_signers(origin)))
    return head


def larger() -> None:
    publish_another(20)


def different() -> None:
    publish_another(3)


def unreadable() -> None:
    shown().write_text("not a checkpoint")


FORKS = {
    larger: "20 entries were published and this database holds 5: it comes from an older backup.",
    different: "The first 3 entries are no longer those that were published.",
    unreadable: "The published checkpoint cannot be read: A checkpoint has three lines",
}


@pytest.mark.parametrize(("fork", "why"), FORKS.items())
def test_a_fork_stops_the_signing_for_good(fork: Callable[[], None], why: str) -> None:
    sealed(5)
    right = shown().read_text()
    record_acts(1)
    fork()
    with pytest.raises(Halted, match=why):
        seal()
    shown().write_text(right)
    with pytest.raises(Halted, match="Nothing more is signed here"):
        seal()
    assert not seal_if_possible()
    assert current_log().signed_size == 5
    assert why in run("status").stdout


def test_rows_changed_under_what_is_published_stop_the_signing() -> None:
    sealed(5)
    shown().unlink()
    for tile in (folder_of(1) / "tile").rglob("*"):
        if tile.is_file():
            tile.unlink()
    behind_the_back("UPDATE register_entry SET kind = 'other' WHERE position = 2")
    with pytest.raises(Halted, match="no longer those that were published"):
        seal()


def test_while_nothing_is_signed_the_page_says_so_and_answers_are_recorded() -> None:
    sealed(5)
    page = at("register")
    assert "Sealing is stopped" not in words_of(Client().get(page))
    larger()
    record_acts(1)
    assert not seal_if_possible()
    assert "Sealing is stopped" in words_of(Client().get(page))
    statement = make_statement(make_coproduction())
    assert answer(make_device(statement.coproduction), statement).status_code == 302
    assert Entry.objects.filter(kind="vote", position=None).exists()


def test_a_new_log_continues_and_names_the_old_one() -> None:
    sealed(5)
    head = publish_another(20, bytes(range(32)))
    record_acts(2)
    assert not seal_if_possible()
    assert "Begun: log 2." in run("new-log", "--why", "A disk was lost.").stdout
    seal()
    facts = read_leaf(leaves(2, 0, 1)[0])
    assert facts["kind"] == "register-continues"
    assert facts["public"]["follows"] == head.origin == "localhost:8000/register/1"
    assert (facts["public"]["size"], facts["public"]["why"]) == (20, "A disk was lost.")
    assert facts["public"]["root"] == head.text.split("\n")[2]
    log, report = current_log(), audited(2)
    assert (log.origin, log.signed_size) == ("localhost:8000/register/2", 3)
    assert report.holds and report.size == 3
    assert not Entry.objects.filter(position=None).exists()
    assert "Earlier log: localhost:8000/register/1" in words_of(Client().get(at("register")))


def test_a_new_log_after_a_lost_key_follows_the_last_signature() -> None:
    sealed(5)
    key_file().unlink()
    record_acts(1)
    assert not seal_if_possible()
    assert run("new-log", "--why", "The key is lost.").exit_code == 0
    assert seal_if_possible() and audited(2).holds
    assert read_leaf(leaves(2, 0, 1)[0])["public"]["size"] == 5


def test_no_new_log_before_anything_was_published_or_without_a_yes() -> None:
    refused = run("new-log", "--why", "No reason.")
    assert refused.exit_code == 1
    assert "Nothing was published yet: there is no log to follow." in refused.stderr
    sealed(2)
    assert run("new-log", "--why", "No reason.", sure="n\n").exit_code == 1
    assert Log.objects.count() == 1


# Signing again after a restore.


def stopped(size: int = 5) -> Path:
    """A register stopped after a restore; its published checkpoint, kept elsewhere."""
    sealed(size)
    kept = shown().with_name("kept")
    kept.write_text(shown().read_text())
    shown().unlink()
    behind_the_back("UPDATE register_log SET halted = 'Restored from a backup.'")
    return kept


def test_with_the_published_checkpoint_that_it_extends_the_register_signs_again() -> None:
    kept = stopped()
    record_acts(1)
    assert "Stopped: Restored from a backup." in run("status").stdout
    for where in (kept, kept.parent):
        (kept.parent / "checkpoint").write_text(kept.read_text())
        behind_the_back("UPDATE register_log SET halted = 'Restored from a backup.'")
        assert "The worker signs log 1 again." in run("resume", "--published", where).stdout
    assert "It signs." in run("status").stdout
    assert seal() == 3 and audited().holds
    resumed = Entry.objects.filter(kind="register-resumed").order_by("pk").first()
    assert resumed and resumed.public == {"size": 5}


def test_affirming_that_nothing_later_was_published_signs_again() -> None:
    stopped()
    assert run("resume", "--nothing-later").exit_code == 0
    seal()
    assert audited().holds and Log.objects.get().halted == ""


def test_a_published_checkpoint_that_is_not_extended_or_of_another_log_is_refused() -> None:
    kept = stopped()
    note = kept.read_text()
    origin = unchecked(note).origin
    wrong = {
        Checkpoint(origin, 9, bytes(32)): "9 entries were published and this database holds 5",
        Checkpoint(origin, 5, bytes(32)): "The first 5 entries are no longer those",
        Checkpoint("else.example", 5, bytes(32)): f"is of else.example, not {origin}",
    }
    for head, why in wrong.items():
        kept.write_text(sign(head.text, kept_signers(origin)))
        refused = run("resume", "--published", kept)
        assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
        assert why in refused.stderr
    for raw, why in ((b"\xff", "a checkpoint is text"), (b"nonsense", "three lines")):
        kept.write_bytes(raw)
        assert why in run("resume", "--published", kept).stderr
    assert "no such file" in run("resume", "--published", kept.parent / "nowhere").stderr
    assert current_log().halted == "Restored from a backup."


def test_resuming_needs_one_of_two_words_and_a_register_that_is_stopped() -> None:
    kept = stopped()
    assert run("resume").exit_code == 2
    assert run("resume", "--published", kept, "--nothing-later").exit_code == 2
    assert run("resume", "--published", kept).exit_code == 0
    refused = run("resume", "--nothing-later")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: Nothing is stopped: the register signs.\n",
    )
