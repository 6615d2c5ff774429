"""The same answers on another device: a link that carries this device's key there, once."""

import secrets
from datetime import timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.people.models import DeviceLink
from partage.people.outbox import queue_mail
from partage.people.participants import keyed
from partage.people.sign_in import token_hash

LASTS = timedelta(hours=24)
HOUR = timedelta(hours=1)
PER_NETWORK = 10  # in an hour
NONCE = 12  # bytes


class TooManyLinks(Exception):
    """Many links were made within the hour from this network."""


class LinkSpent(Exception):
    """The link does not exist, has served, or is out of date."""


def _cipher(token: str) -> AESGCM:
    """Only whoever holds the link, and this site, can open what the row holds."""
    return AESGCM(keyed("device link", token))


@transaction.atomic
def make_device_link(cookie: str, network: bytes) -> str:
    """The token of a new link; the row does not say whose it is."""
    now = timezone.now()
    recent = DeviceLink.objects.filter(network=network, made_at__gt=now - HOUR)
    if recent.count() >= PER_NETWORK:
        raise TooManyLinks
    token, nonce = secrets.token_urlsafe(32), secrets.token_bytes(NONCE)
    sealed = nonce + _cipher(token).encrypt(nonce, cookie.encode(), None)
    DeviceLink.objects.create(
        token_hash=token_hash(token),
        sealed=sealed,
        network=network,
        made_at=now,
        expires_at=now + LASTS,
    )
    return token


def mail_device_link(email: str, address: str) -> None:
    body = _(
        "Open this link on the device where you want to go on, then press the button:\n\n%(link)s\n\n"
        "It serves once, within a day. If you did not ask for it, do nothing."
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


def use_device_link(token: str) -> str:
    """Spend the link. One update decides, so that two devices cannot both use it."""
    cookie = open_device_link(token)
    links = DeviceLink.objects.filter(token_hash=token_hash(token), used_at=None)
    if not links.update(used_at=timezone.now(), sealed=b""):
        raise LinkSpent
    return cookie


def forget_old_device_links() -> None:
    DeviceLink.objects.filter(expires_at__lt=timezone.now()).delete()
