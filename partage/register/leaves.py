"""What an entry says in public, byte for byte, and the commitment to what it hides."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

Facts = Mapping[str, object]
VERSION = 1
LONGEST = 1024
# Acts of nobody in particular hide nothing: their content is the public part of the entry.
NO_OPENING = bytes(32)
ERASED = "erased"
HEX = re.compile("[0-9a-f]{32}")


class LeafError(Exception):
    """An entry cannot be read; the message is one sentence."""


def canonical(facts: Facts) -> str:
    """JSON with sorted keys and no spaces, so that the same facts give the same bytes (RFC 8785).

    Numbers are whole: fractions are written as text, since languages spell them differently.
    """
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def opening(key: bytes, event_id: bytes) -> bytes:
    return hmac.digest(key, b"partage/r/v1" + event_id, "sha256")


def commitment(opened_by: bytes, content: str) -> bytes:
    return hashlib.sha256(b"partage/commit/v1\x00" + opened_by + content.encode()).digest()


NOTHING_HIDDEN = commitment(NO_OPENING, "{}").hex()


class Line(NamedTuple):
    """What an entry shows, in the columns of its row."""

    kind: str
    space: str
    hour: datetime
    event_id: bytes | memoryview
    commitment: bytes | memoryview
    public: Facts

    def leaf(self) -> bytes:
        """The bytes that enter the tree. Nothing of it ever changes, so neither may this form."""
        facts: dict[str, object] = {
            "commitment": bytes(self.commitment).hex(),
            "event": bytes(self.event_id).hex(),
            "hour": f"{self.hour.astimezone(UTC):%Y-%m-%dT%H:00Z}",
            "kind": self.kind,
            "v": VERSION,
        }
        if self.space:
            facts["coproduction"] = self.space
        if self.public:
            facts["public"] = self.public
        return canonical(facts).encode()


# An entry that says nothing in public, spelled as we spell it: most are, and an audit is long.
PLAIN = re.compile(
    rb'\{"commitment":"([0-9a-f]{64})",(?:"coproduction":"([ !#-\[\]-~]*)",)?'
    rb'"event":"([0-9a-f]{32})","hour":"([ !#-\[\]-~]*)","kind":"([ !#-\[\]-~]*)","v":1\}'
)


def read_leaf(entry: bytes) -> dict[str, Any]:
    """The facts of an entry; LeafError when it is not one of ours, spelled as we spell it."""
    plain = PLAIN.fullmatch(entry)
    if plain:
        committed, space, event, hour, kind = plain.groups()
        facts = {"commitment": committed.decode(), "event": event.decode(), "hour": hour.decode()}
        facts |= {"kind": kind.decode(), "v": VERSION}
        return facts if space is None else facts | {"coproduction": space.decode()}
    try:
        facts = json.loads(entry.decode())
        if isinstance(facts, dict) and _is_whole(facts) and canonical(facts).encode() == entry:
            return facts
    except (ValueError, RecursionError):
        pass
    raise LeafError(f"This is not an entry of a register: {ascii(entry[:60])[2:-1]}.")


def _is_whole(facts: dict[str, Any]) -> bool:
    words = [facts.get(name) for name in ("commitment", "event", "hour", "kind")]
    if type(facts.get("v")) is not int or facts["v"] != VERSION:
        return False
    if not all(isinstance(word, str) for word in words):
        return False
    sizes = len(bytes.fromhex(facts["commitment"])), len(bytes.fromhex(facts["event"]))
    return sizes == (32, 16) and isinstance(facts.get("public", {}), dict)


def erased_events(facts: dict[str, Any]) -> list[str]:
    """The events that an entry says are erased; LeafError when its list is none."""
    if facts["kind"] != ERASED:
        return []
    events = facts.get("public", {}).get("events")
    if not isinstance(events, list) or not all(
        isinstance(event, str) and HEX.fullmatch(event) for event in events
    ):
        raise LeafError("An entry that says what is erased does not list events.")
    return events


def is_open(facts: dict[str, Any]) -> bool:
    """Whether the entry hides nothing: its commitment is to its own public part."""
    if "public" not in facts:
        return bool(facts["commitment"] == NOTHING_HIDDEN)
    return bool(facts["commitment"] == commitment(NO_OPENING, canonical(facts["public"])).hex())
