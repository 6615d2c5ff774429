"""The facilitator's desk: sentences read one by one, published or refused under a rule."""

import pytest
from django.test import Client

from partage.contributions.models import (
    Progress,
    Statement,
)
from partage.register.models import Entry
from tests.factories import (
    answer,
    at,
    make_coproduction,
    make_facilitator,
    make_statement,
    signed_in,
    stored,
)
from tests.web.page import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> Statement:
    return make_statement(make_coproduction(), state=Progress.WAITING)


@pytest.fixture
def desk(waiting: Statement) -> Client:
    return signed_in(make_facilitator(waiting.coproduction))


def test_the_desk_lists_what_one_facilitates_and_how_much_waits(desk: Client) -> None:
    make_coproduction("elsewhere")
    page = words_of(desk.get(at("desk")))
    assert "Title of shops 1 contribution to read" in page
    assert "Title of elsewhere" not in page


def test_the_queue_shows_the_oldest_sentence_first(desk: Client, waiting: Statement) -> None:
    make_statement(waiting.coproduction, "A younger sentence.", state=Progress.WAITING)
    page = words_of(desk.get(at("queue", "shops")))
    assert waiting.text in page and "A younger sentence." not in page
    assert "2 contributions to read" in page


def test_an_empty_queue_says_so(desk: Client) -> None:
    Statement.objects.all().delete()
    assert "Nothing to read." in words_of(desk.get(at("queue", "shops")))


def test_publishing_opens_the_sentence_to_answers(desk: Client, waiting: Statement) -> None:
    sent = {"number": waiting.pk, "decision": "publish"}
    assert desk.post(at("queue", "shops"), sent).status_code == 302
    assert answer(Client(), waiting).status_code == 302
    entry = Entry.objects.get(kind="statement-published")
    assert entry.public == {"statement": waiting.pk, "role": "facilitator"}


def test_refusing_under_a_rule_closes_it_to_answers(desk: Client, waiting: Statement) -> None:
    sent = {
        "number": waiting.pk,
        "decision": "refuse",
        "rule": "personal",
        "reason": "No names.",
    }
    assert desk.post(at("queue", "shops"), sent).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rule, waiting.reason) == ("refused", "personal", "No names.")
    assert answer(Client(), waiting).status_code == 409
    entry = Entry.objects.get(kind="statement-refused")
    assert entry.public["rule"] == "personal" and "No names." not in str(entry.public)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose what to do with it."),
        ({"decision": "refuse"}, "Choose the rule of the charter"),
        ({"decision": "refuse", "rule": "ugly"}, "Select a valid choice."),
        ({"decision": "refuse", "rule": "source"}, "Select a valid choice."),
        ({"decision": "refuse", "rule": "personal", "reason": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_refusal_that_lacks_something_is_refused_with_the_reason(
    desk: Client, waiting: Statement, sent: dict[str, str], sentence: str
) -> None:
    before = stored()
    response = desk.post(at("queue", "shops"), {"number": waiting.pk, **sent})
    assert response.status_code == 400
    assert sentence in words_of(response)
    waiting.refresh_from_db()
    assert waiting.state == Progress.WAITING and stored() == before


def test_a_second_decision_is_refused(desk: Client, waiting: Statement) -> None:
    sent = {"number": waiting.pk, "decision": "publish"}
    desk.post(at("queue", "shops"), sent)
    before = stored()
    response = desk.post(at("queue", "shops"), sent | {"decision": "refuse", "rule": "personal"})
    assert response.status_code == 409
    assert "Somebody decided on it first." in words_of(response)
    waiting.refresh_from_db()
    assert waiting.state == Progress.PUBLISHED and stored() == before


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "-1"])
def test_deciding_on_no_sentence_is_not_found(desk: Client, number: str) -> None:
    sent = {"number": number, "decision": "publish"}
    assert desk.post(at("queue", "shops"), sent).status_code == 404


def test_deciding_on_a_sentence_of_another_coproduction_is_not_found(desk: Client) -> None:
    foreign = make_statement(make_coproduction("elsewhere"), state=Progress.WAITING)
    sent = {"number": foreign.pk, "decision": "publish"}
    assert desk.post(at("queue", "shops"), sent).status_code == 404
    foreign.refresh_from_db()
    assert foreign.state == Progress.WAITING


def test_whoever_does_not_facilitate_it_may_neither_read_nor_decide(waiting: Statement) -> None:
    other = make_facilitator(make_coproduction("elsewhere"), email="paul@example.org")
    browser = signed_in(other)
    sent = {"number": waiting.pk, "decision": "publish"}
    for response in (browser.get(at("queue", "shops")), browser.post(at("queue", "shops"), sent)):
        assert response.status_code == 403
        assert "This page is for people with another role." in words_of(response)
        assert waiting.text not in words_of(response)
    waiting.refresh_from_db()
    assert waiting.state == Progress.WAITING


def test_a_stranger_is_sent_to_the_sign_in_page(waiting: Statement) -> None:
    sent = {"number": waiting.pk, "decision": "publish"}
    for name, *words in (("desk",), ("queue", "shops")):
        address = at(name, *words)
        for response in (Client().get(address), Client().post(address, sent)):
            assert response.status_code == 302
            assert response["Location"] == f"{at('sign-in')}?next={address}"
    waiting.refresh_from_db()
    assert waiting.state == Progress.WAITING


def test_somebody_without_a_role_is_told(waiting: Statement) -> None:
    browser = signed_in(make_facilitator())
    assert "You have no role in a coproduction." in words_of(browser.get(at("desk")))
