"""Writing to the register: one entry in the transaction of the act it tells of."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from partage.register.models import Entry, Payload, VaultKey

Facts = Mapping[str, object]
# Acts of nobody in particular hide nothing: their content is the public part of the entry.
NO_OPENING = bytes(32)


class OutsideTransaction(RuntimeError):
    """An entry must commit or vanish together with the rows of its act."""


def canonical(facts: Facts) -> str:
    """JSON with sorted keys and no spaces, so that the same facts give the same bytes."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def new_vault_key() -> VaultKey:
    return VaultKey.objects.create(key=secrets.token_bytes(32))


def new_vault_keys(count: int) -> list[VaultKey]:
    return VaultKey.objects.bulk_create(
        [VaultKey(key=secrets.token_bytes(32)) for _ in range(count)]
    )


def opening(key: bytes, event_id: bytes) -> bytes:
    return hmac.digest(key, b"partage/r/v1" + event_id, "sha256")


def commitment(opened_by: bytes, content: str) -> bytes:
    return hashlib.sha256(b"partage/commit/v1\x00" + opened_by + content.encode()).digest()


def record(
    kind: str,
    *,
    space: str,
    public: Facts | None = None,
    payload: Facts | None = None,
    vault_key: VaultKey | None = None,
) -> Entry:
    """Append one entry. A `payload` is personal: it needs the key of the person it is about."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    if (payload is None) is not (vault_key is None):
        raise ValueError(f"{kind}: a personal payload and a vault key go together")
    now = timezone.now()
    event_id = secrets.token_bytes(16)
    opened_by = opening(bytes(vault_key.key), event_id) if vault_key else NO_OPENING
    content = canonical((payload if vault_key else public) or {})
    entry = Entry(
        kind=kind,
        space=space,
        hour=now.replace(minute=0, second=0, microsecond=0),
        event_id=event_id,
        commitment=commitment(opened_by, content),
        public=dict(public or {}),
    )
    _append(entry)
    if vault_key:
        _keep(entry, vault_key, content, now)
    return entry


def forget(vault_key: VaultKey, kinds: Collection[str]) -> None:
    """Empty the hidden content of some of a person's entries; the entries themselves stay."""
    Payload.objects.filter(vault_key=vault_key, entry__kind__in=kinds).update(content="")


# Written out: every act runs them, and putting them together from Python costs ten times as much.
APPEND = """
    INSERT INTO register_entry (log, kind, space, hour, event_id, commitment, public)
    VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
KEEP = """
    INSERT INTO register_payload (entry_id, vault_key_id, content, recorded_at)
    VALUES (%s, %s, %s, %s)
"""


def _append(entry: Entry) -> None:
    hour = connection.ops.adapt_datetimefield_value(entry.hour)
    columns: list[Any] = [
        entry.log,
        entry.kind,
        entry.space,
        hour,
        entry.event_id,
        entry.commitment,
    ]
    with connection.cursor() as cursor:
        cursor.execute(APPEND, [*columns, canonical(entry.public)])
        (entry.pk,) = cursor.fetchone()
    entry._state.adding = False


def _keep(entry: Entry, vault_key: VaultKey, content: str, at: datetime) -> None:
    at_in_sql = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [entry.pk, vault_key.pk, content, at_in_sql])
