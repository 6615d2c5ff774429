"""Somebody with a mailbox: asks to be written to, opens links, and lets the worker pass."""

import re
from datetime import datetime, time, timedelta

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from partage.news.models import Subscription
from partage.news.telling import send_digests, tell
from partage.people.outbox import send_waiting
from partage.register.sequencer import seal
from tests.factories import at

ADDRESS = "ann@example.org"
BASE = "http://localhost:8000"


def ask(browser: Client, *wishes: str, address: str = ADDRESS, language: str = "en") -> int:
    """Ask for these mails; the status of the answer."""
    sent = {"address": address, **dict.fromkeys(wishes, "on")}
    return browser.post(at("news", "shops", language=language), sent).status_code


def letters() -> list[EmailMessage]:
    """What arrives now."""
    before = len(mail.outbox)
    send_waiting()
    return mail.outbox[before:]


def link_in(letter: EmailMessage, words: str) -> str:
    """The path of the link of a mail that holds these words."""
    found = [one for one in re.findall(r"http\S+", str(letter.body)) if words in one]
    assert found, letter.body
    return str(found[-1]).removeprefix(BASE)


def confirm(letter: EmailMessage) -> None:
    link = link_in(letter, "/mail/" if "/en/" in letter.body else "/courrier/")
    assert Client().post(link).status_code == 302


def subscribe(browser: Client, *wishes: str, address: str = ADDRESS, language: str = "en") -> None:
    """Ask and confirm."""
    assert ask(browser, *wishes, address=address, language=language) == 200
    (letter,) = letters()
    confirm(letter)


def worker_passes() -> list[EmailMessage]:
    """Seal, follow, send: what the worker's threads do; what arrives."""
    seal()
    tell()
    return letters()


def a_day_passes() -> None:
    """As if every summary had been looked at the day before."""
    Subscription.objects.exclude(digest_on=None).update(
        digest_on=timezone.localdate() - timedelta(days=1)
    )


def morning() -> list[EmailMessage]:
    """The next day's summaries, at an hour when they are written."""
    a_day_passes()
    seal()
    send_digests(datetime.combine(timezone.localdate(), time(8), timezone.get_current_timezone()))
    return letters()
