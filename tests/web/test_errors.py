"""Pages for what went wrong: one sentence, what to do, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from tests.factories import (
    answer,
    at,
    breaks_at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_statement,
    signed_in,
    stored,
)
from tests.web.page import hidden_fields, tags_of, words_of


def no_database(error: type[Exception]) -> Callable[..., Any]:
    """For `connection.execute_wrapper`: nothing at all can be asked."""

    def wrapper(*_sql: Any) -> Any:
        raise error("no answer")

    return wrapper


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_that_does_not_exist_says_so_in_the_readers_language(language: str) -> None:
    response = Client().get(f"{at('home', language=language)}nowhere/")
    assert response.status_code == 404
    assert tags_of(response, "html") == [{"lang": language}]
    assert [a for a in tags_of(response, "a") if a.get("href") == at("home", language=language)]


@pytest.mark.django_db
def test_an_answer_the_database_cannot_keep_is_given_back_with_a_button() -> None:
    statement = make_statement(make_coproduction())
    browser = make_device(statement.coproduction)
    before = stored()
    with connection.execute_wrapper(breaks_at("contributions_vote")):
        response = answer(browser, statement)
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "The site cannot record anything for the moment." in words_of(response)
    assert hidden_fields(response) == {"statement": str(statement.pk), "answer": "1"}
    assert stored() == before
    fields = {field["name"]: field["value"] for field in tags_of(response, "input")}
    assert browser.post(at("vote", "shops"), fields).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("name", ["home", "readyz"])
def test_without_a_database_a_page_answers_503(error: type[Exception], name: str) -> None:
    with connection.execute_wrapper(no_database(error)):
        response = Client().get(at(name))
    assert response.status_code == 503
    assert "The site is resting" in words_of(response)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["home", "desk"])
def test_without_a_database_somebody_signed_in_is_answered_too(name: str) -> None:
    browser = signed_in(make_facilitator(), raise_request_exception=False)
    with connection.execute_wrapper(no_database(OperationalError)):
        response = browser.get(at(name))
    assert response.status_code == 503
    assert "The site is resting" in words_of(response)


@pytest.mark.django_db
def test_a_fault_of_ours_is_said_in_one_sentence_and_keeps_what_was_sent() -> None:
    make_coproduction()

    def broken(*_sql: Any) -> Any:
        raise RuntimeError("a bug")

    browser = Client(raise_request_exception=False)
    with connection.execute_wrapper(broken):
        response = browser.post(at("propose", "shops"), {"text": "A sentence to keep."})
    assert response.status_code == 500
    assert "The fault is ours and has been noted." in words_of(response)
    assert "a bug" not in words_of(response)
    assert hidden_fields(response) == {"text": "A sentence to keep."}


@pytest.mark.django_db
def test_a_fault_of_ours_is_counted_for_the_operator(settings: Any) -> None:
    def count() -> float:
        headers = {"Authorization": f"Bearer {settings.METRICS_TOKEN}"}
        lines = Client().get("/metrics", headers=headers).content.decode().splitlines()
        return next(float(ln.split()[1]) for ln in lines if ln.startswith("partage_server_errors_"))

    before = count()
    with connection.execute_wrapper(no_database(OperationalError)):
        Client().get(at("home"))
    assert count() == before + 1


@pytest.mark.django_db
def test_a_body_beyond_the_limit_is_refused_without_a_failure() -> None:
    make_coproduction()
    before = stored()
    response = Client().post(at("propose", "shops"), {"text": "x" * 70_000})
    assert response.status_code == 413 or response.status_code == 400
    assert stored() == before


@pytest.mark.django_db
def test_too_many_fields_are_refused_without_a_failure() -> None:
    make_coproduction()
    response = Client().post(at("vote", "shops"), {f"f{n}": "x" for n in range(200)})
    assert response.status_code == 400
