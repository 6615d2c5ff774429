"""Writing to the register: one entry in the transaction of the act it tells of."""

import hmac
import secrets
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from partage.register.leaves import LONGEST, NO_OPENING, Facts, Line, canonical, commitment, opening
from partage.register.models import Entry, VaultKey


class OutsideTransaction(RuntimeError):
    """An entry must commit or vanish together with the rows of its act."""


class AlreadyRecorded(Exception):
    """The same act was sent again: it stands in the register once."""


def new_vault_key() -> VaultKey:
    return VaultKey.objects.create(key=secrets.token_bytes(32))


def new_vault_keys(count: int) -> list[VaultKey]:
    return VaultKey.objects.bulk_create(
        [VaultKey(key=secrets.token_bytes(32)) for _ in range(count)]
    )


def record(
    kind: str,
    *,
    space: str,
    public: Facts | None = None,
    payload: Facts | None = None,
    vault_key: VaultKey | None = None,
    retry_key: str = "",
) -> Entry:
    """Append one entry. A `payload` is personal: it needs the key of the person it is about.

    With a `retry_key`, the same person's same payload under it raises AlreadyRecorded.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)
    if (payload is None) is not (vault_key is None):
        raise ValueError(f"{kind}: a personal payload and a vault key go together")
    now = timezone.now()
    content = canonical((payload if vault_key else public) or {})
    secret = bytes(vault_key.key) if vault_key else b""
    event_id = _event_id(secret, retry_key, content)
    opened_by = opening(secret, event_id) if vault_key else NO_OPENING
    entry = Entry(
        kind=kind,
        space=space,
        hour=now.replace(minute=0, second=0, microsecond=0),
        event_id=event_id,
        commitment=commitment(opened_by, content),
        public=dict(public or {}),
    )
    if entry.public:
        _refuse_unfit(entry)
    _write(entry, vault_key, content, now)
    return entry


def _event_id(secret: bytes, retry_key: str, content: str) -> bytes:
    """Random; for an act that may be sent again, drawn from what does not change between tries.

    Without the person's secret nobody can tell it from a random one.
    """
    if not (secret and retry_key):
        return secrets.token_bytes(16)
    return hmac.digest(secret, f"partage/e/v1\0{retry_key}\0{content}".encode(), "sha256")[:16]


def _refuse_unfit(entry: Entry) -> None:
    """What stands in public for ever is short, and spelled the same by everybody."""
    if any(isinstance(value, float) for value in entry.public.values()):
        raise ValueError(f"{entry.kind}: a number with a fraction is recorded as text")
    values = (entry.kind, entry.space, entry.hour, entry.event_id, entry.commitment, entry.public)
    size = len(Line(*values).leaf())
    if size > LONGEST:
        raise ValueError(f"{entry.kind}: an entry of {size} bytes is too long, {LONGEST} fit")


# Written out: every act runs them, and putting them together from Python costs ten times as much.
APPEND = """
    INSERT INTO register_entry (log, kind, space, hour, event_id, commitment, public)
    VALUES (1, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO NOTHING RETURNING id
"""
KEEP = """
    INSERT INTO register_payload (entry_id, vault_key_id, content, recorded_at)
    VALUES (%s, %s, %s, %s)
"""
# PostgreSQL takes both at once, which saves a journey to the server.
APPEND_AND_KEEP = """
    WITH appended AS (
        INSERT INTO register_entry (log, kind, space, hour, event_id, commitment, public)
        VALUES (1, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO NOTHING RETURNING id
    )
    INSERT INTO register_payload (entry_id, vault_key_id, content, recorded_at)
    SELECT id, %s, %s, %s FROM appended RETURNING entry_id
"""


def _write(entry: Entry, vault_key: VaultKey | None, content: str, at: datetime) -> None:
    in_sql = connection.ops.adapt_datetimefield_value
    columns: list[Any] = [entry.kind, entry.space, in_sql(entry.hour)]
    columns += [entry.event_id, entry.commitment, canonical(entry.public)]
    kept: list[Any] = [vault_key.pk, content, in_sql(at)] if vault_key else []
    at_once = bool(kept) and connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if at_once:
            cursor.execute(APPEND_AND_KEEP, [*columns, *kept])
        else:
            cursor.execute(APPEND, columns)
        written = cursor.fetchone()
        if written is None:
            raise AlreadyRecorded(entry.kind)
        (entry.pk,) = written
        if kept and not at_once:
            cursor.execute(KEEP, [entry.pk, *kept])
    entry._state.adding = False
