"""Mail: written down in the transaction of an act, sent afterwards by the worker, then erased."""

import logging
import threading
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from partage.people.models import MOST_TRIES_OF_A_MAIL, Mail
from partage.people.unsent import is_for_good, note_given_up, note_refused, note_sent

log = logging.getLogger("partage.outbox")
EVERY_SECONDS = 1.0
AT_ONCE = 20
FIRST_WAIT = timedelta(seconds=20)
LONGER = 4  # times, after each failure: the sixth try comes after two hours


def queue_mail(to: str, subject: str, body: str, *, lasts: timedelta, stop_link: str = "") -> None:
    """Have it sent, unless the site sends no mail. To nobody: the same work, and nothing leaves.

    A POST to the `stop_link`, by whoever holds it, ends such mails.
    """
    if settings.MAIL_IS_ON:
        now = timezone.now()
        Mail.objects.create(
            to=to, subject=subject, body=body, next_at=now, useless_at=now + lasts,
            stop_link=stop_link,
        )  # fmt: skip


def send_waiting() -> int:
    """Send what is due, and erase what was sent, given up or is of no use; how many were sent."""
    now = timezone.now()
    if not Mail.objects.exists():
        return 0  # without taking the turn to write
    forget_useless_mail()
    due = Mail.objects.filter(next_at__lte=now, tries__lt=MOST_TRIES_OF_A_MAIL)
    return sum(_send(mail) for mail in due.order_by("pk")[:AT_ONCE])


def forget_useless_mail() -> None:
    """What came too late, what a worker that stopped left after its last try, what goes nowhere."""
    now = timezone.now()
    given_up = Q(tries=MOST_TRIES_OF_A_MAIL, next_at__lte=now)
    note_given_up(Q(useless_at__lte=now) | given_up)
    Mail.objects.filter(to="").delete()


def forget_mail(stop_link: str) -> None:
    """Whoever asked for no more gets none of those that still wait."""
    Mail.objects.filter(stop_link=stop_link).delete()


def _headers(mail: Mail) -> dict[str, str]:
    """By which mail programs show a button that ends such mails (RFC 8058)."""
    if not mail.stop_link:
        return {}
    return {
        "List-Unsubscribe": f"<{mail.stop_link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def _send(mail: Mail) -> bool:
    """Try once. One update claims the mail, so that two workers do not both send it."""
    wait = FIRST_WAIT * LONGER**mail.tries
    claimed = Mail.objects.filter(pk=mail.pk, tries=mail.tries)
    if not claimed.update(tries=mail.tries + 1, next_at=timezone.now() + wait):
        return False
    try:
        EmailMessage(mail.subject, mail.body, to=[mail.to], headers=_headers(mail)).send()
    except (OSError, ValueError) as error:  # a server that refuses, an address it cannot write
        log.warning("mail not sent, try %s: %s", mail.tries + 1, type(error).__name__)
        _not_sent(mail, error)
        return False
    note_sent(mail)
    return True


def _not_sent(mail: Mail, error: Exception) -> None:
    """Refused for good it goes at once; else it waits, longer each time, up to the last try."""
    if isinstance(error, SMTPRecipientsRefused) and is_for_good(error):
        note_refused(mail)
    elif mail.tries + 1 >= MOST_TRIES_OF_A_MAIL:
        note_given_up(Q(pk=mail.pk))


def send_for_ever(stop: threading.Event) -> None:
    """About once a second, until told to stop."""
    while settings.MAIL_IS_ON and not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            send_waiting()
        except (OperationalError, InterfaceError) as error:
            log.warning("database unavailable: %s", type(error).__name__)
