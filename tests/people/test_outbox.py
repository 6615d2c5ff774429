"""Mail waits in the outbox, leaves with the worker, and is erased."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from partage.contributions.worker import one_pass
from partage.people.models import MOST_TRIES_OF_A_MAIL, Mail
from partage.people.outbox import queue_mail, send_waiting
from tests.factories import everything_stored

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TO = "claire@example.org"


@pytest.fixture
def no_server(settings: LazySettings) -> None:
    """A mail server that does not answer."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.fixture(autouse=True)
def mail_is_on(settings: LazySettings) -> None:
    settings.MAIL_IS_ON = True


def test_a_mail_is_sent_by_the_worker_and_erased(mailoutbox: list[EmailMessage]) -> None:
    queue_mail(TO, "Subject", "Body", lasts=HOUR)
    assert not mailoutbox
    assert send_waiting() == 1
    assert [(m.to, m.subject, m.body) for m in mailoutbox] == [([TO], "Subject", "Body")]
    assert TO not in everything_stored()
    assert send_waiting() == 0 and len(mailoutbox) == 1


@pytest.mark.usefixtures("no_server")
def test_a_mail_that_cannot_leave_waits_and_is_given_up(mailoutbox: list[EmailMessage]) -> None:
    queue_mail(TO, "Subject", "Body", lasts=timedelta(days=1))
    for tried in range(1, MOST_TRIES_OF_A_MAIL):
        assert send_waiting() == 0
        assert Mail.objects.get().tries == tried
        assert send_waiting() == 0 and Mail.objects.get().tries == tried  # not before its time
        Mail.objects.update(next_at=timezone.now())
    assert send_waiting() == 0
    assert not Mail.objects.exists() and not mailoutbox


@pytest.mark.usefixtures("no_server")
def test_the_log_holds_no_address(caplog: pytest.LogCaptureFixture) -> None:
    queue_mail(TO, "Subject", "Body", lasts=HOUR)
    with caplog.at_level("INFO"):
        send_waiting()
    assert "mail not sent, try 1" in caplog.text and TO not in caplog.text


@pytest.mark.usefixtures("no_server")
def test_a_mail_that_can_never_leave_does_not_hold_up_the_others() -> None:
    queue_mail("claire\n@example.org", "Subject", "Body", lasts=HOUR)
    queue_mail(TO, "Subject", "Body", lasts=HOUR)
    send_waiting()
    assert list(Mail.objects.values_list("tries", flat=True)) == [1, 1]


def test_a_mail_that_came_too_late_is_erased_unsent(mailoutbox: list[EmailMessage]) -> None:
    queue_mail(TO, "Subject", "Body", lasts=-HOUR)
    assert send_waiting() == 0
    assert not mailoutbox and not Mail.objects.exists()


def test_mail_left_from_before_it_was_switched_off_goes_too(settings: LazySettings) -> None:
    queue_mail(TO, "Subject", "Body", lasts=-HOUR)
    settings.MAIL_IS_ON = False
    queue_mail(TO, "Subject", "Body", lasts=HOUR)
    one_pass()
    assert not Mail.objects.exists()


def test_the_database_refuses_more_tries() -> None:
    queue_mail(TO, "Subject", "Body", lasts=HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.update(tries=MOST_TRIES_OF_A_MAIL + 1)
