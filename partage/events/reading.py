"""One line of a producer's file or batch: an event, or the sentence that says why it is none."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from partage.coproductions.models import Coproduction
from partage.events.models import MOST_CENTS, MOST_SECONDS, Event
from partage.people.participants import keyed

COLUMNS = ("id", "task", "started_at", "seconds", "person", "value_cents", "data", "basis", "corrects")  # fmt: skip
NEEDED = COLUMNS[:4]
WHOLE = re.compile(r"-?[0-9]{1,15}")
CLOCKS_DIFFER = timedelta(minutes=5)
LONGEST_PERSON, LONGEST_TOLD = 200, 60
BASES = frozenset(Event.Basis.values)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)


class NotAnEvent(Exception):
    """A line that cannot be taken; the message is the sentence to show."""


@dataclass(frozen=True)
class Known:
    """What events of a coproduction may name."""

    coproduction: Coproduction
    tasks: Mapping[str, int]
    data: Mapping[str, int]  # code to bit
    closed: frozenset[date]
    now: datetime

    @classmethod
    def of(cls, coproduction: Coproduction, now: datetime) -> "Known":
        return cls(
            coproduction,
            dict(coproduction.event_tasks.values_list("code", "pk")),
            dict(coproduction.event_data.values_list("code", "bit")),
            frozenset(coproduction.closed_months.values_list("month", flat=True)),
            now,
        )


def month_of(moment: datetime | date) -> date:
    return date(moment.year, moment.month, 1)


def from_json(line: bytes) -> Mapping[str, Any]:
    """A line of newline-delimited JSON."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise NotAnEvent(f"This is not a JSON object: {shortened(line)}")
    return found


def shortened(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    clean = "".join(sign if sign.isprintable() else "�" for sign in text[: LONGEST_TOLD + 1])
    return clean if len(text) <= LONGEST_TOLD else clean[:LONGEST_TOLD] + "…"


def event_of(row: Mapping[str, Any], known: Known) -> Event:
    """The event that a line tells of, not saved yet. Raises NotAnEvent."""
    unknown = [name for name in row if name not in COLUMNS]
    if unknown:
        raise NotAnEvent(f"{shortened(unknown[0])} is no column: use {', '.join(COLUMNS)}.")
    missing = [name for name in NEEDED if row.get(name) in (None, "")]
    if missing:
        raise NotAnEvent(f"{missing[0]} is missing.")
    return Event(
        coproduction_id=known.coproduction.pk,
        event_id=_uuid(row, "id"),
        task_id=_task(row["task"], known),
        who=who_of(known.coproduction, row.get("person")),
        started_at=_moment(row["started_at"], known),
        seconds=_whole(row, "seconds", 0, MOST_SECONDS),
        value_cents=_whole(row, "value_cents", -MOST_CENTS, MOST_CENTS),
        data_mask=_mask(row.get("data"), known),
        basis=_basis(row.get("basis")),
        corrects=_uuid(row, "corrects") if row.get("corrects") else None,
    )


def _wrong(name: str, value: object, advice: str) -> NotAnEvent:
    return NotAnEvent(f"{name} is “{shortened(value)}”: {advice}")


def _uuid(row: Mapping[str, Any], name: str) -> UUID:
    try:
        return UUID(str(row[name]))
    except ValueError:
        advice = "give a UUID, such as 6f1c2f9e-30c4-4d0a-9a51-1f5f3c1b7d20."
        raise _wrong(name, row[name], advice) from None


def _task(value: object, known: Known) -> int:
    found = known.tasks.get(str(value))
    if found is None:
        advice = "no such task is measured here; the desk says which are."
        raise _wrong("task", value, advice)
    return found


def _moment(value: object, known: Known) -> datetime:
    try:
        found = parse_datetime(str(value))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        advice = "give a moment with its time zone, such as 2026-05-31T14:03:00Z."
        raise _wrong("started_at", value, advice)
    if found > known.now + CLOCKS_DIFFER:
        raise _wrong("started_at", value, "it lies in the future.")
    if found < OLDEST:
        raise _wrong("started_at", value, "it lies before the year 2000.")
    if month_of(found.astimezone(UTC)) in known.closed:
        raise _wrong("started_at", value, "that month is closed, and its figures are published.")
    return found.astimezone(UTC)


def _whole(row: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = row.get(name)
    if value in (None, ""):
        return 0
    is_whole = not isinstance(value, bool | float) and WHOLE.fullmatch(str(value))
    if not is_whole or not least <= int(str(value)) <= most:
        raise _wrong(name, value, f"give a whole number from {least} to {most}.")
    return int(str(value))


def _mask(value: object, known: Known) -> int:
    codes = value if isinstance(value, list) else str(value or "").split()
    mask = 0
    for code in codes:
        bit = known.data.get(str(code))
        if bit is None:
            advice = "no such data is declared here; the desk says which is."
            raise _wrong("data", code, advice)
        mask |= 1 << bit
    return mask


def _basis(value: object) -> str:
    found = str(value or "measured")
    if found not in BASES:
        raise _wrong("basis", value, f"use one of {', '.join(Event.Basis.values)}.")
    return found


def who_of(coproduction: Coproduction, person: object) -> int | None:
    """A mark of a person that only this site can make, and that is another one elsewhere."""
    if isinstance(person, bool) or not isinstance(person, str | int | None):
        raise NotAnEvent("person must be a text or a whole number.")
    name = "" if person is None else str(person).strip()
    if not name:
        return None
    # The value is not shown: it is somebody's number.
    if len(name) > LONGEST_PERSON:
        raise NotAnEvent(f"person has more than {LONGEST_PERSON} signs: send a shorter number.")
    if not name.isprintable():
        raise NotAnEvent("person holds signs that cannot be printed: take them out.")
    mark = keyed("event-person", f"{coproduction.slug}:{name}")
    return int.from_bytes(mark[:8], "big", signed=True)
