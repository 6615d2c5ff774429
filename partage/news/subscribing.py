"""Asking to be written to, confirming it by a link, and stopping it: off by default, twice agreed."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from partage.calls.models import Call
from partage.consents.models import hash_of
from partage.coproductions.models import Coproduction
from partage.news.about_calls import told_to_writers
from partage.news.happenings import Line
from partage.news.letters import LINK_LASTS, stop_link, write_first, write_notice
from partage.news.models import Asked, Subscription, columns_of, mark_of, space_of
from partage.people.models import Participant
from partage.people.outbox import forget_mail
from partage.people.participants import keyed
from partage.register.consumers import last_position, position
from partage.register.erasing import destroy
from partage.register.recording import new_vault_key, record

DAY = timedelta(days=1)
LASTS = timedelta(days=365)
# Once nothing can follow, the address stays as long as the last notice may wait.
LASTS_AFTER_THE_LAST = timedelta(days=2)
PER_ADDRESS, PER_NETWORK = 3, 60  # first mails in a day
NOTICES = "notices"  # the reader of the register that writes them
ENDED = "mail-ended"


class TooManyAsked(Exception):
    """Many first mails were asked from this network within the day."""


@dataclass(frozen=True)
class Wishes:
    """Where to write, what, in which language."""

    address: str
    notices: bool
    digest: bool
    language: str


def promise() -> str:
    """What the owner of an address agrees to, as the page says it."""
    return _(
        "We write there for nothing else, give the address to nobody, and keep it apart from what you "
        "answer. We erase it when you ask us to stop, when you erase everything held about you here, "
        "and after one year at the latest; an address that is not confirmed, after two days."
    )


@transaction.atomic
def ask(
    about: Coproduction | Call, participant: Participant | None, wishes: Wishes, network: bytes
) -> None:
    """Send the link that confirms; nothing else is written before it is followed.

    Past so many mails a day to one address, none leaves, and whoever asks sees no difference.
    """
    now, address = timezone.now(), keyed("asked for", wishes.address.lower())
    recent = Asked.objects.filter(asked_at__gt=now - DAY)
    if recent.filter(network=network).count() >= PER_NETWORK:
        raise TooManyAsked
    is_pestered = recent.filter(address=address).count() >= PER_ADDRESS
    Asked.objects.create(address=address, network=network, asked_at=now)
    if not is_pestered:
        _keep(about, participant, wishes)


def _keep(about: Coproduction | Call, participant: Participant | None, wishes: Wishes) -> None:
    """A device has one address at most that waits: the last link serves."""
    whose = mark_of(participant) if participant else secrets.token_bytes(32)
    _drop(Subscription.objects.pending().filter(**columns_of(about), whose=whose))
    place = last_position(space_of(about))
    subscription = Subscription.objects.create(
        **columns_of(about), whose=whose, address=wishes.address, language=wishes.language,
        notices=wishes.notices, digest=wishes.digest, text_sha256=hash_of(promise()),
        asked_at=timezone.now(), begins_at=place, digest_to=place,
    )  # fmt: skip
    write_first(subscription)


def _drop(pending: Iterable[Subscription]) -> None:
    for subscription in pending:
        forget_mail(stop_link(subscription))
        subscription.delete()


@transaction.atomic
def confirm(subscription: Subscription) -> None:
    """Write to this address from now on, and tell what was decided since it was asked."""
    found = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
    if found is None or found.vault_key_id:
        return
    _make_room(found)
    today = timezone.localdate()
    found.vault_key, found.ends_on, found.digest_on = new_vault_key(), today + LASTS, today
    found.save(update_fields=["vault_key", "ends_on", "digest_on"])
    record(
        "mail-allowed",
        space=space_of(found.about),
        payload={
            "notices": found.notices, "digest": found.digest, "language": found.language,
            "text_sha256": bytes(found.text_sha256).hex(),
        },
        vault_key=found.vault_key,
    )  # fmt: skip
    if found.notices:
        _catch_up(found)


def _make_room(found: Subscription) -> None:
    """The last address of a device takes the place of the one before; one summary an address."""
    others = Subscription.objects.confirmed().filter(**columns_of(found.about))
    for other in others.filter(whose=bytes(found.whose)):
        stop(other)
    for other in others.filter(address__iexact=found.address, digest=True):
        if not found.digest:
            break
        if other.notices:
            other.digest = False
            other.save(update_fields=["digest"])
        else:
            stop(other)


def _catch_up(found: Subscription) -> None:
    """Decisions made between the asking and the confirming, which the worker has passed."""
    about = found.about
    passed = position(NOTICES, space_of(about))
    with translation.override(found.language):
        lines = told_to_writers(about, found.begins_at, passed).get(bytes(found.whose))
        if lines:
            tell_writer(found, lines)


def tell_writer(subscription: Subscription, lines: Sequence[Line]) -> None:
    """In its language; after the last that can be told, the address goes soon."""
    if subscription.call and subscription.call.is_over:
        subscription.ends_on = timezone.localdate() + LASTS_AFTER_THE_LAST
        subscription.save(update_fields=["ends_on"])
    write_notice(subscription, lines)


@transaction.atomic
def stop(subscription: Subscription) -> None:
    """Erase the address, the mails that wait for it, and what the register hid of it."""
    found = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("coproduction", "call", "vault_key")
        .filter(pk=subscription.pk)
        .first()
    )
    if found is None:
        return
    _drop([found])
    if found.vault_key:
        record(ENDED, space=space_of(found.about))
        destroy(found.vault_key, ENDED)


def forget_participant(participant: Participant) -> None:
    """Part of the erasure of everything held about somebody."""
    for subscription in Subscription.objects.of(participant):
        stop(subscription)


def forget_expired() -> None:
    """Addresses that were never confirmed, those whose year is over, and old marks."""
    now = timezone.now()
    _drop(Subscription.objects.pending().filter(asked_at__lt=now - LINK_LASTS))
    for subscription in Subscription.objects.filter(ends_on__lte=timezone.localdate(now)):
        stop(subscription)
    Asked.objects.filter(asked_at__lt=now - DAY).delete()
