"""A CSV file of ballot sheets: what it would do, said before anything is written."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from partage.contributions.models import Sheet, Statement, Vote
from partage.contributions.sheets import (
    Filled,
    NotUnderstood,
    enter_sheet,
    numbered,
    read_answer,
    read_mark,
)
from partage.coproductions.models import Coproduction
from partage.people.models import Channel, Person
from partage.register.recording import record

MOST_BYTES = 1_000_000
# Written in one transaction, a second or two long, while others who vote wait for their turn.
MOST_SHEETS = 100
MOST_ANSWERS = 2_000
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
    """What a file would do."""

    new: list[Filled] = field(default_factory=list)
    there: int = 0
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def by_answer(self) -> Counter[str]:
        """How many answers of each kind would be added."""
        return Counter(
            Vote.Answer(answer).name.lower() for filled in self.new for answer in filled.answers.values()
        )  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Where each thing stands in a row."""

    sheet: int
    consent: int | None
    answers: Mapping[int, int]  # place to key of the statement


def text_of(content: bytes) -> str:
    """The file as text, whatever its byte order mark."""
    if len(content) > MOST_BYTES:
        raise FileRefused(
            _("The file has %(seen)s bytes; at most %(most)s are read. Cut it in two.")
            % {"seen": f"{len(content):,}", "most": f"{MOST_BYTES:,}"}
        )
    if content.startswith(WORKBOOK_MARKS):
        raise FileRefused(_("The file is a workbook or an archive: save it as CSV (UTF-8)."))
    encoding = "utf-16" if content.startswith(UTF16_MARKS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        seen = f"{content[problem.start]:#04x}"
        raise FileRefused(
            _("Line %(line)s: the byte %(seen)s is not text in UTF-8. Save the file as CSV (UTF-8).")
            % {"line": line, "seen": seen}
        ) from None  # fmt: skip
    if "\0" in text:
        raise FileRefused(_("The file is not plain text. Save it as CSV (UTF-8)."))
    if not text.strip():
        raise FileRefused(_("The file is empty."))
    return text


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds something, with the line it ends on."""
    first = text.splitlines()[0]
    announced = first.lower().startswith("sep=") and len(first) == len("sep=;")
    separator = first[-1] if announced else max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
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


def _columns(
    line: int, header: list[str], statements: Mapping[int, Statement], *, asks_consent: bool
) -> Columns:
    names = [name.casefold() for name in header]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if names.count(name) > 1:
            sentence = _("Line %(line)s: two columns are called “%(name)s”. Keep one.")
            raise FileRefused(sentence % {"line": line, "name": name[:40]})
    numbers = {
        name: int(name) for name in names if name.isascii() and name.isdecimal() and len(name) < 7
    }
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


def plan_of(coproduction: Coproduction, channel: Channel, text: str) -> Plan:
    """Read the file against what was entered before; nothing is written."""
    rows = _rows(text)
    line, header = next(rows, (1, []))
    statements = numbered(coproduction)
    columns = _columns(line, header, statements, asks_consent=coproduction.asks_consent)
    before = entered(coproduction, channel)
    plan, seen = Plan(), dict[str, int]()
    for line, cells in rows:
        try:
            filled = _read(cells, columns, width=len(header))
            if filled.mark in seen:
                raise NotUnderstood(
                    _("Sheet %(mark)s stands on line %(line)s already.")
                    % {"mark": filled.mark, "line": seen[filled.mark]}
                )
            seen[filled.mark] = line
            _place(plan, filled, before)
        except NotUnderstood as refused:
            plan.refused.append(RefusedRow(line, str(refused)))
    _refuse_beyond_limits(plan)
    return plan


def entered(coproduction: Coproduction, channel: Channel) -> dict[str, dict[int, int]]:
    """Sheets there, by number, with their answers."""
    sheets = Sheet.objects.filter(coproduction=coproduction, channel=channel)
    found: dict[str, dict[int, int]] = {mark: {} for mark in sheets.values_list("mark", flat=True)}
    votes = Vote.objects.filter(participant__sheet__in=sheets)
    for mark, statement, answer in votes.values_list(
        "participant__sheet__mark", "statement", "answer"
    ):
        found[mark][statement] = answer
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


def _place(plan: Plan, filled: Filled, before: Mapping[str, Mapping[int, int]]) -> None:
    there = before.get(filled.mark)
    if there is None:
        plan.new.append(filled)
    elif there == filled.answers:
        plan.there += 1
    else:
        raise NotUnderstood(
            _("Sheet %(mark)s was entered already, with other answers. Take it back first, or correct the number.")
            % {"mark": filled.mark}
        )  # fmt: skip


def _refuse_beyond_limits(plan: Plan) -> None:
    answers = plan.by_answer.total()
    if len(plan.new) > MOST_SHEETS or answers > MOST_ANSWERS:
        raise FileRefused(
            _("The file holds %(sheets)s new sheets with %(answers)s answers; at most %(most_sheets)s and %(most_answers)s fit at once. Cut it in two.")
            % {
                "sheets": len(plan.new),
                "answers": answers,
                "most_sheets": MOST_SHEETS,
                "most_answers": MOST_ANSWERS,
            }
        )  # fmt: skip


@transaction.atomic
def enter_file(
    coproduction: Coproduction, channel: Channel, plan: Plan, person: Person, *, language: str
) -> None:
    """Write all the new sheets of the plan, or none."""
    for filled in plan.new:
        enter_sheet(coproduction, channel, filled, person, language=language)
    record(
        "sheets-imported",
        space=coproduction.slug,
        public={
            "channel": channel.value,
            "sheets": len(plan.new),
            "answers": plan.by_answer.total(),
        },
    )
