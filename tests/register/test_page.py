"""The page of the register: where it stands, and whether a receipt or a number holds."""

import pytest
from django.test import Client
from django.utils import timezone

from faults.sample_log import sample_log
from partage.contributions.models import Statement
from partage.coproductions.models import Coproduction
from partage.register.finding import code_of, entry_of_code
from partage.register.models import Consumer, Entry, Erasure, Log, Payload, VaultKey
from partage.register.sequencer import seal
from tests.factories import answer, at, make_coproduction, make_device, make_statement, stored
from tests.register.registers import audited, record_acts, record_votes, sealed
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


def page() -> str:
    return words_of(Client().get(at("register")))


def check(text: str) -> str:
    response = Client().post(at("register"), {"receipt": text})
    assert response.status_code == 200
    return words_of(response)


def a_receipt() -> tuple[Client, Coproduction, Statement, str]:
    statement = make_statement(make_coproduction())
    browser = make_device(statement.coproduction)
    answer(browser, statement)
    record_acts(20)
    seal()
    address = at("receipt-file", "shops", statement.pk)
    return browser, statement.coproduction, statement, browser.get(address).content.decode()


def test_the_page_says_where_the_register_stands() -> None:
    assert "Nothing is sealed yet." in page()
    sealed(1234)
    assert "Sealed entries 1,234 " in page() and "wait" not in page()
    record_acts(2)
    assert "1,234, 2 wait" in page()
    log = Log.objects.get()
    assert log.checkpoint.split("\n")[2] in page()
    assert "Not yet: the site checks itself once a day." in page()
    for holds, said in ((True, "everything holds"), (False, "something does not hold")):
        Log.objects.update(verified_at=timezone.now(), verdict={"size": 9, "holds": holds})
        assert said in page()


def test_reading_and_checking_write_nothing() -> None:
    *_rest, receipt = a_receipt()
    before = stored()
    page()
    check(receipt)
    check("1234")
    assert stored() == before


def test_a_receipt_pasted_as_it_is_or_as_a_browser_sends_it_holds() -> None:
    *_rest, statement, receipt = a_receipt()
    for text in (receipt, receipt.replace("\n", "\r\n"), f"\n  {receipt}\n\n"):
        said = check(text)
        assert "This receipt holds" in said
        assert "What it shows" in said and "agree" in said and str(statement.pk) in said
        assert "in localhost:8000/register/1" in said


def test_a_receipt_altered_cut_or_of_another_register_does_not_hold() -> None:
    *_rest, receipt = a_receipt()
    lines = receipt.split("\n")
    for wrong, why in (
        (receipt.replace("index ", "index 1", 1), "the proof does not lead to its root"),
        (receipt[: len(receipt) // 3], "cut short"),
        ("\n".join(lines[:-3]), ""),
        (str(sample_log(9).receipt(3)), "It is signed by sample.example/register/1"),
    ):
        said = check(wrong)
        assert "This receipt does not hold." in said and why in said
        assert "This receipt holds" not in said
    assert "<script>" not in Client().post(
        at("register"), {"receipt": "c2sp.org/<script>"}
    ).content.decode().replace("&lt;script&gt;", "")


def test_the_number_of_an_act_is_found_however_it_is_typed() -> None:
    entry = record_acts(1)[0]
    code = code_of(bytes(entry.event_id))
    assert "waits" in check(code) or "This act is in the register" in check(code)
    seal()
    for typed in (code, code.upper(), f" {code.replace('-', ' ')} ", bytes(entry.event_id).hex()):
        said = check(typed)
        assert "This act is in the register" in said and code in said


@pytest.mark.parametrize("typed", ["nonsense", "0123-4567-89ab-cdef", "0123", "0" * 17, "é" * 16])
def test_a_number_that_is_none_or_unknown_is_not_found(typed: str) -> None:
    sealed(1)
    assert f"No act has this number: {typed}." in check(typed)
    assert entry_of_code(typed) is None


def test_an_empty_field_is_answered_too() -> None:
    assert "Paste a receipt, or type the number of an act." in check("  ")
    assert Client().put(at("register")).status_code == 405


def test_what_is_erased_leaves_a_receipt_taken_before_as_good_as_it_was() -> None:
    browser, *_rest, receipt = a_receipt()
    assert browser.post(at("erase", "shops")).status_code == 200
    record_acts(1)
    seal()
    assert "This receipt holds" in check(receipt)
    assert audited().holds


def test_rows_of_the_register_name_themselves() -> None:
    key = record_votes(1)
    entry, payload = Entry.objects.get(), Payload.objects.get()
    event = bytes(entry.event_id)
    assert str(key) == f"vault key {VaultKey.objects.get().pk}"
    assert str(entry) == "vote in shops" and str(Entry(kind="erased")) == "erased in the site"
    assert str(payload) == f"payload of entry {entry.pk}"
    assert (
        str(Log(number=3)) == "log 3"
        and str(Log(number=3, origin="x/register/3")) == "x/register/3"
    )
    assert str(Erasure(event_id=event)) == f"erasure of {event.hex()}"
    assert str(Consumer(name="turnout", space="shops", position=4)) == "turnout of shops at 4"
