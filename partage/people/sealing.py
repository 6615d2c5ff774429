"""What goes away with a browser and comes back: nobody reads it there, nobody makes it up."""

import base64
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from partage.people.participants import keyed

NONCE = 12  # bytes
LONGEST = 3800  # letters: browsers drop longer cookies


def sealed(purpose: str, words: dict[str, Any]) -> str:
    nonce = secrets.token_bytes(NONCE)
    plain = json.dumps(words | {"at": timezone.now().isoformat()}).encode()
    cipher = AESGCM(keyed("sealed", purpose))
    return base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, plain, None)).decode()


def opened(purpose: str, cookie: str, lasts: timedelta) -> dict[str, Any] | None:
    """What was sealed here for this purpose, and not too long ago."""
    try:
        held = base64.urlsafe_b64decode(cookie)
        plain = AESGCM(keyed("sealed", purpose)).decrypt(held[:NONCE], held[NONCE:], None)
    except (ValueError, InvalidTag):
        return None
    words: dict[str, Any] = json.loads(plain)
    is_late = datetime.fromisoformat(words["at"]) + lasts <= timezone.now()
    return None if is_late else words


def keep_in(response: HttpResponse, name: str, value: str, lasts: timedelta | None) -> None:
    """A cookie that also comes back with the link of another site, but to this site alone."""
    response.set_cookie(
        name, value, max_age=lasts, secure=settings.IS_HTTPS, httponly=True, samesite="Lax"
    )
