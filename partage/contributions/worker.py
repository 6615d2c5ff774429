"""The background worker: follows the register, one coproduction after the other."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from partage.assemblies.votes import close_due_votes
from partage.assurance.proofs import forget_old_tries
from partage.contributions.ideas import count_ideas, ideas_stage
from partage.contributions.releases import count_turnout, publish_if_due
from partage.contributions.reports import forget_old_names
from partage.contributions.similar import keep_index
from partage.contributions.test_reports import count_reports, tests_stage
from partage.coproductions.models import Coproduction, Stage
from partage.people.codes import forget_old_codes
from partage.people.device_links import forget_old_device_links
from partage.people.models import Newcomer
from partage.people.outbox import forget_useless_mail
from partage.people.sign_in import forget_old_links_and_sessions
from partage.people.unsent import forget_old_unsent, unsent_counts
from partage.register import consumers
from partage.register.erasing import tell_erasures
from partage.register.sequencer import seal_if_possible
from partage.web.counters import CONSUMER_LAG, OUTBOX_AGE, UNSENT

log = logging.getLogger("partage.worker")

EVERY_SECONDS = 1.0
# A busy site is counted again at most this often: the count reads all its answers.
TURNOUT_EVERY = timedelta(seconds=20)
IDEAS = "ideas"
TEST_REPORTS = "test-reports"
JUST_CLOSED = timedelta(hours=1)
INDEX_EVERY = timedelta(minutes=5)
TURNOUT = "turnout"


def follow_turnout(coproduction: Coproduction) -> None:
    start = consumers.position(TURNOUT, coproduction.slug)
    end = consumers.last_position(coproduction.slug)
    if end > start:
        count_turnout(coproduction)
        consumers.advance(TURNOUT, coproduction.slug, start=start, end=end)


def follow_ideas(coproduction: Coproduction, at: datetime) -> None:
    _count_again(IDEAS, coproduction, ideas_stage(coproduction), count_ideas, at)
    # Each time, so that what came or was erased just after the last index is not left for long.
    try:
        keep_index(coproduction, every=INDEX_EVERY)
    except OSError as error:
        log.warning("index of ideas not written: %s", type(error).__name__)


def follow_reports(coproduction: Coproduction, at: datetime) -> None:
    _count_again(TEST_REPORTS, coproduction, tests_stage(coproduction), count_reports, at)


def _count_again(
    reader: str,
    coproduction: Coproduction,
    stage: Stage | None,
    count: Callable[[Coproduction], None],
    at: datetime,
) -> None:
    """Count when something happened, and once more when the stage has closed."""
    closed_at = stage.closes_at if stage is not None and stage.is_over(at) else None
    has_just_closed = closed_at is not None and at - closed_at < JUST_CLOSED
    start = consumers.position(reader, coproduction.slug)
    end = consumers.last_position(coproduction.slug)
    if end > start or has_just_closed:
        count(coproduction)
        consumers.advance(reader, coproduction.slug, start=start, end=end)


def count_unsent() -> None:
    unsent = unsent_counts()
    UNSENT.labels("refused").set(unsent.refused)
    UNSENT.labels("given up").set(unsent.given_up)


def one_pass(*, turnout_too: bool = True) -> None:
    """Bring every coproduction up to date."""
    tell_erasures()
    seal_if_possible()
    close_due_votes(timezone.now())
    spaces = []
    for coproduction in Coproduction.objects.visible().exclude(releases__is_final=True):
        spaces.append(coproduction.slug)
        if turnout_too:
            follow_turnout(coproduction)
        release = publish_if_due(coproduction)
        if release:
            log.info("results published: %s, release %s", coproduction.slug, release.number)
    if turnout_too:
        forget_old_codes()
        forget_old_tries()
        forget_old_links_and_sessions()
        forget_old_device_links()
        forget_useless_mail()
        forget_old_unsent()
        count_unsent()
        forget_old_names()
        for coproduction in Coproduction.objects.visible().filter(stages__kind=Stage.Kind.IDEAS):
            follow_ideas(coproduction, timezone.now())
        for coproduction in Coproduction.objects.visible().filter(stages__kind=Stage.Kind.TESTS):
            follow_reports(coproduction, timezone.now())
    Newcomer.objects.filter(began_at__lt=timezone.now() - timedelta(hours=2)).delete()
    behind = consumers.lag(TURNOUT, spaces)
    CONSUMER_LAG.labels(TURNOUT).set(behind.entries)
    OUTBOX_AGE.set(behind.oldest.total_seconds())


def follow_for_ever() -> None:
    counted = timezone.now() - TURNOUT_EVERY
    while True:
        now = timezone.now()
        turnout_too = now - counted >= TURNOUT_EVERY
        try:
            close_old_connections()
            one_pass(turnout_too=turnout_too)
        except (OperationalError, InterfaceError) as error:
            log.warning("database unavailable: %s", type(error).__name__)
            time.sleep(5)
        counted = now if turnout_too else counted
        time.sleep(EVERY_SECONDS)
