"""CSV files, streamed, that a spreadsheet can open safely."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from django.http import StreamingHttpResponse

# A spreadsheet would run a cell that begins with one of these.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Where the decimal sign is a comma, cells are cut at semicolons, quoted or not.
AFTER_A_CUT = re.compile(r"([;\t\r\n]\"*)(?=[=+\-@])")


class Line:
    """A file of which only the last line is kept, to stream a CSV."""

    def write(self, line: str) -> str:
        return line


def cell(value: object) -> str:
    """The value as text; a text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = AFTER_A_CUT.sub(r"\1'", value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_file(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Iterable[object]],
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL,
) -> StreamingHttpResponse:
    """Lines made as they are sent, to be saved under this name."""
    lines = csv_lines(columns, rows, quoting)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_lines(
    columns: Sequence[str], rows: Iterable[Iterable[object]], quoting: Literal[0, 1]
) -> Iterator[str]:
    writer = csv.writer(Line(), quoting=quoting)
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])
