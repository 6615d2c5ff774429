"""The desk of an organization's calls: publishing, refusing with a reason, promising, answering."""

import hashlib

import pytest
from django.test import Client

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.register.models import Entry
from tests.calls.test_calling import TITLE, call_for
from tests.factories import (
    at,
    make_call,
    make_coproduction,
    make_facilitator,
    make_supports,
    signed_in,
    stored,
)
from tests.web.page import hidden_fields, html_of, words_of

pytestmark = pytest.mark.django_db
ANSWER = "We will open the roof in May."


@pytest.fixture
def shops() -> Coproduction:
    return make_coproduction()


@pytest.fixture
def desk(shops: Coproduction) -> Client:
    return signed_in(make_facilitator(shops))


@pytest.fixture
def stranger() -> Client:
    """Somebody who facilitates for another organization."""
    elsewhere = make_coproduction("elsewhere", organization="Another one")
    return signed_in(make_facilitator(elsewhere, email="paul@example.org"))


def test_a_call_is_read_published_and_shown_to_all(desk: Client, shops: Coproduction) -> None:
    author = Client()
    found = call_for(author, shops)
    assert "1 call to read" in words_of(desk.get(at("desk")))
    page = desk.get(at("calls-desk"))
    assert TITLE in words_of(page)
    sent = {"call": hidden_fields(page)["call"], "decision": "publish"}
    assert desk.post(at("calls-desk"), sent).status_code == 302
    assert TITLE in words_of(Client().get(at("calls")))
    assert "50 more supports" in words_of(author.get(found.get_absolute_url()))
    entry = Entry.objects.get(kind="call-published")
    assert entry.public == {"call": found.pk, "role": "facilitator", "answer_from": 50}


def test_a_refusal_gives_its_author_the_rule_and_the_reason(
    desk: Client, shops: Coproduction
) -> None:
    author = Client()
    found = call_for(author, shops)
    sent = {"call": found.pk, "decision": "refuse", "rule": "elsewhere", "reason": "The city does."}
    assert desk.post(at("calls-desk"), sent).status_code == 302
    page = words_of(author.get(found.get_absolute_url()))
    assert "It is not for this organization to do. The city does." in page
    assert "The city does." in words_of(author.get(at("calls")))
    assert Client().get(found.get_absolute_url()).status_code == 404
    entry = Entry.objects.get(kind="call-refused")
    assert entry.public == {"call": found.pk, "role": "facilitator", "rule": "elsewhere"}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose the rule of the charter"),
        ({"decision": "refuse", "reason": "No."}, "Choose the rule of the charter"),
        ({"decision": "refuse", "rule": "ugly", "reason": "No."}, "Select a valid choice."),
        ({"decision": "refuse", "rule": "personal"}, "never refused without one"),
        ({"decision": "refuse", "rule": "personal", "reason": "  "}, "never refused without one"),
    ],
)
def test_a_refusal_without_a_rule_and_a_reason_is_refused(
    desk: Client, shops: Coproduction, sent: dict[str, str], sentence: str
) -> None:
    found = make_call(shops, state=Call.State.WAITING)
    before = stored()
    response = desk.post(at("calls-desk"), {"call": found.pk, **sent})
    assert response.status_code == 400 and sentence in words_of(response)
    found.refresh_from_db()
    assert found.state == "waiting" and stored() == before


@pytest.mark.parametrize("second", ["publish", "refuse", ""])
def test_a_colleague_who_acted_first_is_respected(
    desk: Client, shops: Coproduction, second: str
) -> None:
    found = make_call(shops, state=Call.State.WAITING)
    desk.post(at("calls-desk"), {"call": found.pk, "decision": "publish"})
    before = stored()
    sent = {"call": found.pk, "decision": second, "rule": "personal", "reason": "No names."}
    response = desk.post(at("calls-desk"), sent if second else {"call": found.pk})
    assert response.status_code == 409
    assert "A colleague decided on this call first." in words_of(response)
    found.refresh_from_db()
    assert found.state == "published" and stored() == before


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "-1"])
def test_deciding_on_no_call_is_not_found(desk: Client, number: str) -> None:
    assert desk.post(at("calls-desk"), {"call": number}).status_code == 404


def test_another_organization_neither_reads_nor_decides_nor_answers(
    stranger: Client, shops: Coproduction
) -> None:
    waiting, published = make_call(shops, state=Call.State.WAITING), make_call(shops, "A second")
    assert waiting.title not in words_of(stranger.get(at("calls-desk")))
    before = stored()
    sent = {"call": waiting.pk, "decision": "publish"}
    assert stranger.post(at("calls-desk"), sent).status_code == 403
    answers = at("call-answer", published.pk)
    assert stranger.get(answers).status_code == 403
    assert stranger.post(answers, {"answer": ANSWER}).status_code == 403
    promised = {"organization": shops.organization_id, "supports": "1000"}
    assert stranger.post(at("calls-promise"), promised).status_code == 403
    shops.organization.refresh_from_db()
    assert shops.organization.answers_from == 50 and stored() == before


def test_the_number_promised_holds_for_later_calls_only(desk: Client, shops: Coproduction) -> None:
    earlier = make_call(shops)
    promised = {"organization": shops.organization_id, "supports": "3"}
    for _press in range(2):
        assert desk.post(at("calls-promise"), promised).status_code == 302
    entry = Entry.objects.get(kind="call-answers-promised")
    assert entry.public == {"organization": "quatre-vents", "answer_from": 3}
    later = make_call(shops, state=Call.State.WAITING)
    desk.post(at("calls-desk"), {"call": later.pk, "decision": "publish"})
    assert "50 more supports" in words_of(Client().get(earlier.get_absolute_url()))
    assert "3 more supports" in words_of(Client().get(later.get_absolute_url()))


@pytest.mark.parametrize("number", ["", "0", "-1", "many", "9999999999"])
def test_a_promise_of_no_sensible_number_is_refused_and_kept_in_the_form(
    desk: Client, shops: Coproduction, number: str
) -> None:
    before = stored()
    promised = {"organization": shops.organization_id, "supports": number}
    response = desk.post(at("calls-promise"), promised)
    assert response.status_code == 400 and f'value="{number}"' in html_of(response)
    shops.organization.refresh_from_db()
    assert shops.organization.answers_from == 50 and stored() == before


def test_the_answer_is_public_and_dated_and_given_once(desk: Client, shops: Coproduction) -> None:
    found = make_call(shops, answer_from=1)
    make_supports(found, 1)
    address = at("call-answer", found.pk)
    assert found.title in words_of(desk.get(at("calls-desk")))
    assert desk.post(address, {"answer": ANSWER}).status_code == 302
    page = words_of(Client().get(found.get_absolute_url()))
    assert ANSWER in page and "Quatre-Vents answered on" in page
    digest = hashlib.sha256(ANSWER.encode()).hexdigest()
    assert Entry.objects.get(kind="call-answered").public["text_sha256"] == digest
    before = stored()
    again = desk.post(address, {"answer": "We changed our mind."})
    assert again.status_code == 409 and stored() == before
    assert "has its answer already" in words_of(desk.get(address))
    assert found.title not in words_of(desk.get(at("calls-desk")))


@pytest.mark.parametrize("text", ["", "No.", "x" * 4001])
def test_an_answer_too_short_or_too_long_is_refused_and_kept(
    desk: Client, shops: Coproduction, text: str
) -> None:
    found = make_call(shops)
    before = stored()
    response = desk.post(at("call-answer", found.pk), {"answer": text})
    assert response.status_code == 400 and text in html_of(response)
    assert stored() == before


def test_a_call_that_waits_is_not_answered(desk: Client, shops: Coproduction) -> None:
    found = make_call(shops, state=Call.State.WAITING)
    before = stored()
    assert desk.post(at("call-answer", found.pk), {"answer": ANSWER}).status_code == 409
    assert stored() == before


def test_somebody_who_facilitates_nothing_does_not_come_in() -> None:
    nobody = signed_in(make_facilitator())
    assert nobody.get(at("calls-desk")).status_code == 403
    assert "Calls" not in words_of(nobody.get(at("desk"))).partition("My sign-in")[0]
