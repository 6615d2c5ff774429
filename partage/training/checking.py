"""Checking a badge: its form, its signature, its dates, and whether it was revoked.

Without settings or database, so that `partage verify badge` works with the site gone.
"""

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

ALGORITHM = "RS256"
LONGEST = 100_000  # letters of a badge
LONGEST_LIST = 2_000_000  # bytes of a status list, unpacked
BITS = 8


class _Roomy(JWSRegistry):
    """A header may carry a whole key, as the specification's own example does."""

    max_header_length = 4096
    max_payload_length = 100_000


ROOMY = _Roomy(algorithms=[ALGORITHM])


def gettext_noop(words: str) -> str:
    """Marks a sentence for the translators; Django's own would ask for settings."""
    return words


NOT_A_BADGE = gettext_noop(
    "This is not a badge: it should be three parts of letters and digits with two points between."
)
NOT_OPEN_BADGE = gettext_noop("This is signed, but it is no Open Badge 3.0.")
ALTERED = gettext_noop(
    "This badge was altered, or is not signed by the key that it names: do not rely on it."
)
UNKNOWN_KEY = gettext_noop(
    "The key that this badge names is not one of its issuer's: do not rely on it."
)
AT_ODDS = gettext_noop("What this badge says and what was signed are at odds: do not rely on it.")
NOT_YET = gettext_noop("This badge is not valid yet: its date is still to come.")
EXPIRED = gettext_noop("This badge is past its date.")
REVOKED = gettext_noop("This badge was revoked: it no longer holds.")
NO_STATUS = gettext_noop(
    "Whether this badge was revoked cannot be told: its status list cannot be read."
)


class BadgeRefused(Exception):
    """The badge does not hold; the message is the sentence to show."""


@dataclass(frozen=True)
class Badge:
    """What a badge says of itself, before or after its signature was checked."""

    text: str
    header: Mapping[str, Any]
    said: Mapping[str, Any]

    @property
    def kid(self) -> str:
        return str(self.header.get("kid", ""))

    @property
    def issuer(self) -> str:
        found = self.said.get("issuer")
        return str(found.get("id", "") if isinstance(found, dict) else found or "")

    @property
    def subject(self) -> Mapping[str, Any]:
        found = self.said.get("credentialSubject")
        return found if isinstance(found, dict) else {}

    @property
    def achievement(self) -> Mapping[str, Any]:
        found = self.subject.get("achievement")
        return found if isinstance(found, dict) else {}

    @property
    def status(self) -> Mapping[str, Any]:
        found = self.said.get("credentialStatus")
        return found if isinstance(found, dict) else {}


def read_badge(text: str) -> Badge:
    """What the text says, unchecked. Raises BadgeRefused when it is no badge at all."""
    bare = "".join(text.split())
    parts = bare.split(".")
    if len(parts) != 3 or len(bare) > LONGEST:
        raise BadgeRefused(NOT_A_BADGE)
    return Badge(bare, _table(parts[0]), _table(parts[1]))


def _table(part: str) -> dict[str, Any]:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        raise BadgeRefused(NOT_A_BADGE) from None
    if not isinstance(found, dict):
        raise BadgeRefused(NOT_A_BADGE)
    return found


def check_badge(badge: Badge, key: Mapping[str, Any], now: datetime | None = None) -> None:
    """Raise BadgeRefused unless this public key (JWK) signed it, it is in order and in its dates."""
    _check_signature(badge.text, badge.header, key)
    types = badge.said.get("type")
    if not isinstance(types, list) or not {"OpenBadgeCredential", "AchievementCredential"} & {
        one for one in types if isinstance(one, str)
    }:
        raise BadgeRefused(NOT_OPEN_BADGE)
    said = badge.said
    pairs = [("iss", badge.issuer), ("jti", said.get("id")), ("sub", badge.subject.get("id"))]
    if any(said.get(claim) != value for claim, value in pairs):
        raise BadgeRefused(AT_ODDS)
    _check_dates(said, now or datetime.now(UTC))


def _check_signature(text: str, header: Mapping[str, Any], key: Mapping[str, Any]) -> None:
    if header.get("alg") != ALGORITHM or key.get("kty") != "RSA":
        raise BadgeRefused(ALTERED)
    public: dict[str, str | list[str]] = {one: str(key.get(one, "")) for one in ("kty", "n", "e")}
    try:
        jws.deserialize_compact(text, RSAKey.import_key(public), registry=ROOMY)
    except (JoseError, ValueError, TypeError):
        raise BadgeRefused(ALTERED) from None


def _check_dates(said: Mapping[str, Any], now: datetime) -> None:
    begins, ends = _moment(said.get("validFrom")), _moment(said.get("validUntil"))
    if "nbf" in said and (begins is None or int(begins.timestamp()) != said["nbf"]):
        raise BadgeRefused(AT_ODDS)
    if begins and begins > now:
        raise BadgeRefused(NOT_YET)
    if ends and ends < now:
        raise BadgeRefused(EXPIRED)


def _moment(told: object) -> datetime | None:
    if told is None:
        return None
    try:
        found = datetime.fromisoformat(str(told))
    except ValueError:
        raise BadgeRefused(AT_ODDS) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def check_status(badge: Badge, list_text: str, key: Mapping[str, Any]) -> None:
    """Raise BadgeRefused when the issuer's signed list says that this badge was revoked."""
    try:
        listed = read_badge(list_text)
        _check_signature(listed.text, listed.header, key)
        if listed.said.get("id") != badge.status.get("statusListCredential"):
            raise BadgeRefused(NO_STATUS)
        bits = _unpacked(str(listed.subject.get("encodedList", "")))
        place = int(str(badge.status.get("statusListIndex")))
        is_set = bits[place // BITS] >> (BITS - 1 - place % BITS) & 1 if place >= 0 else None
    except (BadgeRefused, ValueError, IndexError):
        raise BadgeRefused(NO_STATUS) from None
    if is_set is None:
        raise BadgeRefused(NO_STATUS)
    if is_set:
        raise BadgeRefused(REVOKED)


def packed(places: Sequence[int], size: int) -> str:
    """A bitstring with these places set, the first bit to the left, as a status list carries it."""
    bits = bytearray(size // BITS)
    for place in places:
        bits[place // BITS] |= 1 << (BITS - 1 - place % BITS)
    # Without a time in it, the same list is the same text.
    squeezed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(squeezed).decode().rstrip("=")


def _unpacked(told: str) -> bytes:
    if not told.startswith("u"):
        raise ValueError(told[:1])
    squeezed = base64.b64decode(told[1:] + "=" * (-len(told[1:]) % 4), altchars=b"-_")
    try:
        with gzip.GzipFile(fileobj=BytesIO(squeezed)) as file:
            return file.read(LONGEST_LIST)
    except (OSError, EOFError, zlib.error):
        raise ValueError("not gzip") from None
