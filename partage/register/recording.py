"""Writing to the register: one entry in the transaction of the act it tells of."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from partage.register.inserting import Insert, insert_each
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
    _refuse_outside_transaction(kind)
    if (payload is None) is not (vault_key is None):
        raise ValueError(f"{kind}: a personal payload and a vault key go together")
    now = timezone.now()
    content = canonical((payload if vault_key else public) or {})
    secret = bytes(vault_key.key) if vault_key else b""
    event_id = _event_id(secret, retry_key, content)
    entry = Entry(kind=kind, space=space, event_id=event_id, public=dict(public or {}))
    _commit_to(entry, secret, content, now)
    _write(entry, vault_key, content, now)
    return entry


def record_all(
    kind: str, *, space: str, public: Facts, acts: Sequence[tuple[VaultKey, Facts]]
) -> None:
    """Append an entry for each of these acts, each beside its person's key: one by one takes long."""
    _refuse_outside_transaction(kind)
    now = timezone.now()
    at = connection.ops.adapt_datetimefield_value(now)
    committed: dict[bytes, bytes] = {}
    kept: list[tuple[bytes, int, str]] = []
    # Many acts share one payload: it is spelled once.
    payloads = {id(payload): payload for _key, payload in acts}
    spelled = {number: canonical(payload) for number, payload in payloads.items()}
    for key, payload in acts:
        event_id, content = secrets.token_bytes(16), spelled[id(payload)]
        committed[event_id] = commitment(opening(bytes(key.key), event_id), content)
        kept.append((event_id, key.pk, content))
    numbers = _append_each(kind, space, public, now, committed)
    insert_each(KEEP_EACH, [[numbers[event], key, content, at] for event, key, content in kept])


def record_alike(kind: str, *, space: str, public: Facts, times: int) -> None:
    """Append this entry so many times; it hides nothing."""
    _refuse_outside_transaction(kind)
    same = commitment(NO_OPENING, canonical(public))
    committed = {secrets.token_bytes(16): same for _time in range(times)}
    _append_each(kind, space, public, timezone.now(), committed)


def _append_each(
    kind: str, space: str, public: Facts, at: datetime, committed: dict[bytes, bytes]
) -> dict[bytes, int]:
    """An entry for each event and its commitment; their numbers by event."""
    hour = _hour_of(at)
    for event_id, one in islice(committed.items(), 1 if public else 0):  # all show the same
        _refuse_unfit(Line(kind, space, hour, event_id, one, public))
    shown = connection.ops.adapt_datetimefield_value(hour), canonical(public)
    rows = [[kind, space, shown[0], event, one, shown[1]] for event, one in committed.items()]
    return {bytes(event): number for number, event in insert_each(APPEND_EACH, rows)}


def _refuse_outside_transaction(kind: str) -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction(kind)


def _commit_to(entry: Entry, secret: bytes, content: str, at: datetime) -> None:
    """Complete the entry: its hour, and its commitment to the content."""
    entry.hour = _hour_of(at)
    opened_by = opening(secret, bytes(entry.event_id)) if secret else NO_OPENING
    entry.commitment = commitment(opened_by, content)
    if entry.public:
        shown = (entry.kind, entry.space, entry.hour, entry.event_id, entry.commitment)
        _refuse_unfit(Line(*shown, entry.public))


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _event_id(secret: bytes, retry_key: str, content: str) -> bytes:
    """Random; for an act that may be sent again, drawn from what does not change between tries.

    Without the person's secret nobody can tell it from a random one.
    """
    if not (secret and retry_key):
        return secrets.token_bytes(16)
    return hmac.digest(secret, f"partage/e/v1\0{retry_key}\0{content}".encode(), "sha256")[:16]


def _refuse_unfit(line: Line) -> None:
    """What stands in public for ever is short, and spelled the same by everybody."""
    if any(isinstance(value, float) for value in line.public.values()):
        raise ValueError(f"{line.kind}: a number with a fraction is recorded as text")
    size = len(line.leaf())
    if size > LONGEST:
        raise ValueError(f"{line.kind}: an entry of {size} bytes is too long, {LONGEST} fit")


# Written out: every act runs them, and putting them together from Python costs ten times as much.
APPEND = """
    INSERT INTO register_entry (log, kind, space, hour, event_id, commitment, public)
    VALUES (1, %s, %s, %s, %s, %s, %s) ON CONFLICT (event_id) DO NOTHING RETURNING id
"""
KEEP = """
    INSERT INTO register_payload (entry_id, vault_key_id, content, recorded_at)
    VALUES (%s, %s, %s, %s)
"""

# For a hundred thousand acts of a file: rows of the ORM would take five times as long.
APPEND_EACH = Insert(
    "INSERT INTO register_entry (log, kind, space, hour, event_id, commitment, public)",
    "(1, %s, %s, %s, %s, %s, %s)",
    "RETURNING id, event_id",
)
KEEP_EACH = Insert(
    "INSERT INTO register_payload (entry_id, vault_key_id, content, recorded_at)",
    "(%s, %s, %s, %s)",
)
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
