"""Codes by mail that sign a person in. A known and an unknown address get the same work."""

import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from partage.people.models import Person, SignInCode
from partage.people.outbox import queue_mail
from partage.people.participants import keyed
from partage.people.sign_in import prove_address

LASTS = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DIGITS = 8  # five codes an hour, five tries each: a year of trying finds one in 450 times
PER_ADDRESS, PER_NETWORK = 5, 30  # codes in an hour


class TooManyCodes(Exception):
    """Many codes were asked within the hour, for this address or from this network."""


class CodeRefused(Exception):
    """The code is wrong, has served, is out of date, or was tried too often."""


def _hash(address: bytes, code: str) -> bytes:
    return keyed("sign-in code", f"{address.hex()}:{code}")


@transaction.atomic
def ask_code(email: str, network: bytes) -> SignInCode:
    """Write a code down and have it mailed; for an address that nobody has, the same to nobody."""
    now = timezone.now()
    address = keyed("address", email.lower())
    recent = SignInCode.objects.filter(asked_at__gt=now - HOUR)
    from_network = recent.filter(network=network).count()
    if recent.filter(address=address).count() >= PER_ADDRESS or from_network >= PER_NETWORK:
        raise TooManyCodes
    person = Person.objects.filter(email__iexact=email, is_active=True).first()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    asked = SignInCode.objects.create(
        person=person,
        address=address,
        network=network,
        code_hash=_hash(address, code),
        asked_at=now,
        expires_at=now + LASTS,
    )
    words = {"code": f"{code[:4]} {code[4:]}", "site": settings.BASE_URL}
    body = _(
        "Your code for %(site)s is %(code)s\n\nIt serves once, within ten minutes, on the page where "
        "you asked for it. If you did not ask for it, do nothing: nobody gets in without it."
    )
    queue_mail(person.email if person else "", _("Your sign-in code"), body % words, lasts=LASTS)
    return asked


def use_code(number: int, typed: str) -> Person:
    """Spend the code. Updates decide, one for each try, so that nobody tries twice at once.

    No transaction around them: a refusal must not give the try back.
    """
    now = timezone.now()
    codes = SignInCode.objects.filter(pk=number, used_at=None, expires_at__gt=now)
    if not codes.filter(tries_left__gt=0).update(tries_left=F("tries_left") - 1):
        raise CodeRefused
    asked = codes.select_related("person").first()
    if asked is None:
        raise CodeRefused
    digits = "".join(sign for sign in typed if sign in "0123456789")
    is_right = hmac.compare_digest(bytes(asked.code_hash), _hash(bytes(asked.address), digits))
    person = asked.person
    if not is_right or person is None or not person.is_active or not codes.update(used_at=now):
        raise CodeRefused
    if person.awaits_proof:
        prove_address(person)
    return person


def is_pending(number: int) -> bool:
    """Whether this code can still be typed."""
    return SignInCode.objects.filter(
        pk=number, used_at=None, expires_at__gt=timezone.now(), tries_left__gt=0
    ).exists()


def forget_old_codes() -> None:
    """An hour after they were asked, when no limit counts them any more."""
    SignInCode.objects.filter(asked_at__lt=timezone.now() - HOUR).delete()
