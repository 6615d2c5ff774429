"""Who a device is in a coproduction, from one cookie that only a first act sets."""

import base64
import hmac
import ipaddress
import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from partage.people.models import Newcomer, Participant
from partage.register.recording import new_vault_key

TOKEN_LENGTH = 43  # 32 random bytes in URL-safe base 64
SPACES_AT_ONCE = 400  # in one query: SQLite takes a thousand words
# How long after its end a coproduction, or a call, still knows the devices that took part.
DEVICES_KNOWN = timedelta(days=365)
KEY_OF_NO_DEVICE = 16  # bytes; that of a device has 32
COOKIE_LASTS = timedelta(days=365)  # where no closing date is ahead


class TooManyNewcomers(Exception):
    """Many new participants came from one network within the hour."""


def keyed(purpose: str, message: str) -> bytes:
    """A mark of the message that only this site can make."""
    return hmac.digest(settings.SECRET_KEY.encode(), f"{purpose}:{message}".encode(), "sha256")


def cookie_of(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.PARTICIPANT_COOKIE_NAME, "")


def token_in(cookie: str) -> str | None:
    """The random token of a cookie, or None when there is none or it was tampered with."""
    token = cookie.partition(".")[0]
    return token if len(token) == TOKEN_LENGTH else None


def device_token(request: HttpRequest) -> str | None:
    return token_in(cookie_of(request))


def key_in(space: str, token: str) -> bytes:
    """The device's key in one coproduction: without the cookie, keys cannot be put together."""
    return keyed("participant", f"{space}:{token}")


def token_of(once: str) -> str:
    """The token a device gets from the random number of the page it first answered on."""
    return base64.urlsafe_b64encode(keyed("device", once)).decode().rstrip("=")


def network_of(request: HttpRequest, now: datetime) -> bytes:
    """A keyed mark of the sender's network that changes every day; the address is not kept."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.TRUSTED_PROXY else ""
    address = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        found = ipaddress.ip_address(address)
        found = getattr(found, "ipv4_mapped", None) or found
        prefix = 24 if found.version == 4 else 56
        network = str(ipaddress.ip_network(f"{found}/{prefix}", strict=False))
    except ValueError:
        network = "unknown"
    return keyed("network", f"{now:%Y-%m-%d}:{network}")[:16]


@transaction.atomic
def begin(space: str, network: bytes, token: str | None) -> tuple[Participant, str]:
    """A new participant and the token for its cookie: the one it holds, if it acted elsewhere."""
    now = timezone.now()
    recent = Newcomer.objects.filter(network=network, began_at__gt=now - timedelta(hours=1))
    if recent.count() >= settings.NEW_PARTICIPANTS_PER_HOUR:
        raise TooManyNewcomers
    Newcomer.objects.create(network=network, began_at=now)
    token = token or secrets.token_urlsafe(32)
    return join(space, token), token


def join(space: str, token: str) -> Participant:
    """This device's part in the coproduction, made when it has none (twice at once included)."""
    key = key_in(space, token)
    there = Participant.objects.filter(space=space, key=key).select_related("vault_key")
    found = there.first()
    if found:
        return found
    try:
        with transaction.atomic():
            return Participant.objects.create(space=space, key=key, vault_key=new_vault_key())
    except IntegrityError:
        return there.get()


def is_known(token: str) -> bool:
    """Whether something was given with this token, anywhere; anyone can make one up."""
    found = Participant.objects.order_by().values_list("space", flat=True).distinct()
    spaces = list(found)
    for start in range(0, len(spaces), SPACES_AT_ONCE):
        some = spaces[start : start + SPACES_AT_ONCE]
        keys = [key_in(space, token) for space in some]
        if Participant.objects.filter(space__in=some, key__in=keys).exists():
            return True
    return False


def remember(
    response: HttpResponse, request: HttpRequest, token: str, closes_at: datetime | None
) -> None:
    """Set the device's cookie, kept until the latest closing date it took part in."""
    until, cookie = closes_at or timezone.now() + COOKIE_LASTS, cookie_of(request)
    held = last_moment(cookie) if token_in(cookie) == token else None
    carry(response, token, max(until, held or until))


def carry(response: HttpResponse, token: str, until: datetime | None) -> None:
    """Set the cookie. A date that is missing or past would take the key from its device."""
    now = timezone.now()
    if until is None or until <= now:
        until = now + COOKIE_LASTS
    response.set_cookie(
        settings.PARTICIPANT_COOKIE_NAME,
        f"{token}.{timezone.localtime(until):%Y%m%d}",
        expires=until,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def last_moment(cookie: str) -> datetime | None:
    """The end of the day written in the cookie; it only prolongs it: a forged one harms nobody."""
    try:
        day = datetime.strptime(cookie.partition(".")[2], "%Y%m%d")  # noqa: DTZ007 - a day alone
    except ValueError:
        return None
    return datetime.combine(day, time.max, timezone.get_current_timezone())
