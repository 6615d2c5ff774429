"""Signing in by a link that serves once."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from partage.people.models import Person, SignInLink
from partage.people.sign_in import LASTS, make_link
from tests.factories import at, everything_stored, make_coproduction, make_facilitator
from tests.web.page import tags_of, words_of

pytestmark = pytest.mark.django_db
REFUSED = "This link has served or is out of date. Ask for a new one."


@pytest.fixture
def person() -> Person:
    return make_facilitator(make_coproduction())


def is_signed_in(browser: Client) -> bool:
    return browser.get(at("desk")).status_code == 200


def test_pressing_the_button_of_the_link_signs_in(person: Person) -> None:
    browser = Client()
    response = browser.post(at("sign-in-link", make_link(person)))
    assert response.status_code == 302 and response["Location"] == at("desk")
    assert is_signed_in(browser)


def test_reading_the_link_does_not_spend_it(person: Person) -> None:
    token = make_link(person)
    for _ in range(3):
        response = Client().get(at("sign-in-link", token))
        assert "Your link is ready. It serves once." in words_of(response)
    browser = Client()
    browser.post(at("sign-in-link", token))
    assert is_signed_in(browser)


def test_a_link_serves_once(person: Person) -> None:
    token = make_link(person)
    Client().post(at("sign-in-link", token))
    second = Client()
    response = second.post(at("sign-in-link", token))
    assert response.status_code == 403 and REFUSED in words_of(response)
    assert not is_signed_in(second)


def test_a_link_serves_for_a_day(person: Person) -> None:
    token = make_link(person)
    expires_at = SignInLink.objects.get().expires_at
    assert abs(expires_at - timezone.now() - LASTS) < timedelta(minutes=1)
    SignInLink.objects.update(expires_at=timezone.now())
    response = Client().post(at("sign-in-link", token))
    assert response.status_code == 403 and REFUSED in words_of(response)


@pytest.mark.parametrize("token", ["x", "x" * 43, "é", "%00", "a" * 5000, "..", "'; --"])
def test_a_forged_link_is_refused(person: Person, token: str) -> None:
    make_link(person)
    browser = Client()
    response = browser.post(at("sign-in-link", token))
    assert response.status_code == 403 and REFUSED in words_of(response)
    assert not is_signed_in(browser)


def test_the_link_of_somebody_who_left_is_refused(person: Person) -> None:
    token = make_link(person)
    Person.objects.update(is_active=False)
    assert Client().post(at("sign-in-link", token)).status_code == 403


def test_somebody_who_leaves_is_signed_out_at_once(person: Person) -> None:
    browser = Client()
    browser.post(at("sign-in-link", make_link(person)))
    Person.objects.update(is_active=False)
    assert not is_signed_in(browser)


def test_the_token_itself_is_stored_nowhere(person: Person) -> None:
    assert make_link(person) not in everything_stored()


def test_signing_in_gives_a_new_session(person: Person) -> None:
    browser = Client()
    browser.post(at("sign-in-link", make_link(person)))
    first = browser.cookies[settings.SESSION_COOKIE_NAME]
    assert first["httponly"] and first["samesite"] == "Lax"
    before = first.value
    browser.post(at("sign-out"))
    browser.post(at("sign-in-link", make_link(person)))
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_signing_out_closes_the_desk(person: Person) -> None:
    browser = Client()
    browser.post(at("sign-in-link", make_link(person)))
    assert browser.post(at("sign-out"))["Location"] == at("home")
    assert not is_signed_in(browser)


def test_the_sign_in_page_has_no_password_and_says_how_to_get_in() -> None:
    response = Client().get(at("sign-in"))
    assert "ask whoever runs this site" in words_of(response)
    assert not [field for field in tags_of(response, "input") if field["type"] != "hidden"]
