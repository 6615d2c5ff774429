"""Taking events in: each counted once, a batch in one transaction, and an exact answer."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from partage.coproductions.models import Coproduction
from partage.events.models import Batch, Event, ProducerKey
from partage.events.months import add_to_months, lock
from partage.events.reading import Known, NotAnEvent, event_of, month_of
from partage.register.recording import record

MOST_LINES = 10_000
ASKED_AT_ONCE = 500  # event ids in one question to the database
REFUSALS_TOLD = 100
SAME = ("task_id", "started_at", "seconds", "value_cents", "data_mask", "basis", "corrects")

Line = tuple[int, bytes]  # its number, and its bytes
Reader = Callable[[bytes], Mapping[str, Any]]


class KeyRevoked(Exception):
    """The key was revoked, perhaps between two batches."""


@dataclass
class Received:
    """What became of the lines of a batch: each is in one of the three counts."""

    accepted: int = 0
    repeated: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """As the answer to the producer has it; of many refusals the first are told."""
        told = [{"line": line, "why": why} for line, why in self.refused[:REFUSALS_TOLD]]
        return {
            "accepted": self.accepted,
            "repeated": self.repeated,
            "refused": len(self.refused),
            "refusals": told,
        }


@transaction.atomic
def receive(
    coproduction: Coproduction,
    lines: Sequence[Line],
    read: Reader,
    *,
    key: ProducerKey | None = None,
    strict: bool = False,
) -> Received:
    """Take a batch in: the same events sent again change nothing. Raises KeyRevoked.

    With `strict`, nothing comes in when a line is refused.
    """
    lock(coproduction)
    if key and not ProducerKey.objects.filter(pk=key.pk, revoked_at=None).exists():
        raise KeyRevoked
    received = Received()
    sent = _read(lines, read, Known.of(coproduction, timezone.now()), received)
    there = _there(coproduction, [each for _line, event in sent for each in _named(event)])
    new = _new_of(coproduction, sent, there, received)
    if not new or (strict and received.refused):
        return received
    received.accepted = len(new)
    batch = _batch(coproduction, key, lines, len(new))
    for event in new:
        event.batch = batch
    Event.objects.bulk_create(new, batch_size=1000)
    add_to_months(coproduction, new, [there[event.corrects] for event in new if event.corrects])
    # Not how many, which the months hide while they are few; and nothing that tests a guess.
    record("events-received", space=coproduction.slug, public={"inputs": batch.inputs})
    return received


def _batch(
    coproduction: Coproduction, key: ProducerKey | None, lines: Sequence[Line], accepted: int
) -> Batch:
    opening = secrets.token_bytes(32)
    body = b"\n".join(line for _number, line in lines)
    return Batch.objects.create(
        coproduction=coproduction,
        key=key,
        received_at=timezone.now(),
        accepted=accepted,
        opening=opening,
        inputs=hashlib.sha256(opening + body).hexdigest(),
    )


def _read(
    lines: Sequence[Line], read: Reader, known: Known, received: Received
) -> list[tuple[int, Event]]:
    """The events, each with its line; the lines that are none are refused."""
    found = []
    for number, line in lines:
        try:
            found.append((number, event_of(read(line), known)))
        except NotAnEvent as problem:
            received.refused.append((number, str(problem)))
    return found


def _named(event: Event) -> list[UUID]:
    return [event.event_id, event.corrects] if event.corrects else [event.event_id]


def _new_of(
    coproduction: Coproduction,
    events: list[tuple[int, Event]],
    there: dict[UUID, Event],
    received: Received,
) -> list[Event]:
    """Those not there yet, which then are. Another event under the number of one is refused."""
    taken = _corrected_already(coproduction, [e.corrects for _line, e in events if e.corrects])
    new = []
    for line, event in events:
        before = there.get(event.event_id)
        if before is not None:
            _again(before, event, line, received)
            continue
        why = _not_correcting(event, there, taken)
        if why:
            received.refused.append((line, why))
            continue
        if event.corrects:
            taken.add(event.corrects)
        there[event.event_id] = event
        new.append(event)
    received.refused.sort()
    return new


def _again(before: Event, event: Event, line: int, received: Received) -> None:
    is_same = all(getattr(before, name) == getattr(event, name) for name in SAME)
    # Whoever asked to be forgotten is not known again.
    if is_same and before.who in (None, event.who):
        received.repeated += 1
        return
    sentence = "id is that of another event: send a correction, with its own id and “corrects”."
    received.refused.append((line, sentence))


def _not_correcting(event: Event, there: dict[UUID, Event], taken: set[UUID]) -> str:
    if not event.corrects:
        return ""
    if event.corrects in taken:
        return "the event it corrects has been corrected already: correct the correction."
    before = there.get(event.corrects)
    if before is None or event.corrects == event.event_id:
        return "the event it corrects is not there: send that one first."
    if month_of(before.started_at) != month_of(event.started_at):
        return "it lies in another month than the event it corrects."
    return ""


def _there(coproduction: Coproduction, ids: list[UUID]) -> dict[UUID, Event]:
    found: dict[UUID, Event] = {}
    for start in range(0, len(ids), ASKED_AT_ONCE):
        some = ids[start : start + ASKED_AT_ONCE]
        rows = Event.objects.filter(coproduction=coproduction, event_id__in=some)
        found |= {event.event_id: event for event in rows}
    return found


def _corrected_already(coproduction: Coproduction, ids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(ids), ASKED_AT_ONCE):
        rows = Event.objects.filter(
            coproduction=coproduction, corrects__in=ids[start : start + ASKED_AT_ONCE]
        )
        found |= {row for row in rows.values_list("corrects", flat=True) if row}
    return found
