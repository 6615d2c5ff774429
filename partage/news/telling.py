"""The background reader of the register that writes notices at once and summaries once a day."""

import logging
import threading
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.db.models import Q
from django.utils import timezone, translation

from partage.calls.models import Call
from partage.coproductions.models import Coproduction
from partage.news.about_calls import told_to_writers
from partage.news.desk_mail import send_desk_mails
from partage.news.happenings import Line, happened, told_to_all, told_to_authors
from partage.news.letters import write_digest
from partage.news.models import Subscription, columns_of, space_of
from partage.news.subscribing import NOTICES, forget_expired, stop, tell_writer
from partage.people.unsent import refused_among
from partage.register import consumers

log = logging.getLogger("partage.news")

EVERY_SECONDS = 20.0
DIGEST_HOUR = 7  # of the site's own time
AT_ONCE = 500


def tell() -> None:
    """One pass: erase what is over, write what is due."""
    forget_expired()
    if not settings.MAIL_IS_ON:
        return
    wanted = Subscription.objects.confirmed().filter(notices=True)
    for coproduction in Coproduction.objects.visible().filter(pk__in=wanted.values("coproduction")):
        tell_writers(coproduction)
    for call in Call.objects.filter(pk__in=wanted.values("call")):
        tell_writers(call)
    if timezone.localtime().hour >= DIGEST_HOUR:
        send_digests(timezone.now())
        send_desk_mails(timezone.now())


def tell_writers(about: Coproduction | Call) -> None:
    """Write to those who asked what was decided about what they wrote.

    The words are made outside any transaction; mails and position are written together.
    """
    space = space_of(about)
    start, end = consumers.position(NOTICES, space), consumers.last_position(space)
    if end <= start:
        return
    lines = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            lines[language] = told_to_writers(about, start, end)
    with transaction.atomic():
        if consumers.advance(NOTICES, space, start=start, end=end):
            _write_notices(about, lines)


def _write_notices(about: Coproduction | Call, lines: dict[str, dict[bytes, list[Line]]]) -> None:
    for language, by_author in lines.items():
        asked = Subscription.objects.confirmed().filter(
            **columns_of(about), notices=True, language=language, whose__in=list(by_author)
        )
        found = list(asked.select_related("coproduction__frame", "call__organization"))
        wrong = refused_among(one.address for one in found)
        for subscription in found:
            own = by_author[bytes(subscription.whose)]
            since = [line for line in own if line.place >= subscription.begins_at]
            if subscription.address in wrong:
                stop(subscription)
            elif since:
                with translation.override(language):
                    tell_writer(subscription, since)


def send_digests(now: datetime) -> None:
    """A summary to whoever asked for one and got none today, if something is new since the last."""
    today = timezone.localdate(now)
    not_today = Q(digest_on=None) | Q(digest_on__lt=today)
    due = Subscription.objects.confirmed().filter(not_today, digest=True)
    ordered = due.order_by("coproduction", "digest_to", "language", "pk")[:AT_ONCE]
    subscriptions = ordered.select_related("coproduction__frame")
    for _key, alike in groupby(subscriptions, _as_far):
        _send_alike(list(alike), now)


def _as_far(subscription: Subscription) -> tuple[int | None, int, str]:
    return subscription.coproduction_id, subscription.digest_to, subscription.language


def _send_alike(alike: list[Subscription], now: datetime) -> None:
    """The same summary to all who were told as far, each with what concerns them alone."""
    coproduction, start = alike[0].coproduction, alike[0].digest_to
    if coproduction is None:
        return  # of calls there are no summaries
    end = consumers.last_position(coproduction.slug)
    wrong = refused_among(one.address for one in alike)
    with translation.override(alike[0].language):
        found = happened(coproduction.slug, start, end)
        sections, own = told_to_all(coproduction, found), told_to_authors(coproduction, found)
        for subscription in alike:
            # Whoever gets notices was told of these already.
            mine = [] if subscription.notices else own.get(bytes(subscription.whose), [])
            with transaction.atomic():
                if subscription.address in wrong:
                    stop(subscription)
                elif _moves(subscription, end, now) and (mine or sections):
                    write_digest(subscription, coproduction, mine, sections)


def _moves(subscription: Subscription, end: int, now: datetime) -> bool:
    """Whether this worker is the one that moved it: stopped meanwhile, or moved, nothing is sent."""
    still = Subscription.objects.filter(pk=subscription.pk, digest_to=subscription.digest_to)
    not_today = Q(digest_on=None) | Q(digest_on__lt=timezone.localdate(now))
    return bool(still.filter(not_today).update(digest_to=end, digest_on=timezone.localdate(now)))


def tell_for_ever(stop: threading.Event) -> None:
    """Now and then, until told to stop."""
    while not stop.wait(EVERY_SECONDS):
        try:
            close_old_connections()
            tell()
        except (OperationalError, InterfaceError) as error:
            log.warning("database unavailable: %s", type(error).__name__)
