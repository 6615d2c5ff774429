"""A CSV file as people really send it: any usual separator, and plain words when it is broken."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = ",;\t"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ZIP_MARK = b"PK\x03\x04"


class VotesError(ValueError):
    """A votes file that cannot be read, said in one sentence."""


@dataclass(frozen=True)
class Table:
    """A header and its rows.

    Attributes
    ----------
    name : name of the file, for messages
    header : names of the columns, without spaces around
    rows : (line number, cells) one after the other; read once
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]

    def column(self, names: Sequence[str]) -> int | None:
        """Place of the first of these columns, None if there is none of them."""
        found = [name.lower().replace("_", "-").replace(" ", "-") for name in self.header]
        return next((found.index(name) for name in names if name in found), None)

    def error(self, line: int, seen: str, advice: str) -> VotesError:
        """What is wrong, where, and what to do."""
        return _error(self.name, line, seen, advice)


def read_table(path: Path) -> Table:
    """Open a CSV file: UTF-8 or UTF-16 with its mark; comma, semicolon or tab.

    Raises
    ------
    VotesError
        If the file is missing, empty, not text, cut short or has two columns of one name.
    """
    text = _text(path)
    if not text.strip():
        raise VotesError(f"{path.name} is empty: export it again, with its header line")
    first, separator = _first_line(text)
    rows = _rows(path.name, text, separator, skip=first - 1)
    _, header = next(rows, (0, list[str]()))
    if not header:
        raise VotesError(f"{path.name} has no header line: export it again")
    names = tuple(header)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise _error(path.name, first, f"two columns are called '{twice}'", "rename one")
    return Table(path.name, names, _full_rows(path.name, len(names), rows))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        raise VotesError(f"cannot read {path}: {reason}; check its name") from None
    if content.startswith(ZIP_MARK):
        raise VotesError(f"{path.name} is a workbook or an archive: save it as CSV (UTF-8)")
    if content.startswith(UTF16_MARKS):
        return _decoded(path.name, content, "utf-16")
    if b"\x00" in content:
        raise VotesError(f"{path.name} is not plain text (perhaps UTF-16): save it as CSV (UTF-8)")
    return _decoded(path.name, content, "utf-8-sig")


def _decoded(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        seen = f"byte {content[problem.start]:#04x} is not {encoding.removesuffix('-sig').upper()}"
        advice = "the file is probably Latin-1 or Windows-1252, save it as CSV (UTF-8)"
        raise _error(name, line, seen, advice) from None


def _first_line(text: str) -> tuple[int, str]:
    """Line number of the header and separator; Excel may announce it as `sep=;`."""
    lines = iter(text.splitlines())
    first = next(lines)
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        return 2, first[-1]
    return 1, max(SEPARATORS, key=first.count)


def _rows(name: str, text: str, separator: str, *, skip: int) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, each with its line number, cells without spaces around."""
    lines = io.StringIO(text, newline="")
    for _ in range(skip):
        lines.readline()
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num + skip, cells
    except csv.Error as problem:
        seen = f"a quoted text does not end well ({problem})"
        raise _error(name, reader.line_num + skip, seen, "export the file again") from None


def _full_rows(
    name: str, width: int, rows: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        # Spreadsheets leave empty cells at the end of a row.
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) != width:
            seen = f"{len(cells)} columns instead of {width}"
            raise _error(name, line, seen, "the file seems cut or edited, export it again")
        yield line, cells


def _error(name: str, line: int, seen: str, advice: str) -> VotesError:
    return VotesError(f"{name}, line {line}: {seen}; {advice}")
