"""What becomes of mail that the mail server refuses: for good, or for now."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from partage.contributions.worker import count_unsent
from partage.coproductions.models import Role
from partage.people.models import MOST_TRIES_OF_A_MAIL, Mail, Unsent
from partage.people.outbox import queue_mail, send_waiting
from partage.people.unsent import forget_old_unsent, is_refused
from partage.web.counters import report
from tests.factories import (
    at,
    everything_stored,
    make_coproduction,
    make_facilitator,
    make_helper,
    signed_in,
)
from tests.people.mail_server import MailServer, mail_server
from tests.web.page import words_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TO, OTHER = "gone@example.org", "claire@example.org"
STOP = "https://here.example/mail/1/x/stop/"


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    with mail_server(settings) as server:
        yield server


def notice(to: str = TO, stop_link: str = STOP) -> None:
    queue_mail(to, "Subject", "Body", lasts=DAY, stop_link=stop_link)


def tries_one_after_the_other() -> list[timedelta]:
    """Sends until nothing waits; how long it waited after each try but the last."""
    waits = []
    while Mail.objects.exists():
        send_waiting()
        for waiting in Mail.objects.all():
            waits.append(waiting.next_at - timezone.now())
            Mail.objects.update(next_at=timezone.now())
    return waits


@pytest.mark.parametrize(
    "said", ["550 5.1.1 No such user", "550 No such user here", "552 5.2.2 Mailbox full", "556 no"]
)
def test_an_address_refused_for_good_is_not_tried_again(server: MailServer, said: str) -> None:
    server.says[TO] = said
    notice()
    notice(OTHER)
    assert tries_one_after_the_other() == []
    assert server.asked == [TO, OTHER] and server.taken == [OTHER]
    assert is_refused(TO) and is_refused(TO.upper()) and not is_refused(OTHER)


def test_notices_that_wait_for_it_go_too_and_what_was_asked_for_just_now_stays(
    server: MailServer,
) -> None:
    server.says[TO] = "550 5.1.1 No such user"
    notice()
    notice("Gone@example.org", stop_link="https://here.example/mail/2/y/stop/")
    notice(stop_link="")
    Mail.objects.exclude(pk=Mail.objects.earliest("pk").pk).update(next_at=timezone.now() + DAY)
    send_waiting()
    assert list(Mail.objects.values_list("to", "stop_link")) == [(TO, "")]


@pytest.mark.parametrize(
    "said",
    ["450 4.2.1 Try later", "554 5.7.1 Relay access denied", "550 relay not permitted",
     "530 5.7.0 Authentication required"],
)  # fmt: skip
def test_what_is_refused_for_now_or_for_the_sites_own_fault_is_tried_ever_later_then_given_up(
    server: MailServer, said: str
) -> None:
    server.says[TO] = said
    notice()
    waits = tries_one_after_the_other()
    assert len(server.asked) == MOST_TRIES_OF_A_MAIL and len(waits) == MOST_TRIES_OF_A_MAIL - 1
    assert all(later > 3 * sooner for sooner, later in pairwise(waits))
    assert sum(waits, timedelta()) > timedelta(hours=1)
    assert not is_refused(TO) and Unsent.objects.filter(address=None).count() == 1


def test_an_address_that_takes_mail_again_is_refused_no_more(server: MailServer) -> None:
    server.says[TO] = "552 5.2.2 Mailbox full"
    notice()
    send_waiting()
    assert is_refused(TO)
    server.says.clear()
    notice(stop_link="")  # somebody asks for a code
    send_waiting()
    assert server.taken == [TO] and not is_refused(TO)


def test_no_address_is_kept_or_logged(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    server.says[TO] = f"550 5.1.1 <{TO}> No such user"
    notice()
    with caplog.at_level("DEBUG"):
        send_waiting()
    assert "mail not sent, try 1: SMTPRecipientsRefused" in caplog.text
    assert TO not in caplog.text and TO not in everything_stored()


def test_the_desk_and_the_counters_say_how_many_and_never_who(server: MailServer) -> None:
    coproduction = make_coproduction()
    desk = signed_in(make_facilitator(coproduction))
    reader = signed_in(make_helper(coproduction, Role.Kind.READER))
    assert "did not leave this site" not in words_of(desk.get(at("desk")))
    server.says |= {TO: "550 5.1.1 No", "b@example.org": "551 No", OTHER: "451 Later"}
    for to in server.says:
        notice(to)
    tries_one_after_the_other()
    page = words_of(desk.get(at("desk")))
    assert "2 addresses that take none, to which no notice goes any more; 1 mail given up" in page
    assert "@example.org" not in page.replace(OTHER, "")
    assert "did not leave this site" not in words_of(reader.get(at("desk")))
    french = words_of(desk.get(at("desk", language="fr")))
    assert "2 adresses qui n’en reçoivent pas" in french
    count_unsent()
    counted = report().decode()
    assert 'partage_mail_unsent{why="refused"} 2.0' in counted
    assert 'partage_mail_unsent{why="given up"} 1.0' in counted


def test_mail_that_came_too_late_is_counted_and_mail_to_nobody_is_not(server: MailServer) -> None:
    queue_mail(TO, "Subject", "Body", lasts=-DAY)
    queue_mail("", "Subject", "Body", lasts=-DAY)
    send_waiting()
    assert server.asked == [] and not Mail.objects.exists()
    assert list(Unsent.objects.values_list("address", flat=True)) == [None]


def test_numbers_are_kept_thirty_days_and_marks_as_long_as_an_address(server: MailServer) -> None:
    server.says[TO] = "550 5.1.1 No"
    notice()
    queue_mail(OTHER, "Subject", "Body", lasts=-DAY)
    send_waiting()
    desk = signed_in(make_facilitator(make_coproduction()))
    for days, kept, is_shown in ((29, 2, True), (31, 1, False), (366, 0, False)):
        Unsent.objects.update(at=timezone.now() - timedelta(days=days))
        forget_old_unsent()
        assert Unsent.objects.count() == kept
        assert ("did not leave" in words_of(desk.get(at("desk")))) is is_shown
    assert Client().get(at("desk")).status_code == 302
