"""What an entry says in public, byte for byte, and the commitment to what it hides."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

Facts = Mapping[str, object]
VERSION = 1
LONGEST = 1024
# Acts of nobody in particular hide nothing: their content is the public part of the entry.
NO_OPENING = bytes(32)
ERASED = "erased"


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


def read_leaf(entry: bytes) -> dict[str, Any]:
    """The facts of an entry; LeafError when it is not one of ours."""
    try:
        facts = json.loads(entry)
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or facts.get("v") != VERSION:
        raise LeafError(f"This is not an entry of a register: {entry[:60]!r}.")
    if not {str} == {type(facts.get(name)) for name in ("commitment", "event", "hour", "kind")}:
        raise LeafError(f"This entry lacks its kind, hour, event or commitment: {entry[:60]!r}.")
    return facts


def is_open(facts: dict[str, Any]) -> bool:
    """Whether the entry hides nothing: its commitment is to its own public part."""
    if "public" not in facts:
        return bool(facts["commitment"] == NOTHING_HIDDEN)
    return bool(facts["commitment"] == commitment(NO_OPENING, canonical(facts["public"])).hex())
