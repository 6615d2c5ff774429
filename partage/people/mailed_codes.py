"""Eight digits by mail, tried a few times at most: to sign in, or to show that an address is one's own."""

import hmac
import secrets
from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from partage.people.participants import keyed

LASTS = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DIGITS = 8  # five codes an hour, five tries each: a year of trying finds one in 450 times
PER_ADDRESS = 5  # codes in an hour


def are_too_many(codes: "QuerySet[Any]", address: bytes, network: bytes, per_network: int) -> bool:
    """Whether one more code would be too many within the hour, for this address or this network."""
    recent = codes.filter(asked_at__gt=timezone.now() - HOUR)
    from_network = recent.filter(network=network).count()
    return recent.filter(address=address).count() >= PER_ADDRESS or from_network >= per_network


def new_code(purpose: str, address: bytes) -> tuple[str, dict[str, Any]]:
    """The digits as they are mailed, and the columns that keep a mark of them."""
    code, now = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", timezone.now()
    kept = {"address": address, "code_hash": _hash(purpose, address, code)}
    return f"{code[:4]} {code[4:]}", {**kept, "asked_at": now, "expires_at": now + LASTS}


def _hash(purpose: str, address: bytes, code: str) -> bytes:
    return keyed(purpose, f"{address.hex()}:{code}")


def pending(codes: "QuerySet[Any]") -> "QuerySet[Any]":
    return codes.filter(used_at=None, expires_at__gt=timezone.now(), tries_left__gt=0)


def tried(codes: "QuerySet[Any]", purpose: str, typed: str) -> tuple[Any, bool]:
    """The one of these that a try was spent on, None where there was none left; whether it is right.

    One update decides, so that nobody tries twice at once. No transaction around it: a refusal must
    not give the try back.
    """
    if not pending(codes).update(tries_left=F("tries_left") - 1):
        return None, False
    asked = codes.first()
    if asked is None:
        return None, False
    digits = "".join(sign for sign in typed if sign in "0123456789")
    mark = _hash(purpose, bytes(asked.address), digits)
    return asked, hmac.compare_digest(bytes(asked.code_hash), mark)


def spend(codes: "QuerySet[Any]") -> bool:
    """Whether the code served just now; of two at once, one."""
    now = timezone.now()
    return bool(codes.filter(used_at=None, expires_at__gt=now).update(used_at=now))
