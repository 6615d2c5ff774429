"""The keys that sign badges: private halves in a file beside the data, public ones in the database.

A new key takes over from the moment it is made; badges signed before keep the key they name.
"""

import json
import os
from typing import Any

from django.conf import settings
from django.utils import timezone
from joserfc import jws
from joserfc.jwk import RSAKey

from partage.training.checking import ALGORITHM
from partage.training.models import BadgeKey

KEY_BITS = 3072


class KeyUnreadable(Exception):
    """The file of keys is there and cannot be read; the message says what to do."""


def kept_keys() -> list[RSAKey]:
    """Every key of the file, the oldest first."""
    path = settings.BADGE_KEYS
    try:
        lines = path.read_text("utf-8").splitlines()
        return [RSAKey.import_key(json.loads(line)) for line in lines if line.strip()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise KeyUnreadable(
            f"The file {path} cannot be read ({error}): put it back from a backup, or move it away "
            "and make a new key with `partage badges new-key`."
        ) from None


def add_key() -> RSAKey:
    """Make a key and keep it, after those that are there: from now on it signs."""
    key = RSAKey.generate_key(KEY_BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    path = settings.BADGE_KEYS
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(key.as_dict(private=True)) + "\n")
        file.flush()
        os.fsync(descriptor)
    show_key(key)
    return key


def show_key(key: RSAKey) -> None:
    """Publish the public half, if it is not yet: of a key that came with a backup, too."""
    public = key.as_dict(private=False)
    known = {"public": public, "made_at": timezone.now()}
    BadgeKey.objects.get_or_create(kid=public["kid"], defaults=known)


def signing_key() -> RSAKey:
    """The key that signs, made on the first badge."""
    found = kept_keys()
    if not found:
        return add_key()
    show_key(found[-1])
    return found[-1]


def address_of(kid: str) -> str:
    return f"{settings.BASE_URL}/badges/keys/{kid}"


def signed(said: dict[str, Any], key: RSAKey, form: str) -> str:
    """A compact JWS whose header names the address of the public key."""
    kid = str(key.as_dict(private=False)["kid"])
    header = {"alg": ALGORITHM, "typ": form, "kid": address_of(kid)}
    content = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, content, key, algorithms=[ALGORITHM])


def public_key(kid: str) -> dict[str, Any] | None:
    """By the address that a badge names; None where it is no key of this site."""
    start = address_of("")
    if not kid.startswith(start):
        return None
    row = BadgeKey.objects.filter(kid=kid.removeprefix(start)).first()
    return dict(row.public) if row else None
