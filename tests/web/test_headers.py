"""What every answer carries: a strict policy, no third party, no method that is not expected."""

import pytest
from django.test import Client

from tests.factories import (
    at,
    make_coproduction,
    make_device,
    make_facilitator,
    make_people,
    make_statements,
    make_votes,
    publish_results,
    signed_in,
)
from tests.web.page import html_of, tags_of

pytestmark = pytest.mark.django_db
OF_A_COPRODUCTION = (
    "coproduction", "vote", "results", "where-am-i", "my-answers", "propose", "frame", "queue",
)  # fmt: skip


@pytest.fixture
def browser() -> Client:
    coproduction = make_coproduction()
    make_votes(make_people(coproduction, 12), make_statements(coproduction, 2))
    publish_results(coproduction)
    browser = signed_in(make_facilitator(coproduction))
    browser.cookies |= make_device(coproduction).cookies
    return browser


ADDRESSES = [
    *(at(name, "shops") for name in OF_A_COPRODUCTION),
    *(at(name) for name in ("home", "how", "desk", "sign-in")),
    at("sign-in-link", "x"),
    "/en/nowhere/",
]


def policy(header: str) -> dict[str, list[str]]:
    parts = (part.split() for part in header.split(";"))
    return {words[0]: words[1:] for words in parts if words}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_a_strict_policy_and_nothing_written_in_it_breaks_it(
    browser: Client, address: str
) -> None:
    response = browser.get(address, follow=True)
    found = policy(response["Content-Security-Policy"])
    assert found["default-src"] == found["base-uri"] == found["object-src"] == ["'none'"]
    assert found["frame-ancestors"] == ["'none'"] and found["form-action"] == ["'self'"]
    assert "unsafe" not in str(found) and "strict-dynamic" not in str(found)
    assert "style=" not in html_of(response) and " onclick=" not in html_of(response)
    for script in tags_of(response, "script"):
        assert f"'nonce-{script['nonce']}'" in found["script-src"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_the_other_safety_headers(browser: Client, address: str) -> None:
    response = browser.get(address, follow=True)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_names_another_site(browser: Client, address: str) -> None:
    response = browser.get(address, follow=True)
    named = [tag.get("src") or tag.get("href") or "" for name in ("script", "link", "img", "a") for tag in tags_of(response, name)]  # fmt: skip
    assert all(value.startswith(("/", "?", "#", "data:,")) for value in named if value)


def test_the_nonce_is_new_at_each_request(browser: Client) -> None:
    nonces = {tags_of(browser.get(at("vote", "shops")), "script")[0]["nonce"] for _ in range(3)}
    assert len(nonces) == 3


@pytest.mark.parametrize("address", ["/", "/healthz", "/static/none.css", at("home"), "/en/x"])
@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
def test_a_method_nobody_needs_is_refused(address: str, method: str) -> None:
    response = Client().generic(method, address, "body")
    assert response.status_code == 405
    assert "TRACE" not in response["Allow"]


def test_every_answer_has_a_number_to_quote() -> None:
    numbers = {Client().get("/healthz")["X-Request-Id"] for _ in range(3)}
    assert len(numbers) == 3


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "localhost@evil"])
def test_another_host_name_is_refused(host: str) -> None:
    assert Client().get(at("home"), headers={"Host": host}).status_code == 400
