"""Destroying what entries hide, so that nothing opens them again, and saying so in the register."""

import os
import random
import secrets
from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from partage.register.leaves import ERASED, opening
from partage.register.models import Erasure, Payload, VaultKey
from partage.register.recording import record

# Why a secret goes when everything held about its person goes.
EVERYTHING = "erasure"
# In the list of erasures: a mark of events, not a secret.
MARK = "event-mark"
# An entry lists so many events: it stays under a kilobyte.
EVENTS_AN_ENTRY = 20
# Said an hour later at least, together with others', so that the moment names nobody.
WAITS = timedelta(hours=1)


def fingerprint(key: bytes) -> str:
    """Tells a destroyed secret again in a backup, and nothing about it."""
    return sha256(b"partage/erased/v1\0" + key).hexdigest()


def forget(vault_key: VaultKey, kinds: Collection[str], ground: str) -> None:
    """Destroy the hidden content of some of a person's entries, and the secret that opened them.

    What is kept of the person is given an opening of its own, then the secret is replaced.
    """
    mine = Payload.objects.filter(vault_key=vault_key)
    gone = mine.filter(entry__kind__in=kinds).exclude(content="")
    events = [bytes(event) for event in gone.values_list("entry__event_id", flat=True)]
    if not events:
        return
    _note(events, ground)
    gone.update(content="", opening=None)
    kept = list(mine.filter(opening=None).exclude(content="").select_related("entry"))
    for payload in kept:
        payload.opening = opening(bytes(vault_key.key), bytes(payload.entry.event_id))
    Payload.objects.bulk_update(kept, ["opening"], batch_size=500)
    before, vault_key.key = bytes(vault_key.key), secrets.token_bytes(32)
    vault_key.save(update_fields=["key"])
    # Both secrets: who erases everything later must be found in a backup from before.
    list_for_backups(ground, before, vault_key.key)


def destroy(vault_key: VaultKey, ground: str) -> None:
    """Destroy a person's secret and everything it opened. The entries stay, and tell nothing."""
    mine = Payload.objects.filter(vault_key=vault_key).exclude(content="")
    _note([bytes(event) for event in mine.values_list("entry__event_id", flat=True)], ground)
    list_for_backups(ground, bytes(vault_key.key))
    vault_key.delete()


def _note(events: list[bytes], ground: str) -> None:
    now = timezone.now()
    rows = [Erasure(event_id=event, ground=ground, erased_at=now) for event in events]
    Erasure.objects.bulk_create(rows, batch_size=500)


def list_for_backups(ground: str, *secret_then_next: bytes) -> None:
    """Keep a secret's fingerprint outside the database: an older backup must forget it too.

    Written once the erasure is certain: a list that names what was not erased would erase it
    from a backup.
    """
    line = " ".join([ground, *map(fingerprint, secret_then_next)]) + "\n"
    transaction.on_commit(lambda: _write_line(line))


def list_mark(mark: str, last: int) -> None:
    """Keep the fingerprint of a mark that was taken off a person's events, up to the last one."""
    transaction.on_commit(lambda: _write_line(f"{MARK} {mark} {last}\n"))


def _write_line(line: str) -> None:
    path = settings.ERASURE_LIST
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(line)
        file.flush()
        os.fsync(descriptor)


@transaction.atomic
def tell_erasures(waits: timedelta = WAITS) -> int:
    """Write the entries that say which events are erased, in no order; returns how many events."""
    now = timezone.now()
    if not Erasure.objects.filter(erased_at__lte=now - waits).exists():
        return 0
    rows = list(Erasure.objects.all())
    random.SystemRandom().shuffle(rows)
    for ground in sorted({row.ground for row in rows}):
        events = [bytes(row.event_id).hex() for row in rows if row.ground == ground]
        for start in range(0, len(events), EVENTS_AN_ENTRY):
            listed = sorted(events[start : start + EVENTS_AN_ENTRY])
            record(ERASED, space="", public={"events": listed, "ground": ground})
    Erasure.objects.filter(pk__in=[row.pk for row in rows]).delete()
    Payload.objects.filter(content="", recorded_at__lt=now - WAITS).delete()
    return len(rows)
