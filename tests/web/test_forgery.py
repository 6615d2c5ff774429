"""Requests forged by another site, or without the cookie: refused, and nothing typed is lost."""

import pytest
from django.conf import settings
from django.test import Client

from partage.contributions.models import Vote
from tests.factories import at, make_coproduction, make_facilitator, make_statement, stored
from tests.web.page import hidden_fields, tags_of, words_of

pytestmark = pytest.mark.django_db


def token_on(browser: Client, address: str) -> str:
    fields = tags_of(browser.get(address), "input")
    return next(f["value"] for f in fields if f["name"] == "csrfmiddlewaretoken")


def test_with_the_cookie_and_the_token_of_the_page_the_answer_counts() -> None:
    statement = make_statement(make_coproduction())
    browser = Client(enforce_csrf_checks=True)
    address = at("vote", "shops")
    sent = {"statement": statement.pk, "answer": 1}
    sent["csrfmiddlewaretoken"] = token_on(browser, address)  # type: ignore[assignment]
    assert browser.post(address, sent).status_code == 302
    assert Vote.objects.count() == 1


@pytest.mark.parametrize("token", [None, "", "x" * 64, "é", "x" * 9999])
def test_a_missing_or_forged_token_is_refused_with_what_was_sent_kept(token: str | None) -> None:
    statement = make_statement(make_coproduction())
    browser = Client(enforce_csrf_checks=True)
    browser.get(at("vote", "shops"))
    before = stored()
    sent = {"statement": str(statement.pk), "answer": "1"}
    forged = {"csrfmiddlewaretoken": token} if token is not None else {}
    refused = browser.post(at("vote", "shops"), sent | forged)
    assert refused.status_code == 403
    assert "Your browser did not send the cookie" in words_of(refused)
    assert hidden_fields(refused) == sent and "Try again" in words_of(refused)
    assert stored() == before


def test_the_page_that_refuses_lets_one_try_again() -> None:
    statement = make_statement(make_coproduction())
    browser = Client(enforce_csrf_checks=True)
    address = at("vote", "shops")
    refused = browser.post(address, {"statement": statement.pk, "answer": 1})
    assert settings.CSRF_COOKIE_NAME in refused.cookies
    fields = tags_of(refused, "input")
    assert browser.post(address, {f["name"]: f["value"] for f in fields}).status_code == 302
    assert Vote.objects.count() == 1


def test_a_long_sentence_is_kept_whole_when_the_cookie_is_missing() -> None:
    make_coproduction()
    sent = {"text": "“Keep” <b>one</b> & only one\nstaffed checkout."}
    refused = Client(enforce_csrf_checks=True).post(at("propose", "shops"), sent)
    assert refused.status_code == 403
    assert hidden_fields(refused) == sent


@pytest.mark.parametrize("name", ["vote", "undo", "consent", "withdraw", "propose"])
def test_every_act_of_a_participant_needs_the_token(name: str) -> None:
    make_coproduction()
    before = stored()
    assert Client(enforce_csrf_checks=True).post(at(name, "shops")).status_code == 403
    assert stored() == before


def test_the_acts_of_a_facilitator_need_the_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_facilitator(make_coproduction()))
    for address in (at("queue", "shops"), at("sign-out"), at("sign-in-link", "x")):
        assert browser.post(address).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_ORIGIN": "http://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}],
)
def test_a_request_from_another_site_gets_no_button_to_finish_it(headers: dict[str, str]) -> None:
    statement = make_statement(make_coproduction())
    sent = {"statement": statement.pk, "answer": 1}
    refused = Client(enforce_csrf_checks=True).post(at("vote", "shops"), sent, **headers)  # type: ignore[arg-type]
    assert refused.status_code == 403
    assert "Try again" not in words_of(refused) and not hidden_fields(refused)


def test_an_unknown_charset_is_refused_in_one_sentence(client: Client) -> None:
    make_coproduction()
    kind = "application/x-www-form-urlencoded; charset=hex"
    answer = client.generic("POST", at("vote", "shops"), b"statement=1", content_type=kind)
    assert answer.status_code == 400 and "cannot be read" in answer.content.decode()


def test_a_foreign_host_is_refused_in_one_sentence() -> None:
    answer = Client(SERVER_NAME="evil.example").get("/en/")
    assert answer.status_code == 400 and answer.content.decode().count(".") == 1
