"""The only requests that a web process sends: to an identity provider, short, and one at a time."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

PATIENCE = 5.0  # seconds
LONGEST = 200_000  # bytes
# A provider that hangs must not hold every thread that answers visitors.
_LINE = threading.BoundedSemaphore(max(1, settings.WEB_THREADS - 1))


class ProviderDown(Exception):
    """The provider does not answer, or not as a provider does."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_words: Any, **_more: Any) -> None:
        """Nowhere else than where the settings say."""


def ask(
    address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The table that the provider answers; of a refusal too, which says so in it."""
    body = urlencode(form).encode() if form else None
    asked = urllib.request.Request(  # noqa: S310 - checked where addresses are read
        address, body, {"Accept": "application/json", **(headers or {})}
    )
    if not _LINE.acquire(timeout=0.5):
        raise ProviderDown("others are asking it just now")
    try:
        said = json.loads(_answer(asked))
    except (ValueError, RecursionError):
        raise ProviderDown("what it answers is not JSON") from None
    finally:
        _LINE.release()
    if not isinstance(said, dict):
        raise ProviderDown("what it answers is no table")
    return said


def _answer(asked: urllib.request.Request) -> bytes:
    until = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(asked, timeout=PATIENCE) as answer:
            return _read(answer, until)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in {400, 401, 403} and asked.data:
                return _read(error, until)
        raise ProviderDown(f"it answers {error.code}") from None
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise ProviderDown(str(error)) from None


def _read(answer: Any, until: float) -> bytes:
    """Piece by piece: one that drips has no more time than one that is silent."""
    found = b""
    while time.monotonic() < until and len(found) <= LONGEST:
        piece = answer.read1(65_536)
        if not piece:
            return found
        found += piece
    raise ProviderDown("its answer takes too long")
