"""The same answers on another device: a link that carries this device's key there, once."""

import secrets
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.people.models import DeviceLink
from partage.people.outbox import queue_mail
from partage.people.participants import TOKEN_LENGTH, keyed
from partage.people.sign_in import token_hash

LASTS = timedelta(hours=24)
HOUR = timedelta(hours=1)
PER_NETWORK = 10  # in an hour
PER_ADDRESS = 3  # in a day: as long as a row stays
LONGEST_COOKIE = TOKEN_LENGTH + len(".20261231")
NONCE = 12  # bytes


class TooManyLinks(Exception):
    """Many links were made within the hour from this network."""


class TooManyMails(Exception):
    """Many links were mailed to this address within the day."""


class LinkSpent(Exception):
    """The link does not exist, has served, or is out of date."""


def _cipher(token: str) -> AESGCM:
    """Only whoever holds the link, and this site, can open what the row holds."""
    return AESGCM(keyed("device link", token))


@transaction.atomic
def make_device_link(cookie: str, network: bytes, email: str = "") -> str:
    """The token of a new link; the row does not say whose it is."""
    now = timezone.now()
    address = keyed("device link to", email.lower()) if email else None
    _check_limits(network, address, now)
    token, nonce = secrets.token_urlsafe(32), secrets.token_bytes(NONCE)
    kept = cookie[:LONGEST_COOKIE].encode()
    DeviceLink.objects.create(
        token_hash=token_hash(token),
        sealed=nonce + _cipher(token).encrypt(nonce, kept, None),
        network=network,
        address=address,
        made_at=now,
        expires_at=now + LASTS,
    )
    return token


def _check_limits(network: bytes, address: bytes | None, now: datetime) -> None:
    links = DeviceLink.objects.all()
    if links.filter(network=network, made_at__gt=now - HOUR).count() >= PER_NETWORK:
        raise TooManyLinks
    mailed = links.filter(address=address, made_at__gt=now - LASTS) if address else links.none()
    if mailed.count() >= PER_ADDRESS:
        raise TooManyMails


def mail_device_link(email: str, address: str) -> None:
    body = _(
        "Open this link on the device where you want to go on, then press the button:\n\n%(link)s\n\n"
        "It serves once, within a day. Only go on if you asked for this link yourself: whoever made it "
        "sees and changes the same answers. If you did not ask for it, do nothing."
    ) % {"link": address}
    words = {"site": settings.BASE_URL}
    queue_mail(email, _("Your answers at %(site)s, on another device") % words, body, lasts=LASTS)


def open_device_link(token: str) -> str:
    """What the link carries, which stays."""
    waiting = DeviceLink.objects.filter(token_hash=token_hash(token), used_at=None)
    link = waiting.filter(expires_at__gt=timezone.now()).first()
    if link is None:
        raise LinkSpent
    sealed = bytes(link.sealed)
    try:
        return _cipher(token).decrypt(sealed[:NONCE], sealed[NONCE:], None).decode()
    except InvalidTag:  # sealed before the site's secret changed
        raise LinkSpent from None


def use_device_link(token: str) -> None:
    """Spend the link. One update decides, so that two devices cannot both use it."""
    now = timezone.now()
    links = DeviceLink.objects.filter(token_hash=token_hash(token), used_at=None)
    if not links.filter(expires_at__gt=now).update(used_at=now, sealed=b""):
        raise LinkSpent


def forget_old_device_links() -> None:
    DeviceLink.objects.filter(expires_at__lt=timezone.now()).delete()
