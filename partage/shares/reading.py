"""A file of what people did in a period, read line by line; every fault is named with its line."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from partage.calc.sharing_rules import Kind
from partage.calc.sharing_stages import LARGEST_CIRCLE, POINTS, SMALLEST_CIRCLE
from partage.coproductions.models import Coproduction
from partage.events.reading import NotAnEvent, shortened, who_of
from partage.shares.models import Period

PERSON, MINUTES, CIRCLE, GIVEN, RECEIVED = "person", "minutes", "circle", "given", "received"
OWN = (PERSON, MINUTES, CIRCLE, GIVEN, RECEIVED)
MOST_BYTES, MOST_LINES, MOST_FAULTS = 20_000_000, 200_000, 100
MOST = 10**9
WHOLE = re.compile(r"[0-9]{1,10}")
LONGEST_CIRCLE = 40


class FileRefused(Exception):
    """The file as a whole, or some of its lines: nothing is written."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class BadLine(Exception):
    """One line; the message is the sentence to show."""


@dataclass(frozen=True)
class Line:
    """What one line tells of one person, by the mark of their number."""

    number: int
    who: int
    seconds: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    received: int = 0
    circle: str = ""
    given: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """What the columns of a file may be, for one period."""

    coproduction: Coproduction
    tasks: frozenset[str]
    by_peers: bool

    @classmethod
    def of(cls, period: Period) -> "Layout":
        published = {task for part in period.read.parts for task, _points in part.points}
        told = period.coproduction.event_tasks.values_list("code", flat=True)
        by_peers = any(part.kind is Kind.PEERS for part in period.read.parts)
        return cls(period.coproduction, frozenset({*published, *told}) - {*OWN}, by_peers)


def read_file(sent: bytes, layout: Layout) -> list[Line]:
    """Every line of the file. Raises FileRefused with what is wrong in it."""
    if len(sent) > MOST_BYTES:
        sentence = _("The file takes %(seen)s bytes and %(most)s fit: cut it in several periods.")
        raise FileRefused([sentence % {"seen": f"{len(sent):,}", "most": f"{MOST_BYTES:,}"}])
    rows = _rows(sent)
    columns = next(rows, (0, []))[1]
    _check_columns(columns, layout)
    lines, faults = [], []
    for number, row in rows:
        try:
            lines.append(_line(number, row, columns, layout))
        except BadLine as fault:
            faults.append(_at(number, str(fault)))
    _refuse(faults)
    _refuse([*_twice(lines), *_peer_faults(lines, layout)])
    if not lines:
        raise FileRefused([_("The file has no line under its column names.")])
    return lines


def _at(number: int, sentence: str) -> str:
    return _("Line %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}


def _refuse(faults: list[str]) -> None:
    if faults:
        more = len(faults) - MOST_FAULTS
        rest = [_("And %(n)s more.") % {"n": more}] if more > 0 else []
        raise FileRefused(faults[:MOST_FAULTS] + rest)


def _rows(sent: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the number of its last line."""
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = _("The file is not in UTF-8 (byte %(place)s): save it as “CSV UTF-8”.")
        raise FileRefused([sentence % {"place": error.start}]) from None
    # Some spreadsheets end lines with a return alone.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, [cell.strip() for cell in row]
            if reader.line_num > MOST_LINES:
                sentence = _("The file has more than %(most)s lines.")
                raise FileRefused([sentence % {"most": f"{MOST_LINES:,}"}])
    except csv.Error:
        sentence = _("Line %(number)s: a quotation mark is not closed, or a cell is far too long.")
        raise FileRefused([sentence % {"number": reader.line_num}]) from None


def _check_columns(columns: list[str], layout: Layout) -> None:
    known = {*OWN, *layout.tasks}
    unknown = [name for name in columns if name not in known]
    if PERSON not in columns:
        raise FileRefused([_("There is no column “person”: its first line names the columns.")])
    if unknown:
        sentence = _("“%(seen)s” is no column here: use %(known)s.")
        names = ", ".join([*OWN, *sorted(layout.tasks)])
        raise FileRefused([sentence % {"seen": shortened(unknown[0]), "known": names}])
    if len(set(columns)) < len(columns):
        raise FileRefused([_("A column comes twice: name each once.")])


def _line(number: int, row: list[str], columns: list[str], layout: Layout) -> Line:
    if len(row) != len(columns):
        sentence = _("it has %(seen)s cells and there are %(wanted)s columns.")
        raise BadLine(sentence % {"seen": len(row), "wanted": len(columns)})
    cells = dict(zip(columns, row, strict=True))
    circle = cells.get(CIRCLE, "")
    if len(circle) > LONGEST_CIRCLE:
        raise BadLine(_("the circle “%(seen)s” has a name that is too long.") % {"seen": circle})
    line = Line(number, _who(layout.coproduction, cells[PERSON]), circle=circle)
    counts = {task: _whole(task, cells[task]) for task in layout.tasks & cells.keys()}
    return replace(
        line,
        seconds=_seconds(cells.get(MINUTES, "")),
        counts={task: count for task, count in sorted(counts.items()) if count},
        received=_whole(RECEIVED, cells.get(RECEIVED, "")),
        given=_given(layout.coproduction, line.who, cells.get(GIVEN, "")),
    )


def _who(coproduction: Coproduction, told: str) -> int:
    # The value is not shown: it is somebody's number.
    try:
        who = who_of(coproduction, told)
    except NotAnEvent:
        raise BadLine(_("the person's number is too long, or cannot be printed.")) from None
    if who is None:
        raise BadLine(_("the person's number is missing."))
    return who


def _whole(name: str, told: str) -> int:
    if not told:
        return 0
    if not (WHOLE.fullmatch(told) and int(told) <= MOST):
        sentence = _("%(name)s is “%(seen)s”: give a whole number from 0 up.")
        raise BadLine(sentence % {"name": name, "seen": shortened(told)})
    return int(told)


PLAIN = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")


def _seconds(told: str) -> int:
    """Minutes, with decimals if they make whole seconds."""
    plain = told.replace(",", ".") or "0"
    # Asked first: "1e999999999" is a number that no memory holds.
    seconds = Fraction(plain) * 60 if PLAIN.fullmatch(plain) else Fraction(-1)
    if not (0 <= seconds <= MOST and seconds.denominator == 1):
        sentence = _("minutes is “%(seen)s”: give minutes from 0 up, in whole seconds.")
        raise BadLine(sentence % {"seen": shortened(told)})
    return int(seconds)


def _given(coproduction: Coproduction, who: int, told: str) -> dict[int, int]:
    """Points given, as “number:points” separated by spaces, or by semicolons between quotes."""
    given: dict[int, int] = {}
    for one in told.replace(";", " ").split():
        name, colon, points = one.rpartition(":")
        if not colon or not WHOLE.fullmatch(points):
            raise BadLine(_("points given are written “number:points”, such as 17:40."))
        other = _who(coproduction, name)
        if other == who:
            sentence = _(
                "it gives %(points)s points to the person themselves: points go to others."
            )
            raise BadLine(sentence % {"points": points})
        if other in given:
            raise BadLine(_("it gives points twice to the same person: add them up."))
        given[other] = int(points)
    if given and sum(given.values()) != POINTS:
        sentence = _("it gives %(seen)s points in all: give %(wanted)s, or none.")
        raise BadLine(sentence % {"seen": sum(given.values()), "wanted": POINTS})
    return given


def _twice(lines: list[Line]) -> list[str]:
    first: dict[int, int] = {}
    faults = []
    for line in lines:
        if line.who in first:
            sentence = _("this person is on line %(other)s already: give each person one line.")
            faults.append(_at(line.number, sentence % {"other": first[line.who]}))
        first.setdefault(line.who, line.number)
    return faults


def _peer_faults(lines: list[Line], layout: Layout) -> list[str]:
    if not layout.by_peers:
        return []
    circle_of = {line.who: line.circle for line in lines}
    outside = _("it gives points to somebody who is not in the same circle.")
    faults = [
        _at(line.number, outside)
        for line in lines
        if any(circle_of.get(other) != line.circle for other in line.given)
    ]
    sizes: dict[str, int] = {}
    for circle in circle_of.values():
        sizes[circle] = sizes.get(circle, 0) + 1
    sentence = _("The circle “%(circle)s” has %(seen)s people: a circle has %(least)s to %(most)s.")
    limits = {"least": SMALLEST_CIRCLE, "most": LARGEST_CIRCLE}
    return faults + [
        sentence % {"circle": circle, "seen": size, **limits}
        for circle, size in sorted(sizes.items())
        if not SMALLEST_CIRCLE <= size <= LARGEST_CIRCLE
    ]
