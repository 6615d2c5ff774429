"""Keeping what a participant has shown, once a person; and forgetting what is of no use."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.assurance.models import ListedMember, ListedMemberQuerySet, MailCheck, Proof, Try
from partage.coproductions.models import Coproduction, Frame
from partage.people.marks_left import is_left
from partage.people.models import Participant, ProvedIdentity
from partage.people.participants import keyed
from partage.register.recording import record

HOUR = timedelta(hours=1)
# From one network. Codes have 59 bits: the limit is there for the machine, not for a whole workplace;
# the thousandth is told to wait. Member numbers are guessed easily, and right ones count too.
TRIES_AN_HOUR = {Try.Kind.CODE: 999, Try.Kind.NUMBER: 20}
LISTS_KEPT = timedelta(days=729)
# Weakest first: who has shown two things counts under the last of them.
STRONGER = (
    Frame.Assurance.MAIL,
    Frame.Assurance.CODE,
    Frame.Assurance.LIST,
    Frame.Assurance.IDENTITY,
)


class ProofRefused(Exception):
    """Nothing was shown; the message is the sentence to show."""

    status = 400


class TooManyTries(ProofRefused):
    status = 429


def mark_of(coproduction: Coproduction, said: str) -> bytes:
    """Of an address or a number, in one coproduction: marks of two of them cannot be compared."""
    return keyed("assurance", f"{coproduction.slug}:{said}")


@transaction.atomic
def keep_proof(
    participant: Participant, coproduction: Coproduction, level: Frame.Assurance, **shown: Any
) -> None:
    """Keep what a participant has shown: for a mail its `mark`, for a code its `batch`.

    Shown again by the same participant, it changes nothing.
    """
    if Proof.objects.filter(participant=participant, level=level).exists():
        return
    row = {"participant": participant, "coproduction": coproduction, "level": level}
    try:
        with transaction.atomic():
            Proof.objects.create(**row, **shown, shown_on=timezone.localdate())
    except IntegrityError:
        raise ProofRefused(
            _("This has served already, on another device. Go on from there, or bring its answers here from the page “On another device”.")
        ) from None  # fmt: skip
    # After the row, whose mark waits for an erasure that goes on at the same time.
    if "mark" in shown and is_left(coproduction.slug, shown["mark"]):
        raise ProofRefused(
            _("This does not serve here again: the answers given with it were left out of the results, then erased.")
        )  # fmt: skip
    # In public, neither how nor when to the minute: only that somebody did.
    payload = {"level": str(level)}
    key = participant.vault_key
    record("assurance-shown", space=coproduction.slug, payload=payload, vault_key=key)


def refuse_beyond_tries(network: bytes, kind: Try.Kind) -> None:
    recent = Try.objects.filter(network=network, kind=kind, at__gt=timezone.now() - HOUR)
    if recent.count() < TRIES_AN_HOUR[kind]:
        return
    if kind == Try.Kind.CODE:
        raise TooManyTries(
            _("Many wrong codes came from this network. Wait an hour, or ask whoever invited you.")
        )
    raise TooManyTries(
        _("Many member numbers came from this network. Wait an hour, or ask the organization to list your address.")
    )  # fmt: skip


def note_try(network: bytes, kind: Try.Kind) -> None:
    Try.objects.create(network=network, kind=kind, at=timezone.now())


def those_who_showed(coproduction: Coproduction) -> Q:
    """Picks the rows of those participants, in a table that names each as `participant`."""
    proofs = Proof.objects.filter(coproduction=coproduction)
    proved = ProvedIdentity.objects.filter(participant__space=coproduction.slug)
    return Q(participant__in=proofs.values("participant")) | Q(participant__in=proved.values("pk"))


def levels_in(coproduction: Coproduction) -> dict[int, str]:
    """What each participant has shown, the strongest; who has shown nothing is left out."""
    shown = Proof.objects.filter(coproduction=coproduction).order_by()
    rows = list(shown.values_list("participant_id", "level"))
    proved = ProvedIdentity.objects.filter(participant__space=coproduction.slug)
    rows += [(pk, str(Frame.Assurance.IDENTITY)) for pk in proved.values_list("pk", flat=True)]
    rows.sort(key=lambda row: STRONGER.index(Frame.Assurance(row[1])))
    return dict(rows)


def forget_old_tries(at: datetime | None = None) -> None:
    """What no limit counts any more, and lists that nobody erased."""
    now = at or timezone.now()
    Try.objects.filter(at__lt=now - 2 * HOUR).delete()
    MailCheck.objects.filter(asked_at__lt=now - HOUR).delete()
    unlist(ListedMember.objects.filter(listed_at__lt=now - LISTS_KEPT))


def unlist(members: ListedMemberQuerySet) -> None:
    """Forget the marks but those that served: brought in again, a list lets nobody answer twice."""
    members.filter(is_used=False).delete()
    members.filter(is_used=True).update(listed_at=None)


def forget_places(slugs: Iterable[str]) -> None:
    """Of coproductions that forget the devices too: nobody answers there any more."""
    ListedMember.objects.filter(coproduction__slug__in=slugs).delete()
