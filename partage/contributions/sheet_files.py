"""A CSV file of ballot sheets: what it would do, said before anything is written."""

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from partage.contributions.models import Sheet, Statement, Vote
from partage.contributions.sheets import (
    Filled,
    NotUnderstood,
    SheetThere,
    enter_sheets,
    numbered,
    read_answer,
    read_mark,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Person
from partage.register.recording import record

MOST_BYTES = 8_000_000
# Written in one transaction, twenty seconds long for the largest file (docs/operating.md), while
# others who vote on SQLite wait for their turn.
MOST_SHEETS = 5_000
MOST_ANSWERS = 100_000
MOST_ROWS = 20_000  # those that are refused or there already included
# Read and written together: only these rows are in memory.
BATCH = 100
REASONS_KEPT = 20
SEPARATORS = ",;\t"
SHEET_NAMES = ("sheet", "feuille")
CONSENT_NAMES = ("consent", "accord")
YES = frozenset({"yes", "oui", "x", "1", "true"})
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class FileRefused(Exception):
    """The file as a whole cannot be read; the message is the sentence to show."""


@dataclass(frozen=True)
class RefusedRow:
    """A row that is left out: its line, and why."""

    line: int
    reason: str


@dataclass
class Plan:
    """What a file would do. Sheets are counted, not kept: a long file does not fit in memory."""

    new: int = 0
    by_answer: Counter[str] = field(default_factory=Counter)
    there: int = 0
    refused: int = 0
    reasons: list[RefusedRow] = field(default_factory=list)  # of the first ones

    def add(self, filled: Filled) -> None:
        self.new += 1
        self.by_answer += Counter(answer.name.lower() for answer in filled.answers.values())

    def refuse(self, row: RefusedRow) -> None:
        self.refused += 1
        if len(self.reasons) < REASONS_KEPT:
            self.reasons.append(row)


@dataclass(frozen=True)
class Columns:
    """Where each thing stands in a row."""

    sheet: int
    consent: int | None
    answers: Mapping[int, int]  # place to key of the statement


def check_readable(file: IO[Any]) -> None:
    """Raise FileRefused, with the line, unless all of it is text that may be read."""
    size = file.seek(0, os.SEEK_END)
    if size > MOST_BYTES:
        raise FileRefused(
            _("The file has %(seen)s bytes; at most %(most)s are read. Cut it in two.")
            % {"seen": f"{size:,}", "most": f"{MOST_BYTES:,}"}
        )
    if _start_of(file).startswith(WORKBOOK_MARKS):
        raise FileRefused(_("The file is a workbook or an archive: save it as CSV (UTF-8)."))
    is_empty = True
    for line in _lines(file):
        is_empty = is_empty and not line.strip()
        if "\0" in line:
            raise FileRefused(_("The file is not plain text. Save it as CSV (UTF-8)."))
    if is_empty:
        raise FileRefused(_("The file is empty."))


def text_of(file: IO[Any]) -> str:
    """All of a short one."""
    return "".join(_lines(file))


def _start_of(file: IO[Any]) -> bytes:
    file.seek(0)
    start: bytes = file.read(4)
    return start


def _lines(file: IO[Any]) -> Iterator[str]:
    """Line by line, whatever the byte order mark."""
    encoding = "utf-16" if _start_of(file).startswith(UTF16_MARKS) else "utf-8-sig"
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    number = 0
    try:
        for number, line in enumerate(text, 1):  # noqa: B007 - named when the next cannot be read
            yield line
    except UnicodeDecodeError as problem:
        line_number, byte = number + 1, problem.object[problem.start]
        if encoding != "utf-16":
            line_number, byte = _where_not_utf8(file)
        raise FileRefused(
            _("Line %(line)s: the byte %(seen)s is not text in UTF-8. Save the file as CSV (UTF-8).")
            % {"line": line_number, "seen": f"{byte:#04x}"}
        ) from None  # fmt: skip
    finally:
        text.detach()  # else it would close the file with itself


def _where_not_utf8(file: IO[Any]) -> tuple[int, int]:
    """The line and the byte: text is decoded by blocks, which do not say it."""
    file.seek(0)
    for number, line in enumerate(file, 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as problem:
            return number, line[problem.start]
    return number, 0


def rows_of(file: IO[Any]) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds something, with the line it ends on."""
    lines = _lines(file)
    first = next(lines, "")
    start = first.rstrip("\r\n")
    announced = start.lower().startswith("sep=") and len(start) == len("sep=;")
    separator = start[-1] if announced else max(SEPARATORS, key=start.count)
    reader = csv.reader(chain([first], lines), delimiter=separator, strict=True)
    try:
        for number, row in enumerate(reader):
            cells = [cell.strip() for cell in row]
            if any(cells) and not (announced and number == 0):
                yield reader.line_num, cells
    except csv.Error as problem:
        if "field larger" in str(problem):
            sentence = _("Line %(line)s: a cell is too long. Export the file again.")
            raise FileRefused(sentence % {"line": reader.line_num}) from None
        raise FileRefused(
            _("Line %(line)s: a quoted text does not end well. Export the file again.")
            % {"line": reader.line_num}
        ) from None


def _refuse_twice(line: int, names: list[str], numbers: Mapping[str, int]) -> None:
    """“1” and “01” are one sentence: which column would count?"""
    called = Counter(str(numbers.get(name, name)) for name in names)
    for name, times in called.items():
        if times > 1:
            sentence = _("Line %(line)s: two columns are called “%(name)s”. Keep one.")
            raise FileRefused(sentence % {"line": line, "name": name[:40]})


def _columns(
    line: int, header: list[str], statements: Mapping[int, Statement], *, asks_consent: bool
) -> Columns:
    names = [name.casefold() for name in header]
    while names and not names[-1]:
        names.pop()
    numbers = {
        name: int(name) for name in names if name.isascii() and name.isdecimal() and len(name) < 7
    }
    _refuse_twice(line, names, numbers)
    for name in names:
        if name not in (*SHEET_NAMES, *CONSENT_NAMES) and numbers.get(name) not in statements:
            raise FileRefused(
                _("Line %(line)s: the column “%(name)s” is not known. Columns are “sheet”, “consent”, and the numbers of the sentences as on the ballot sheet.")
                % {"line": line, "name": name[:40]}
            )  # fmt: skip
    if sum(name in SHEET_NAMES for name in names) > 1:
        sentence = _("Line %(line)s: two columns hold the number of the sheet. Keep one.")
        raise FileRefused(sentence % {"line": line})
    sheet = next((names.index(name) for name in SHEET_NAMES if name in names), None)
    consent = next((names.index(name) for name in CONSENT_NAMES if name in names), None)
    if sheet is None:
        sentence = _("Line %(line)s: there is no column “sheet” for the number of each sheet.")
        raise FileRefused(sentence % {"line": line})
    if not numbers:
        sentence = _("Line %(line)s: no column has the number of a sentence.")
        raise FileRefused(sentence % {"line": line})
    if asks_consent and consent is None:
        raise FileRefused(
            _("Line %(line)s: there is no column “consent”, and here answers count only with the consent ticked on the sheet.")
            % {"line": line}
        )  # fmt: skip
    places = {names.index(name): statements[number].pk for name, number in numbers.items()}
    return Columns(sheet, consent if asks_consent else None, places)


def plan_of(coproduction: Coproduction, channel: Channel, file: IO[Any]) -> Plan:
    """Read the file against what was entered before; nothing is written."""
    plan = Plan()
    for new in _new_sheets(coproduction, channel, file, plan):
        for filled in new:
            plan.add(filled)
        _refuse_beyond_limits(plan)
    return plan


def _new_sheets(
    coproduction: Coproduction, channel: Channel, file: IO[Any], plan: Plan
) -> Iterator[list[Filled]]:
    """The sheets that are not there yet, batch by batch; the plan is told of all other rows."""
    seen: dict[str, int] = {}
    rows = _read_rows(coproduction, file, plan)
    while batch := list(islice(rows, BATCH)):
        before = entered(coproduction, channel, [filled.mark for _line, filled in batch])
        new = []
        for line, filled in batch:
            try:
                if _is_new(filled, line, seen, before):
                    new.append(filled)
                else:
                    plan.there += 1
            except NotUnderstood as refused:
                plan.refuse(RefusedRow(line, str(refused)))
        yield new


def _read_rows(
    coproduction: Coproduction, file: IO[Any], plan: Plan
) -> Iterator[tuple[int, Filled]]:
    rows = rows_of(file)
    line, header = next(rows, (1, []))
    statements = numbered(coproduction)
    columns = _columns(line, header, statements, asks_consent=coproduction.asks_consent)
    for count, (line, cells) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise FileRefused(
                _("The file holds more than %(most)s rows. Cut it in two.")
                % {"most": f"{MOST_ROWS:,}"}
            )
        try:
            filled = _read(cells, columns, width=len(header))
        except NotUnderstood as refused:
            plan.refuse(RefusedRow(line, str(refused)))
        else:
            yield line, filled


def entered(
    coproduction: Coproduction, channel: Channel, marks: Sequence[str]
) -> dict[str, dict[int, int]]:
    """Those of these sheets that are there, by number, with their answers."""
    sheets = Sheet.objects.filter(coproduction=coproduction, channel=channel, mark__in=marks)
    people = dict(sheets.values_list("participant", "mark"))
    found: dict[str, dict[int, int]] = {mark: {} for mark in people.values()}
    votes = Vote.objects.filter(participant__in=list(people))
    for who, statement, answer in votes.values_list("participant", "statement", "answer"):
        found[people[who]][statement] = answer
    return found


def _read(cells: list[str], columns: Columns, *, width: int) -> Filled:
    """One row; NotUnderstood says what is wrong with it."""
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) > width:
        sentence = _("The row has %(seen)s cells and the header %(wanted)s.")
        raise NotUnderstood(sentence % {"seen": len(cells), "wanted": width})
    cells += [""] * (width - len(cells))
    mark = read_mark(cells[columns.sheet])
    read = {key: read_answer(cells[place]) for place, key in columns.answers.items()}
    answers = {key: answer for key, answer in read.items() if answer is not None}
    if not answers:
        raise NotUnderstood(_("Sheet %(mark)s holds no answer.") % {"mark": mark})
    if columns.consent is not None and cells[columns.consent].casefold() not in YES:
        raise NotUnderstood(
            _("Sheet %(mark)s has “%(seen)s” for consent: its answers count only with “yes”.")
            % {"mark": mark, "seen": cells[columns.consent][:40]}
        )
    return Filled(mark, answers)


def _is_new(
    filled: Filled, line: int, seen: dict[str, int], before: Mapping[str, Mapping[int, int]]
) -> bool:
    """Whether it is to be added; NotUnderstood where it contradicts another."""
    if filled.mark in seen:
        raise NotUnderstood(
            _("Sheet %(mark)s stands on line %(line)s already.")
            % {"mark": filled.mark, "line": seen[filled.mark]}
        )
    seen[filled.mark] = line
    there = before.get(filled.mark)
    if there is not None and there != filled.answers:
        raise NotUnderstood(
            _("Sheet %(mark)s was entered already, with other answers. Take it back first, or correct the number.")
            % {"mark": filled.mark}
        )  # fmt: skip
    return there is None


def _refuse_beyond_limits(plan: Plan) -> None:
    answers = plan.by_answer.total()
    if plan.new > MOST_SHEETS or answers > MOST_ANSWERS:
        raise FileRefused(
            _("The file holds more than %(sheets)s new sheets or %(answers)s answers, the most that fit at once. Cut it in two.")
            % {"sheets": f"{MOST_SHEETS:,}", "answers": f"{MOST_ANSWERS:,}"}
        )  # fmt: skip


@transaction.atomic
def enter_file(
    coproduction: Coproduction,
    channel: Channel,
    file: IO[Any],
    person: Person,
    *,
    expected: int,
    language: str,
) -> None:
    """Write all the new sheets of the file, or none: as many as were `expected`."""
    plan = Plan()
    for new in _new_sheets(coproduction, channel, file, plan):
        for filled in new:
            plan.add(filled)
        if new:
            enter_sheets(coproduction, channel, new, person, language=language)
    if plan.new != expected:
        raise SheetThere(_("Sheets were entered since your preview. Choose the file again."))
    public = {"channel": channel.value, "sheets": plan.new, "answers": plan.by_answer.total()}
    record("sheets-imported", space=coproduction.slug, public=public)
