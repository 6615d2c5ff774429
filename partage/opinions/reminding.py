"""Reminding whoever should act, by mail, while no answer to a recommendation is known."""

import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from partage.opinions.models import (
    MOST_REMINDERS,
    Addressee,
    NoReminders,
    Opinion,
    Recommendation,
    Reminder,
)
from partage.people.outbox import forget_mail, queue_mail
from partage.people.participants import keyed
from partage.people.unsent import is_refused
from partage.register.erasing import destroy
from partage.register.recording import new_vault_key, record
from partage.web.localized import in_reader_language

log = logging.getLogger("partage.worker")

# After the publication, then after each reminder.
EVERY = timedelta(days=60)
EVERY_SECONDS = 60.0
LASTS = timedelta(days=7)
KEY_LENGTH = 32
LONGEST_LINE = 300
FORGOTTEN = "addressee-forgotten"


class ReminderRefused(Exception):
    """Nobody is to be reminded there; the message is the sentence to show."""


def mark_of(address: str) -> bytes:
    return keyed("reminded at", address.lower())


def key_to_stop(mark: str) -> str:
    """What the link that stops reminders carries: only this site can make it."""
    return keyed("stop reminders", mark).hex()[:KEY_LENGTH]


def stop_link(mark: bytes, language: str) -> str:
    """One address for all reminders to an address."""
    with translation.override(language):
        path = reverse("reminders-stop", args=[mark.hex(), key_to_stop(mark.hex())])
    return f"{settings.BASE_URL}{path}"


def first_days(opinion: Opinion) -> dict[int, date]:
    """On which day each recommendation was first published, by number; those of the last version."""
    days: dict[int, date] = {}
    numbers: set[int] = set()
    versions = opinion.versions.order_by("number")
    for published_at, rows in versions.values_list("published_at", "content__recommendations"):
        numbers = {row["number"] for row in rows}
        for number in numbers:
            days.setdefault(number, timezone.localdate(published_at))
    return {number: day for number, day in days.items() if number in numbers}


def next_day(first: date, reminded: Sequence[date]) -> date | None:
    """When the next reminder is due; None after the last."""
    if len(reminded) >= MOST_REMINDERS:
        return None
    return (reminded[-1] if reminded else first) + EVERY


def days_reminded(opinion: Opinion, numbers: Iterable[int]) -> dict[int, list[date]]:
    """The days of the reminders of each of these recommendations, by number."""
    found: dict[int, list[date]] = {}
    mine = Reminder.objects.filter(
        recommendation__opinion=opinion, recommendation__number__in=list(numbers)
    )
    rows = mine.order_by("number").values_list("recommendation__number", "reminded_on")
    for number, day in rows:
        found.setdefault(number, []).append(day)
    return found


def _next_of(recommendation: Recommendation) -> date:
    """When this recommendation is due for a reminder, or why it never is."""
    opinion, number = recommendation.opinion, recommendation.number
    first = first_days(opinion).get(number)
    if first is None:
        raise ReminderRefused(_("This recommendation is not published yet: publish it first."))
    if recommendation.answers.exists():
        raise ReminderRefused(_("An answer is known already: nobody is reminded any more."))
    due = next_day(first, days_reminded(opinion, [number]).get(number, []))
    if due is None:
        raise ReminderRefused(
            _("There were %(most)s reminders: no other follows.") % {"most": MOST_REMINDERS}
        )
    return due


@transaction.atomic
def name_addressee(recommendation: Recommendation, address: str, language: str) -> None:
    """Have reminders sent to this address, in this language, in the place of any other."""
    due, mark = _next_of(recommendation), mark_of(address)
    if NoReminders.objects.filter(mark=mark).exists():
        raise ReminderRefused(
            _("Whoever reads this address wants no more reminders there. Give another address.")
        )
    forget_addressee(recommendation)
    vault_key = new_vault_key()
    Addressee.objects.create(
        recommendation=recommendation, address=address, mark=mark, language=language, next_on=due,
        vault_key=vault_key,
    )  # fmt: skip
    record(
        "addressee-named",
        space=recommendation.opinion.space,
        payload={"opinion": recommendation.opinion.slug, "recommendation": recommendation.number},
        vault_key=vault_key,
    )


@transaction.atomic
def forget_addressee(recommendation: Recommendation) -> None:
    """Erase the address, the reminders that wait for it, and what the register hid of it."""
    mine = Addressee.objects.filter(recommendation=recommendation)
    for row in mine.select_related("vault_key", "recommendation__opinion__coproduction"):
        forget_mail(stop_link(bytes(row.mark), row.language))
        _erase(row)


def _erase(row: Addressee) -> None:
    row.delete()
    record(FORGOTTEN, space=row.recommendation.opinion.space)
    destroy(row.vault_key, FORGOTTEN)


@transaction.atomic
def stop_reminders(mark: bytes) -> None:
    """Whoever reads an address wants no more reminders there: it is erased, and a mark stays."""
    NoReminders.objects.get_or_create(mark=mark)
    rows = Addressee.objects.filter(mark=mark).select_related("recommendation__opinion")
    for row in rows:
        forget_addressee(row.recommendation)


@transaction.atomic
def say_reminded(recommendation: Recommendation, today: date) -> None:
    """Keep that a reminder was written, and say so in the register."""
    # Locked: the desk and the worker may both say it at once.
    Recommendation.objects.select_for_update(of=("self",)).get(pk=recommendation.pk)
    due = _next_of(recommendation)
    if due > today:
        raise ReminderRefused(_("The next reminder is due later: nothing was recorded."))
    before = recommendation.reminders.aggregate(last=Max("number"))["last"] or 0
    reminder = Reminder.objects.create(
        recommendation=recommendation, number=before + 1, reminded_on=today
    )
    Addressee.objects.filter(recommendation=recommendation).update(next_on=today + EVERY)
    opinion = recommendation.opinion
    public = {"opinion": opinion.slug, "recommendation": recommendation.number}
    public |= {"reminder": reminder.number, "on": today.isoformat()}
    record("recommendation-reminded", space=opinion.space, public=public)


def remind_due(today: date) -> int:
    """Write to whoever is due, one mail for all that one opinion asks of them; how many mails."""
    if not settings.MAIL_IS_ON:
        return 0
    due = Addressee.objects.filter(
        next_on__lte=today, recommendation__opinion__state=Opinion.State.PUBLISHED
    )
    rows = due.select_related("recommendation__opinion__coproduction").order_by(
        "recommendation__opinion", "mark", "language", "recommendation__number"
    )
    groups = groupby(rows, _alike)
    return sum(_remind([row.pk for row in alike], today) for _key, alike in groups)


def _alike(row: Addressee) -> tuple[int, bytes, str]:
    return row.recommendation.opinion_id, bytes(row.mark), row.language


@transaction.atomic
def _remind(numbers: list[int], today: date) -> bool:
    """One mail about these. Each is locked, so that two workers do not both write."""
    locked = Addressee.objects.select_for_update(of=("self",)).filter(
        pk__in=numbers, next_on__lte=today
    )
    rows = list(
        locked.select_related("vault_key", "recommendation__opinion__coproduction").order_by(
            "recommendation__number"
        )
    )
    told = [row for row in rows if _is_told(row, today)]
    if told:
        _write(told)
    for row in told:
        if row.recommendation.reminders.count() >= MOST_REMINDERS:
            _erase(row)
    return bool(told)


def _is_told(row: Addressee, today: date) -> bool:
    """Whether its reminder counts. Where none may follow any more, or can, the address goes."""
    if is_refused(row.address):
        _erase(row)
        return False
    try:
        say_reminded(row.recommendation, today)
    except ReminderRefused:
        _erase(row)
        return False
    return True


def _write(rows: Sequence[Addressee]) -> None:
    one, opinion = rows[0], rows[0].recommendation.opinion
    with translation.override(one.language):
        subject = Truncator(_("Reminder: %(title)s") % {"title": _line(opinion.title)}).chars(120)
        body = reminder_text(opinion, [row.recommendation for row in rows])
        footer = _stop_words(one)
    queue_mail(
        one.address, subject, f"{body}\n\n-- \n{footer}", lasts=LASTS,
        stop_link=stop_link(bytes(one.mark), one.language),
    )  # fmt: skip


def reminder_text(opinion: Opinion, recommendations: Iterable[Recommendation]) -> str:
    """What a reminder says, in the language of the moment; the desk may copy it."""
    words = {
        "title": _line(opinion.title),
        "recommendations": "\n\n".join(
            f"{one.number}. {Truncator(_line(one.text)).chars(LONGEST_LINE)}\n"
            f"{settings.BASE_URL}{one.get_absolute_url()}"
            for one in recommendations
        ),
    }
    return (
        _(
            "The opinion “%(title)s” recommends something to you, and no answer of yours is known:\n\n"
            "%(recommendations)s\n\nYou may accept it, accept a part of it, or refuse it and say why. Tell "
            "the people who lead this coproduction: they publish your answer on the page above. It shows "
            "on which days you were reminded; it never shows your address."
        )
        % words
    )


def _stop_words(one: Addressee) -> str:
    return _(
        "The people who lead this coproduction gave us your address for such reminders alone, "
        "%(most)s at most for each recommendation.\nTo get no more, and have your address erased "
        "here:\n%(link)s"
    ) % {"most": MOST_REMINDERS, "link": stop_link(bytes(one.mark), one.language)}


def _line(words: dict[str, str]) -> str:
    return " ".join(in_reader_language(words)[0].split())


def remind_for_ever(stop: threading.Event) -> None:
    """A thread of the worker, until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            remind_due(timezone.localdate())
        except (DatabaseError, InterfaceError) as error:
            log.warning("reminders not written: %s", type(error).__name__)
