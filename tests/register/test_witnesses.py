"""Witnesses: each signs what continues what it signed before, and nothing it says is taken on trust."""

import logging
import threading
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from partage.register import witnesses as asking
from partage.register.checkpoints import open_checkpoint
from partage.register.models import Log
from partage.register.notes import Verifier
from partage.register.receipts import check_receipt
from partage.register.sequencer import Halted, current_log
from partage.register.witnesses import Witness, cosign, cosign_for_ever, witnesses
from tests.contributions.races import at_once
from tests.factories import answer, at, make_coproduction, make_device, make_statement
from tests.register.registers import behind_the_back, record_acts, sealed
from tests.register.witness import FakeWitness, Mood, running_witness


@pytest.fixture
def witness(settings: LazySettings) -> Iterator[FakeWitness]:
    with running_witness() as running:
        settings.WITNESSES = [(running.address, running.vkey)]
        yield running


def grow(witness: FakeWitness, count: int) -> None:
    sealed(count)
    witness.log_key = current_log().vkeys.splitlines()[0]


@pytest.mark.django_db
def test_a_witness_signs_each_checkpoint_that_continues_the_last(witness: FakeWitness) -> None:
    asked = witnesses()
    for count in (3, 1, 300, 7):
        grow(witness, count)
        assert cosign(asked) == 1
    assert witness.asked == [0, 3, 4, 304]
    log = current_log()
    keys = [Verifier.parse(witness.log_key), Verifier.parse(witness.vkey)]
    head, note = open_checkpoint(log.cosigned, keys)
    assert head.size == 311 and list(note.signed_by) == keys and note.seen_at
    assert Client().get("/register/1/cosigned").content.decode() == log.cosigned
    assert cosign(asked) == 0  # it has this one already


@pytest.mark.django_db
def test_a_site_that_forgot_what_a_witness_saw_is_told_and_goes_on(witness: FakeWitness) -> None:
    grow(witness, 5)
    cosign(witnesses())
    grow(witness, 5)
    assert cosign(witnesses()) == 1
    assert witness.asked == [0, 0, 5]


@pytest.mark.django_db
def test_a_receipt_bears_the_signature_of_the_witness(witness: FakeWitness) -> None:
    statement = make_statement(make_coproduction())
    browser = make_device(statement.coproduction)
    answer(browser, statement)
    grow(witness, 1)
    cosign(witnesses())
    address = at("receipt-file", "shops", statement.pk)
    keys = [Verifier.parse(witness.log_key), Verifier.parse(witness.vkey)]
    text = browser.get(address).content.decode()
    assert list(check_receipt(text, keys).note.signed_by) == keys
    answer(browser, statement, -1)
    sealed(1)  # not cosigned yet: the new answer is under the log's own signature alone
    text = browser.get(address).content.decode()
    assert list(check_receipt(text, keys).note.signed_by) == keys[:1]


MOODS: dict[Mood, str] = {
    "silent": "witness.example does not answer",
    "in the future": "witness.example signed for a moment to come",
    "signs another text": "witness.example sent no signature of its own",
    "nonsense": "witness.example sent no signature of its own",
    "claims more": "witness.example answered 409",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("mood", "why"), MOODS.items())
def test_a_witness_that_misbehaves_leaves_no_signature(
    mood: Mood, why: str, witness: FakeWitness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "partage.register")
    grow(witness, 3)
    witness.mood = mood
    assert cosign(witnesses()) == 0
    assert caplog.messages[0].startswith(f"witness: {why}")
    assert (current_log().cosigned, current_log().halted) == ("", "")


@pytest.mark.django_db
def test_others_sign_when_one_does_not(witness: FakeWitness) -> None:
    grow(witness, 3)
    gone = Witness("http://127.0.0.1:9", Verifier.parse(witness.vkey))
    unknown = Witness(f"{witness.address}/elsewhere", Verifier.parse(witness.vkey))
    assert cosign([gone, unknown, *witnesses()]) == 1
    assert witness.asked == [0, 0, 3]  # the first was heard, and its answer sent astray


@pytest.mark.django_db
def test_a_witness_that_has_seen_more_than_there_is_stops_the_signing(witness: FakeWitness) -> None:
    grow(witness, 3)
    witness.size = 9
    with pytest.raises(Halted, match=r"witness\.example has seen 9 entries, 3 are here"):
        cosign(witnesses())
    assert current_log().halted
    assert cosign(witnesses()) == 0


@pytest.mark.django_db
def test_a_witness_that_has_seen_another_tree_does_not_sign(witness: FakeWitness) -> None:
    grow(witness, 3)
    witness.size, witness.root = 2, bytes(32)
    assert cosign(witnesses()) == 0
    witness.size, witness.root = 3, bytes(32)
    assert cosign(witnesses()) == 0
    witness.log_key = f"{witness.log_key[:-8]}AAAAAAA="
    assert cosign(witnesses()) == 0


@pytest.mark.django_db
def test_a_witness_may_have_signed_a_later_checkpoint_of_another_machine(
    witness: FakeWitness,
) -> None:
    grow(witness, 3)
    log, asked = current_log(), witnesses()
    grow(witness, 4)
    cosign(asked)
    behind_the_back("UPDATE register_log SET checkpoint = %s, cosigned = ''", log.checkpoint)
    assert cosign(witnesses()) == 0
    assert current_log().halted == ""


@pytest.mark.django_db
def test_nothing_is_asked_while_nothing_is_signed_or_signing_is_stopped(
    witness: FakeWitness,
) -> None:
    record_acts(1)
    assert cosign(witnesses()) == 0
    grow(witness, 1)
    Log.objects.update(halted="An operator looks.")
    assert cosign(witnesses()) == 0
    assert witness.asked == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_asks_until_told_to_stop_and_survives_a_fault(
    witness: FakeWitness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "partage.register")
    monkeypatch.setattr(asking, "EVERY_SECONDS", 0.01)
    grow(witness, 3)
    witness.size = 9
    stop = threading.Event()

    def watch() -> None:
        while not caplog.messages:
            stop.wait(0.01)
        witness.size = 0
        behind_the_back("UPDATE register_log SET halted = ''")
        while not current_log().cosigned:
            stop.wait(0.01)
        stop.set()

    at_once(lambda: cosign_for_ever(stop), watch)
    assert set(caplog.messages) == {"witnesses: Halted"}
    assert current_log().cosigned.startswith(current_log().checkpoint)


def test_without_witnesses_the_worker_has_nothing_to_do(settings: LazySettings) -> None:
    settings.WITNESSES = []
    cosign_for_ever(threading.Event())
