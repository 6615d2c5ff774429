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
from partage.people.device_links import PER_ADDRESS, PER_NETWORK, forget_old_device_links
from partage.people.models import DeviceLink, Mail
from partage.people.outbox import send_waiting
from tests.factories import answer, at, everything_stored, make_coproduction, make_statement
from tests.news.letterbox import link_in
from tests.web.page import html_of, words_of

pytestmark = pytest.mark.django_db
COOKIE = settings.PARTICIPANT_COOKIE_NAME
ASKED = {"asked": "yes"}


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
    assert computer.post(link, ASKED).status_code == 302
    assert computer.cookies[COOKIE].value == telephone.cookies[COOKIE].value
    assert computer.cookies[COOKIE]["httponly"]
    answer(computer, Vote.objects.get().statement, "disagree")
    assert Vote.objects.count() == 1


def test_a_link_serves_once_within_a_day(
    telephone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_from(telephone)
    late = link_from(telephone)
    assert Client().post(link, ASKED).status_code == 302
    for browser in (Client(), telephone):
        assert browser.post(link, ASKED).status_code == 403
    later = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr(timezone, "now", lambda: later)
    refused = Client().post(late, ASKED)
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
    refused = computer.post(link, ASKED)
    assert refused.status_code == 400 and "erase it first" in words_of(refused)
    assert computer.cookies[COOKIE].value == own
    assert computer.post(link, ASKED | {"replace": "yes"}).status_code == 302
    assert computer.cookies[COOKIE].value == telephone.cookies[COOKIE].value


def test_the_link_comes_by_mail_and_the_address_goes(
    telephone: Client, settings: Any, mailoutbox: list[EmailMessage]
) -> None:
    settings.MAIL_IS_ON = True
    page = telephone.post(at("other-device"), {"mail": "yes", "email": "ann@example.org"})
    assert "on its way" in words_of(page)
    send_waiting()
    assert mailoutbox[0].to == ["ann@example.org"]
    assert "Only go on if you asked for this link yourself" in mailoutbox[0].body
    link = link_in(mailoutbox[0], at("other-device"))
    assert Client().post(link, ASKED).status_code == 302
    assert "ann@example.org" not in everything_stored()


def test_an_address_that_is_none_is_refused_and_nothing_is_made(
    telephone: Client, settings: Any
) -> None:
    settings.MAIL_IS_ON = True
    page = telephone.post(at("other-device"), {"mail": "yes", "email": "ann"})
    assert page.status_code == 400 and "name@example.org" in words_of(page)
    assert not DeviceLink.objects.exists() and not Mail.objects.exists()


@pytest.mark.parametrize("cookie", ["", "A" * 43, "A" * 43 + ".20301231", "é" * 43])
def test_a_device_that_gave_nothing_has_no_link_to_make(telephone: Client, cookie: str) -> None:
    browser = Client()
    browser.cookies[COOKIE] = cookie
    refused = browser.post(at("other-device"))
    assert refused.status_code == 400
    assert "Nothing was given from this device yet" in words_of(refused)
    assert not DeviceLink.objects.exists()


def test_nobody_goes_on_without_saying_that_they_asked_for_the_link(telephone: Client) -> None:
    link, victim = link_from(telephone), Client()
    assert "whoever made it sees and changes the same answers" in words_of(victim.get(link))
    for sent in ({}, {"replace": "yes"}):
        refused = victim.post(link, sent)
        assert refused.status_code == 400 and "tick the box" in words_of(refused)
    assert COOKIE not in victim.cookies
    assert victim.post(link, ASKED).status_code == 302, "a refusal spends nothing"


def test_few_links_a_day_are_mailed_to_one_address(telephone: Client, settings: Any) -> None:
    settings.MAIL_IS_ON = True

    def mail(address: str, number: int) -> Any:
        sent = {"mail": "yes", "email": address}
        return telephone.post(at("other-device"), sent, REMOTE_ADDR=f"192.0.{number}.1")

    for number in range(PER_ADDRESS):
        assert mail("ann@example.org", number).status_code == 200
    refused = mail("Ann@Example.org", PER_ADDRESS)
    assert refused.status_code == 429 and "to this address today" in words_of(refused)
    assert Mail.objects.count() == DeviceLink.objects.count() == PER_ADDRESS
    assert mail("bob@example.org", PER_ADDRESS).status_code == 200
    assert telephone.post(at("other-device")).status_code == 200


@pytest.mark.parametrize("days", [0, 1])
def test_on_the_last_day_the_cookie_that_is_carried_lasts_to_the_closing(days: int) -> None:
    """The last second of today, or the first of tomorrow: another day in universal time."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0) + timedelta(days=1)
    closes_at = midnight + timedelta(seconds=2 * days - 1)
    statement, telephone, computer = make_statement(make_coproduction()), Client(), Client()
    statement.coproduction.stages.update(closes_at=closes_at)
    answer(telephone, statement)
    computer.post(link_from(telephone), ASKED)
    left = (closes_at - timezone.now()).total_seconds()
    assert computer.cookies[COOKIE]["max-age"] > left - 60
    assert computer.cookies[COOKIE].value == telephone.cookies[COOKIE].value


@pytest.mark.parametrize("day", ["", ".", ".x", ".20200101", ".00010101", ".99991231", "." * 3000])
def test_a_date_that_is_missing_past_or_forged_costs_no_key(telephone: Client, day: str) -> None:
    token = telephone.cookies[COOKIE].value.partition(".")[0]
    telephone.cookies[COOKIE] = token + day
    link, computer = link_from(telephone), Client()
    answer(computer, make_statement(make_coproduction("elsewhere")))
    assert computer.post(link, ASKED | {"replace": "yes"}).status_code == 302
    carried = computer.cookies[COOKIE]
    assert carried.value.startswith(f"{token}.") and carried["max-age"] > 300 * 86_400


def test_many_links_in_an_hour_are_too_many(telephone: Client) -> None:
    for _time in range(PER_NETWORK):
        assert telephone.post(at("other-device")).status_code == 200
    assert telephone.post(at("other-device")).status_code == 429


def test_a_spent_link_carries_nothing(telephone: Client) -> None:
    link_from(telephone)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeviceLink.objects.update(used_at=timezone.now())
