"""The receipt of an answer: for the device that gave it, once it is sealed."""

import pytest
from django.test import Client

from partage.contributions.models import Statement, Vote
from partage.register.keys import verifiers_of
from partage.register.models import Entry, Log, Payload
from partage.register.receipts import check_receipt
from partage.register.sequencer import current_log, seal
from tests.factories import answer, at, make_coproduction, make_device, make_statements, stored
from tests.register.registers import behind_the_back
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def statements() -> list[Statement]:
    return make_statements(make_coproduction(), 3)


@pytest.fixture
def device(statements: list[Statement]) -> Client:
    browser = make_device(statements[0].coproduction)
    for statement in statements[:2]:
        answer(browser, statement)
    return browser


def page(statement: Statement) -> str:
    return at("receipt", "shops", statement.pk)


def file(statement: Statement) -> str:
    return at("receipt-file", "shops", statement.pk)


def test_before_it_is_sealed_there_is_a_page_and_no_file(
    device: Client, statements: list[Statement]
) -> None:
    assert "Not yet: it takes a second or two." in words_of(device.get(page(statements[0])))
    assert device.get(file(statements[0])).status_code == 404
    Log.objects.all().delete()
    assert device.get(file(statements[0])).status_code == 404


def test_once_sealed_the_receipt_proves_the_answer(
    device: Client, statements: list[Statement]
) -> None:
    seal()
    before = stored()
    said = words_of(device.get(page(statements[0])))
    assert "Take the receipt" in said and statements[0].text in said
    given = device.get(file(statements[0]))
    checked = check_receipt(given.content.decode(), verifiers_of(current_log()))
    assert checked.content == {"answer": "agree", "statement": statements[0].pk}
    assert checked.facts["kind"] == "vote"
    assert "no-store" in given["Cache-Control"]
    code = given["Content-Disposition"].partition('"')[2].partition(".")[0]
    assert code in said and checked.facts["event"].startswith(code.replace("-", ""))
    assert stored() == before


def test_nobody_else_sees_it(device: Client, statements: list[Statement]) -> None:
    seal()
    others = [Client(), make_device(), make_device(statements[0].coproduction)]
    for other in others:
        for address in (page(statements[0]), file(statements[0])):
            assert other.get(address).status_code == 404
    for address in (page(statements[2]), file(statements[2]), at("receipt", "other", 1)):
        assert device.get(address).status_code == 404
    assert device.post(page(statements[0])).status_code == 405


def test_after_another_answer_the_receipt_is_of_the_last_one(
    device: Client, statements: list[Statement]
) -> None:
    seal()
    for given, name in ((-1, "disagree"), (1, "agree")):
        answer(device, statements[0], given)
        assert device.get(file(statements[0])).status_code == 404
        seal()
        text = device.get(file(statements[0])).content.decode()
        checked = check_receipt(text, verifiers_of(current_log()))
        assert checked.content["answer"] == name
        last = Entry.objects.filter(kind="vote").latest("position")
        assert checked.index == last.position


def test_an_answer_taken_back_has_no_receipt(device: Client, statements: list[Statement]) -> None:
    seal()
    device.post(at("undo", "shops"), {"statement": statements[0].pk})
    assert device.get(page(statements[0])).status_code == 404
    assert device.get(page(statements[1])).status_code == 200


def test_an_answer_whose_entry_is_gone_has_no_receipt(
    device: Client, statements: list[Statement]
) -> None:
    seal()
    Payload.objects.all().delete()
    assert device.get(page(statements[0])).status_code == 404
    assert Vote.objects.count() == 2


def test_a_receipt_of_an_earlier_log_is_under_that_logs_signature(
    device: Client, statements: list[Statement]
) -> None:
    seal()
    behind_the_back("INSERT INTO register_log (number, origin, vkeys, size, frontier, checkpoint, "
                    "signed_size, cosigned, halted) VALUES (2, '', '', 0, %s, '', 0, '', '')", b"")  # fmt: skip
    text = device.get(file(statements[0])).content.decode()
    old = Log.objects.get(pk=1)
    assert check_receipt(text, verifiers_of(old)).checkpoint.origin == old.origin
