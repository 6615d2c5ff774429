"""A small CSV file of skills or programmes: read whole, every bad row named, all of it or nothing."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

MOST_BYTES, MOST_ROWS, MOST_FAULTS = 500_000, 500, 50


class FileRefused(Exception):
    """The file as a whole, or some of its rows: nothing is written."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def read_rows(sent: bytes, form_of: Callable[[dict[str, str]], forms.Form]) -> list[dict[str, Any]]:
    """What the page's own form makes of each row. Raises FileRefused with all that is wrong."""
    if len(sent) > MOST_BYTES:
        facts = {"seen": f"{len(sent):,}", "most": f"{MOST_BYTES:,}"}
        raise FileRefused([_("The file takes %(seen)s bytes and %(most)s fit.") % facts])
    columns, rows = _table(_text(sent))
    _check_columns(columns, list(form_of({}).fields))
    found, faults = [], []
    for line, row in rows:
        values, wrong = _read(row, columns, form_of)
        faults += [
            _("Line %(number)s: %(sentence)s") % {"number": line, "sentence": s} for s in wrong
        ]
        found.append(values)
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [_("And %(n)s more.") % {"n": len(faults) - MOST_FAULTS}]
    if faults:
        raise FileRefused(faults)
    return found


def _read(
    row: list[str], columns: list[str], form_of: Callable[[dict[str, str]], forms.Form]
) -> tuple[dict[str, Any], list[str]]:
    if len(row) != len(columns):
        facts = {"seen": len(row), "wanted": len(columns)}
        return {}, [_("it has %(seen)s cells and there are %(wanted)s columns.") % facts]
    form = form_of(dict(zip(columns, row, strict=True)))
    if form.is_valid():
        return form.cleaned_data, []
    wrong = []
    for name, sentences in form.errors.items():
        start = "" if name == "__all__" else f"{name}: "
        wrong += [f"{start}{sentence}" for sentence in sentences]
    return {}, wrong


def _text(sent: bytes) -> str:
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = _("The file is not in UTF-8 (byte %(place)s): save it as “CSV UTF-8”.")
        raise FileRefused([sentence % {"place": error.start}]) from None
    # Some spreadsheets end lines with a return alone.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [cell.strip() for cell in row]))
    except csv.Error:
        sentence = _("Line %(number)s: a quotation mark is not closed, or a cell is far too long.")
        raise FileRefused([sentence % {"number": reader.line_num}]) from None
    if len(rows) < 2:
        raise FileRefused([_("The file has no line under its column names.")])
    if len(rows) > MOST_ROWS + 1:
        raise FileRefused([_("The file has more than %(most)s lines.") % {"most": MOST_ROWS}])
    return rows[0][1], rows[1:]


def _check_columns(columns: Sequence[str], known: Sequence[str]) -> None:
    for name in columns:
        if name not in known:
            facts = {"seen": name[:40], "known": ", ".join(known)}
            raise FileRefused([_("“%(seen)s” is no column here: use %(known)s.") % facts])
    if len(set(columns)) < len(columns):
        raise FileRefused([_("A column comes twice: name each once.")])
