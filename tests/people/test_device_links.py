"""The same answers from another device, by a link that serves once."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partage.contributions.models import Vote
from partage.people.device_links import PER_NETWORK, forget_old_device_links
from partage.people.models import DeviceLink, Mail
from partage.people.outbox import send_waiting
from tests.factories import answer, at, everything_stored, make_coproduction, make_statement
from tests.news.letterbox import link_in
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
COOKIE = settings.PARTICIPANT_COOKIE_NAME


@pytest.fixture
def telephone() -> Client:
    """A device that has answered one sentence."""
    browser = Client()
    answer(browser, make_statement(make_coproduction()))
    return browser


def link_from(browser: Client) -> str:
    page = html_of(browser.post(at("other-device")))
    return page.partition("<code>")[2].partition("</code>")[0].removeprefix(settings.BASE_URL)


def test_the_other_device_sees_and_changes_the_same_answers(telephone: Client) -> None:
    link, computer = link_from(telephone), Client()
    assert "Go on here" in words_of(computer.get(link))
    assert COOKIE not in computer.cookies, "a preview spends nothing"
    assert computer.post(link).status_code == 302
    assert computer.cookies[COOKIE].value == telephone.cookies[COOKIE].value
    assert computer.cookies[COOKIE]["httponly"]
    answer(computer, Vote.objects.get().statement, "disagree")
    assert Vote.objects.count() == 1


def test_a_link_serves_once_within_a_day(
    telephone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_from(telephone)
    late = link_from(telephone)
    assert Client().post(link).status_code == 302
    for browser in (Client(), telephone):
        assert browser.post(link).status_code == 403
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr(timezone, "now", lambda: later)
    refused = Client().post(late)
    assert refused.status_code == 403 and "served or is out of date" in words_of(refused)
    forget_old_device_links()
    assert not DeviceLink.objects.exists()


def test_no_row_opens_without_the_link(telephone: Client) -> None:
    link = link_from(telephone)
    token = telephone.cookies[COOKIE].value.partition(".")[0]
    assert token not in everything_stored() and link.split("/")[-2] not in everything_stored()
    assert Client().get(link[:-5] + "AAAA/").status_code == 403


def test_a_device_that_has_answers_of_its_own_is_asked_again(telephone: Client) -> None:
    link, computer = link_from(telephone), Client()
    answer(computer, make_statement(make_coproduction("elsewhere")))
    own = computer.cookies[COOKIE].value
    refused = computer.post(link)
    assert refused.status_code == 400 and "erase it first" in words_of(refused)
    assert computer.cookies[COOKIE].value == own
    assert computer.post(link, {"replace": "yes"}).status_code == 302
    assert computer.cookies[COOKIE].value == telephone.cookies[COOKIE].value


def test_the_link_comes_by_mail_and_the_address_goes(
    telephone: Client, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.MAIL_IS_ON = True
    page = telephone.post(at("other-device"), {"mail": "yes", "email": "ann@example.org"})
    assert "on its way" in words_of(page)
    send_waiting()
    assert mailoutbox[0].to == ["ann@example.org"]
    assert Client().post(link_in(mailoutbox[0], at("other-device"))).status_code == 302
    assert "ann@example.org" not in everything_stored()


def test_an_address_that_is_none_is_refused_and_nothing_is_made(
    telephone: Client, settings: Any
) -> None:
    settings.MAIL_IS_ON = True
    page = telephone.post(at("other-device"), {"mail": "yes", "email": "ann"})
    assert page.status_code == 400 and "name@example.org" in words_of(page)
    assert not DeviceLink.objects.exists() and not Mail.objects.exists()


def test_a_device_that_gave_nothing_has_no_link_to_make() -> None:
    browser = Client()
    assert "Nothing was given from this device yet" in words_of(browser.post(at("other-device")))
    assert not DeviceLink.objects.exists()


def test_many_links_in_an_hour_are_too_many(telephone: Client) -> None:
    for _time in range(PER_NETWORK):
        assert telephone.post(at("other-device")).status_code == 200
    assert telephone.post(at("other-device")).status_code == 429


def test_a_spent_link_carries_nothing(telephone: Client) -> None:
    link_from(telephone)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceLink.objects.update(used_at=timezone.now())
