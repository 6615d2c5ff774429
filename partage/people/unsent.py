"""Mail that never left: which addresses the mail server refuses, by their marks, and how much was given up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from partage.people.models import Mail, Unsent
from partage.people.participants import keyed

COUNTED = timedelta(days=30)
# As long as an address may be written to: seldom notices must find it still refused.
REMEMBERED = timedelta(days=365)
# Not the address is wrong, but what the mail server lets this site do (RFC 3463: 5.7.x).
ABOUT_THE_SITE = re.compile(rb"\b5\.7\.\d|relay|authenticat", re.IGNORECASE)


@dataclass(frozen=True)
class UnsentCounts:
    """Of the last thirty days."""

    refused: int
    given_up: int


def mark_of_address(address: str) -> bytes:
    return keyed("refused", address.lower())


def is_for_good(error: SMTPRecipientsRefused) -> bool:
    """Whether the server will never take mail for this address."""
    answers = error.recipients.values()
    return all(code >= 500 and not ABOUT_THE_SITE.search(words) for code, words in answers)


def is_refused(address: str) -> bool:
    """Whether notices to it are to stop; only what somebody asks for just now is still tried."""
    return bool(refused_among([address]))


def refused_among(addresses: Iterable[str]) -> set[str]:
    """Those of these addresses to which notices are to stop."""
    marks = {address: mark_of_address(address) for address in addresses}
    found = Unsent.objects.filter(address__in=list(marks.values()))
    refused = {bytes(mark) for mark in found.values_list("address", flat=True) if mark}
    return {address for address, mark in marks.items() if mark in refused}


@transaction.atomic
def note_refused(mail: Mail) -> None:
    """Keep the mark of its address; the mail goes, with the notices that wait for the same."""
    now, mark = timezone.now(), mark_of_address(mail.to)
    Unsent.objects.update_or_create(address=mark, defaults={"at": now})
    same = Q(to__iexact=mail.to) & ~Q(stop_link="")
    Mail.objects.filter(same | Q(pk=mail.pk)).delete()


@transaction.atomic
def note_given_up(over: Q) -> None:
    """Erase these mails, and keep how many there were. Those to nobody stood for no mail."""
    count, _rows = Mail.objects.filter(over).exclude(to="").delete()
    Unsent.objects.bulk_create(Unsent(at=timezone.now()) for _ in range(count))


@transaction.atomic
def note_sent(mail: Mail) -> None:
    """The mail goes; an address that takes mail again is refused no more."""
    Mail.objects.filter(pk=mail.pk).delete()
    Unsent.objects.filter(address=mark_of_address(mail.to)).delete()


def unsent_counts() -> UnsentCounts:
    recent = Unsent.objects.filter(at__gt=timezone.now() - COUNTED)
    found = recent.aggregate(all=Count("pk"), refused=Count("address"))
    return UnsentCounts(found["refused"], found["all"] - found["refused"])


def forget_old_unsent() -> None:
    now = timezone.now()
    old = Q(address=None, at__lte=now - COUNTED) | Q(at__lte=now - REMEMBERED)
    Unsent.objects.filter(old).delete()
