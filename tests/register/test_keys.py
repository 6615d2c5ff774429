"""A second key, announced and signing; the first retired, once both have signed."""

import pytest
from click.testing import CliRunner, Result

from partage.commands.register import register
from partage.register.checkpoints import open_checkpoint
from partage.register.keys import kept_signers, verifiers_of
from partage.register.models import Entry
from partage.register.notes import NoteError, Verifier
from partage.register.sequencer import current_log, seal
from tests.factories import stored
from tests.register.registers import audited, key_file, record_acts, sealed

pytestmark = pytest.mark.django_db


def run(*words: str) -> Result:
    return CliRunner().invoke(register, words)


def numbers() -> list[str]:
    """The keys in the key file, by the middle of name+number+key."""
    return [signer.verifier.id.hex() for signer in kept_signers(current_log().origin)]


def test_a_second_key_is_announced_and_signs_beside_the_first() -> None:
    sealed(2)
    (old,) = verifiers_of(current_log())
    result = run("rotate-key")
    new = Verifier.parse(result.stdout.splitlines()[0].removeprefix("Announced: "))
    assert Entry.objects.get(kind="register-key-added").public == {"vkey": str(new)}
    seal()
    log = current_log()
    for trusted in ([old], [new], [old, new]):
        _head, note = open_checkpoint(log.checkpoint, trusted)
        assert list(note.signed_by) == trusted
    assert log.vkeys == f"{old}\n{new}\n"
    assert str(new) in run("status").stdout


def test_the_first_key_is_retired_and_signs_nothing_more() -> None:
    sealed(2)
    run("rotate-key")
    seal()
    old, new = verifiers_of(current_log())
    assert run("retire-key", old.id.hex()).stdout == f"Retired: {old}\n"
    seal()
    assert numbers() == [new.id.hex()]
    assert Entry.objects.get(kind="register-key-retired").public == {"vkey": str(old)}
    assert audited().holds
    with pytest.raises(NoteError):
        open_checkpoint(current_log().checkpoint, [old])
    assert oct(key_file().stat().st_mode)[-3:] == "600"


def test_the_second_key_may_be_the_one_retired() -> None:
    sealed(2)
    run("rotate-key")
    seal()
    first, second = numbers()
    assert run("retire-key", second).exit_code == 0
    assert numbers() == [first]


def test_no_key_is_retired_before_both_have_signed() -> None:
    sealed(2)
    run("rotate-key")
    for _ in range(2):
        refused = run("retire-key", numbers()[0])
        assert refused.exit_code == 1
        assert "The other key has not signed yet" in refused.stderr
    seal()
    assert run("retire-key", numbers()[0]).exit_code == 0


def test_a_key_put_into_the_file_without_a_word_in_the_register_retires_none() -> None:
    sealed(2)
    lines = key_file().read_text()
    run("rotate-key")
    seal()
    Entry.objects.filter(kind="register-key-added").update(kind="other")
    refused = run("retire-key", numbers()[0])
    assert "has not signed yet" in refused.stderr
    assert key_file().read_text().startswith(lines)


def test_the_only_key_and_an_unknown_one_cannot_be_retired() -> None:
    sealed(2)
    before, key = stored(), key_file().read_bytes()
    (number,) = numbers()
    assert "It is the only key" in run("retire-key", number).stderr
    refused = run("retire-key", "0000")
    assert (refused.exit_code, refused.stderr) == (
        1, f"Error: No key has the number '0000': there are {number}.\n",
    )  # fmt: skip
    assert (stored(), key_file().read_bytes()) == (before, key)


def test_before_the_first_signature_there_is_no_key_to_rotate_or_retire() -> None:
    record_acts(1)
    assert "Nothing is signed yet" in run("rotate-key").stderr
    assert run("retire-key", "0000").exit_code == 1
    assert not key_file().exists()
    assert "Log 1: not signed yet" in run("status").stdout
    assert "no key yet" in run("status").stdout


def test_with_its_key_lost_no_second_one_is_announced() -> None:
    sealed(2)
    key_file().unlink()
    refused = run("rotate-key")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "holds no key of the register localhost:8000/register/1" in refused.stderr
    assert not key_file().exists()
