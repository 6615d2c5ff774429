"""What is past its date goes: every night, or at once by `partage retention`."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from partage.assurance.models import Proof
from partage.assurance.proofs import forget_old_tries, forget_places
from partage.calls.models import Call
from partage.checks.running import forget_old_runs
from partage.contributions.reports import forget_old_names
from partage.coproductions.models import Coproduction, Stage
from partage.news.subscribing import forget_expired
from partage.oversight.mandates import close_past_mandates
from partage.people.codes import forget_old_codes
from partage.people.device_links import forget_old_device_links
from partage.people.marks_left import forget_left_marks
from partage.people.models import Channel, Newcomer, Participant, ProvedIdentity
from partage.people.outbox import forget_useless_mail
from partage.people.participants import DEVICES_KNOWN, KEY_OF_NO_DEVICE
from partage.people.returning import forget_old_returns
from partage.people.sign_in import forget_old_links_and_sessions
from partage.people.unsent import forget_old_unsent
from partage.register.models import Payload
from partage.rights.declared import Declared, all_declared
from partage.rights.requests import forget_old_requests
from partage.training.claiming import forget_marks

BATCH = 500


def forget_old_newcomers() -> None:
    Newcomer.objects.filter(began_at__lt=timezone.now() - timedelta(hours=2)).delete()


def forget_old_devices() -> None:
    """Nothing ties the answers of what ended a year ago to a device or to an identity kept elsewhere:
    their marks give way to others.

    Whoever acted since, in a round of the fund or a debate, is known for a year from that.
    """
    before = timezone.now() - DEVICES_KNOWN
    spaces = list(_spaces_ended(before))
    acts = Payload.objects.filter(vault_key=OuterRef("vault_key"), recorded_at__gt=before)
    known = Participant.objects.alias(length=Length("key")).exclude(length=KEY_OF_NO_DEVICE)
    known = known.exclude(Exists(acts))
    for start in range(0, len(spaces), BATCH):
        some = spaces[start : start + BATCH]
        _forget_keys(known.filter(space__in=some, channel=Channel.WEB))
        forget_left_marks(some)
        forget_places(some)


def _spaces_ended(before: datetime) -> Iterator[str]:
    stages = Stage.objects.filter(coproduction=OuterRef("pk"))
    lasts = stages.filter(Q(closes_at=None) | Q(closes_at__gt=before))
    ended = Coproduction.objects.filter(Exists(stages), ~Exists(lasts))
    yield from ended.values_list("slug", flat=True)
    closed = Q(state=Call.State.REFUSED, decided_at__lte=before) | Q(answered_at__lte=before)
    yield from (
        f"{Call.SPACE}{pk}" for pk in Call.objects.filter(closed).values_list("pk", flat=True)
    )


def _forget_keys(known: "QuerySet[Participant]") -> None:
    while people := list(known.order_by("pk")[:BATCH]):
        for participant in people:
            participant.key = secrets.token_bytes(KEY_OF_NO_DEVICE)
        proved = list(ProvedIdentity.objects.filter(participant__in=people))
        for one in proved:
            one.mark = secrets.token_bytes(KEY_OF_NO_DEVICE)
        with transaction.atomic():
            Participant.objects.bulk_update(people, ["key"])
            forget_marks(people)
            # The mark of an address would still tie them to it.
            Proof.objects.filter(participant__in=people, mark__isnull=False).delete()
            ProvedIdentity.objects.bulk_update(proved, ["mark"])


# All that forgets by date. The worker runs most of them every few seconds too.
FORGET: tuple[Callable[[], None], ...] = (
    forget_old_codes,
    forget_old_tries,
    forget_old_returns,
    forget_old_links_and_sessions,
    forget_old_device_links,
    forget_useless_mail,
    forget_old_unsent,
    forget_old_names,
    forget_old_newcomers,
    forget_expired,
    forget_old_devices,
    forget_old_requests,
    forget_old_runs,
    close_past_mandates,
)


def remove_past() -> None:
    for forget in FORGET:
        forget()


def past_their_date(at: datetime | None = None) -> list[tuple[Declared, int]]:
    """Each declaration with a limit, and how many rows are older: after `remove_past`, none."""
    now = at or timezone.now()
    limited = [one for one in all_declared() if one.says.until.days]
    return [(one, _older(one, now).count()) for one in limited]


def _older(one: Declared, now: datetime) -> "QuerySet[Any]":
    before = now - timedelta(days=one.says.until.days or 0)
    return one.rows.filter(**{f"{one.says.since}__lt": before})
