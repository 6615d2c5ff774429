"""Where I am signed in: a line for each browser, and a button to end it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from partage.contributions.worker import one_pass
from partage.people.models import Person, Session
from partage.people.sign_in import make_link
from tests.factories import at, everything_stored, make_coproduction, make_facilitator
from tests.web.page import html_of, tags_of, words_of

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def person() -> Person:
    return make_facilitator(make_coproduction())


def enter(person: Person, device: str = FIREFOX) -> Client:
    browser = Client(headers={"User-Agent": device})
    browser.post(at("sign-in-link", make_link(person)))
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get(at("desk")).status_code == 200


def marks(browser: Client) -> list[str]:
    buttons = tags_of(browser.get(at("sessions")), "button")
    return [button["value"] for button in buttons if button.get("name") == "end"]


def test_each_browser_has_a_line_with_its_name_alone(person: Person) -> None:
    browser = enter(person)
    enter(person, PHONE)
    words = words_of(browser.get(at("sessions")))
    assert "Firefox, Linux" in words and "Safari, iPhone" in words
    assert "This browser" in words and len(marks(browser)) == 1
    assert "Gecko" not in everything_stored()


def test_the_page_holds_no_key_of_a_session(person: Person) -> None:
    browser, other = enter(person), enter(person)
    page = html_of(browser.get(at("sessions")))
    for one in (browser, other):
        assert one.cookies[settings.SESSION_COOKIE_NAME].value not in page


def test_one_is_ended_and_the_others_stay(person: Person) -> None:
    browser, phone = enter(person), enter(person, PHONE)
    assert browser.post(at("sessions"), {"end": marks(browser)[0]}).status_code == 302
    assert is_signed_in(browser) and not is_signed_in(phone)


def test_all_others_are_ended_at_once(person: Person) -> None:
    browser, others = enter(person), [enter(person) for _ in range(3)]
    assert browser.post(at("sessions"), {"others": "yes"}).status_code == 302
    assert is_signed_in(browser) and not any(is_signed_in(one) for one in others)


def test_nobody_ends_the_session_of_somebody_else(person: Person) -> None:
    browser, third = enter(person), enter(person)
    stranger = enter(make_facilitator(email="paul@example.org"))
    assert stranger.post(at("sessions"), {"end": marks(browser)[0]}).status_code == 404
    stranger.post(at("sessions"), {"others": "yes"})
    assert is_signed_in(browser) and is_signed_in(third)


@pytest.mark.parametrize("sent", [{}, {"end": ""}, {"end": "x"}, {"end": "é" * 500}])
def test_a_session_that_is_not_there_is_not_found(person: Person, sent: dict[str, str]) -> None:
    browser = enter(person)
    assert browser.post(at("sessions"), sent).status_code == 404
    assert is_signed_in(browser)


def test_reading_the_page_ends_nothing(person: Person) -> None:
    browser, other = enter(person), enter(person)
    browser.get(at("sessions"), {"others": "yes", "end": marks(browser)[0]})
    assert is_signed_in(other)


def test_a_session_ends_with_its_person_and_an_old_one_is_forgotten(person: Person) -> None:
    enter(person)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    kept = enter(person)
    one_pass()
    assert Session.objects.count() == 1 and is_signed_in(kept)
    Person.objects.all().delete()
    assert not Session.objects.exists()
