"""Asking something about one's data, and answering within a month, or three with a reason."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partage.contributions.private_links import private_key
from partage.people.models import Person
from partage.people.outbox import queue_mail
from partage.register.recording import record
from partage.rights.models import Request

PER_NETWORK = 10  # in a day
DAY = timedelta(days=1)
KEPT_AFTER_THE_ANSWER = timedelta(days=183)
MAIL_LASTS = timedelta(days=2)


class TooManyRequests(Exception):
    """Many requests came from this network within the day."""


class AlreadyAnswered(Exception):
    """Somebody else answered it meanwhile, or it cannot take longer any more."""


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


@transaction.atomic
def file_request(words: dict[str, Any], network: bytes, person: Person | None) -> Request:
    """Keep it until somebody has answered. `words`: coproduction, kind, text, mail, language."""
    now = timezone.now()
    recent = Request.objects.filter(network=network, asked_at__gt=now - DAY)
    if recent.count() >= PER_NETWORK:
        raise TooManyRequests
    filed = Request.objects.create(
        **words, network=network, person=person, asked_at=now,
        due_on=months_after(timezone.localdate(now), 1),
    )  # fmt: skip
    record("data-request-filed", space=filed.coproduction.slug if filed.coproduction else "")
    return filed


@transaction.atomic
def answer_request(asked: Request, person: Person, answer: str) -> None:
    """Once; whoever asked reads it on their page, and by mail where they gave an address."""
    now = timezone.now()
    waiting = Request.objects.filter(pk=asked.pk, answered_at=None)
    if not waiting.update(answer=answer, answered_at=now, answered_by=person):
        raise AlreadyAnswered
    record("data-request-answered", space=asked.coproduction.slug if asked.coproduction else "")
    _tell(asked, answer)


@transaction.atomic
def take_longer(asked: Request, reason: str) -> None:
    """Up to three months in all, with a reason said within the first; once."""
    today = timezone.localdate()
    waiting = Request.objects.filter(
        pk=asked.pk, answered_at=None, longer_because="", due_on__gte=today
    )
    due_on = months_after(timezone.localdate(asked.asked_at), 3)
    if not waiting.update(longer_because=reason, due_on=due_on):
        raise AlreadyAnswered
    record("data-request-extended", space=asked.coproduction.slug if asked.coproduction else "")
    _tell(asked, reason)


def address_of(asked: Request) -> str:
    """The page of whoever asked: nobody else finds it."""
    return f"{reverse('data-request', args=[asked.pk])}?key={private_key('data-request', asked.pk)}"


def _tell(asked: Request, words: str) -> None:
    if not asked.mail:
        return
    with translation.override(asked.language):
        link = settings.BASE_URL + address_of(asked)
        subject = _("About your request on your data")
        queue_mail(asked.mail, subject, f"{words}\n\n{link}", lasts=MAIL_LASTS)


def forget_old_requests() -> None:
    now = timezone.now()
    Request.objects.filter(answered_at__lt=now - KEPT_AFTER_THE_ANSWER).delete()
    old = Request.objects.filter(asked_at__lt=now - DAY)
    old.exclude(network=b"").update(network=b"")
