"""An address that the mail server refuses for good gets no notice, summary or reminder any more."""

from datetime import datetime, time, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from partage.news import telling
from partage.news.desk_mail import send_desk_mails
from partage.news.models import DeskMail, Subscription
from partage.opinions.models import Addressee, Reminder
from partage.opinions.reminding import remind_due
from partage.people.models import Mail, Person
from partage.people.outbox import queue_mail, send_waiting
from partage.register.models import Entry
from partage.register.sequencer import seal
from tests.contributions.test_idea_desk import decide
from tests.contributions.test_ideas import propose, with_ideas
from tests.factories import at, everything_stored, make_facilitator, signed_in
from tests.news.letterbox import ADDRESS, ask, confirm, letters, morning, subscribe
from tests.opinions.test_opinions_desk import a_desk, a_draft, post, publish
from tests.people.mail_server import mail_server

pytestmark = pytest.mark.django_db
CLAIRE = "claire@example.org"


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL_IS_ON = True
    monkeypatch.setattr(telling, "DIGEST_HOUR", 24)


def refuse(settings: LazySettings, address: str) -> None:
    """The mail server refuses for good what waits for this address, or a notice to it."""
    backend = settings.EMAIL_BACKEND
    if not Mail.objects.filter(to=address).exists():
        queue_mail(address, "Subject", "Body", lasts=timedelta(days=1), stop_link="x")
    with mail_server(settings) as server:
        server.says[address] = "550 5.1.1 No such user"
        send_waiting()
        assert server.asked == [address] and server.taken == []
    settings.EMAIL_BACKEND = backend


@pytest.fixture
def author() -> Client:
    coproduction = with_ideas()
    make_facilitator(coproduction, email=CLAIRE)
    browser = Client()
    propose(browser)
    return browser


def publish_one() -> None:
    assert decide(signed_in(Person.objects.get(email=CLAIRE)), "publish") == 302
    seal()
    telling.tell()


@pytest.mark.parametrize("wishes", [("notices",), ("digest",), ("notices", "digest")])
def test_a_subscription_ends_with_its_address(
    author: Client, settings: LazySettings, wishes: tuple[str, ...]
) -> None:
    subscribe(author, *wishes)
    refuse(settings, ADDRESS)
    publish_one()
    assert morning() == [] and letters() == []
    assert not Subscription.objects.exists() and ADDRESS not in everything_stored()
    assert Entry.objects.filter(kind="mail-ended").count() == 1


def test_other_addresses_are_written_to_as_before(author: Client, settings: LazySettings) -> None:
    subscribe(author, "notices")
    refuse(settings, "other@example.org")
    publish_one()
    assert len(letters()) == 1 and Subscription.objects.count() == 1


def test_whoever_asks_again_with_a_mailbox_that_works_is_written_to(
    author: Client, settings: LazySettings
) -> None:
    refuse(settings, ADDRESS)
    assert ask(author, "notices") == 200
    (letter,) = letters()
    confirm(letter)
    publish_one()
    assert len(letters()) == 1


def test_the_daily_mail_of_a_desk_ends(author: Client, settings: LazySettings) -> None:
    claire = Person.objects.get(email=CLAIRE)
    assert signed_in(claire).post(at("desk-mail"), {"do": "start"}).status_code == 302
    refuse(settings, CLAIRE)
    day = timezone.localdate() + timedelta(days=1)
    send_desk_mails(datetime.combine(day, time(8), timezone.get_current_timezone()))
    assert not DeskMail.objects.exists() and letters() == []


def test_a_reminder_that_cannot_arrive_is_not_said_to_have_been_sent(
    settings: LazySettings,
) -> None:
    _coproduction, desk = a_desk()
    a_draft(desk)
    publish(desk)
    post(desk, "draft-addressee", "shops", "checkouts-for-all", 1, address=ADDRESS, language="en")
    refuse(settings, ADDRESS)
    remind_due(timezone.localdate() + timedelta(days=61))
    assert letters() == [] and not Addressee.objects.exists()
    assert not Reminder.objects.exists() and ADDRESS not in everything_stored()
