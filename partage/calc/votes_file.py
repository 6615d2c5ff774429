"""A CSV file as people really send it: any usual separator, and plain words when it is broken."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEPARATORS = ",;\t"
HEAD_BYTES = 1 << 20  # more than any header
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
    unit : what the number of a row counts, for messages
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    unit: str = "line"

    def column(self, names: Sequence[str]) -> int | None:
        """Place of the first of these columns, None if there is none of them."""
        found = [name.lower().replace("_", "-").replace(" ", "-") for name in self.header]
        return next((found.index(name) for name in names if name in found), None)

    def error(self, line: int, seen: str, advice: str) -> VotesError:
        """What is wrong, where, and what to do."""
        return _error(self.name, line, seen, advice, self.unit)


@dataclass(frozen=True)
class Head:
    """How a CSV file begins, which says how to read any piece of it.

    Attributes
    ----------
    name : name of the file, for messages
    header : names of the columns
    separator : between cells
    before : lines before the header
    """

    name: str
    header: tuple[str, ...]
    separator: str
    before: int

    def table(self, lines: Iterable[str], *, place: str = "") -> Table:
        """The rows of some lines: those of the whole file, or of a piece that starts at `place`."""
        name = f"{self.name} {place}" if place else self.name
        rows = _rows(name, iter(lines), self.separator, skip=0 if place else self.before)
        if not place:
            next(rows, None)  # the header
        return Table(name, self.header, _full_rows(name, len(self.header), rows))


def read_table(path: Path) -> Table:
    """Open a CSV file: UTF-8 or UTF-16 with its mark; comma, semicolon or tab.

    Raises
    ------
    VotesError
        If the file is missing, empty, not text, cut short or has two columns of one name.
    """
    text = _text(path)
    return _head(path.name, text).table(io.StringIO(text, newline=""))


def read_head(path: Path) -> Head:
    """How a CSV file begins, from its first megabyte.

    Raises
    ------
    VotesError
        As `read_table` does.
    """
    return _head(path.name, _text(path, HEAD_BYTES))


def text_lines(name: str, lines: Iterable[bytes]) -> Iterator[str]:
    """Lines of a file in UTF-8.

    Raises
    ------
    VotesError
        If a line is not UTF-8.
    """
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode() + "\n"
        except UnicodeDecodeError as problem:
            raise _not_text(name, number, problem, "UTF-8") from None


def _head(name: str, text: str) -> Head:
    if not text.strip():
        raise VotesError(f"{name} is empty: export it again, with its header line")
    first, separator = _first_line(text)
    rows = _rows(name, io.StringIO(text, newline=""), separator, skip=first - 1)
    _, header = next(rows, (0, list[str]()))
    if not header:
        raise VotesError(f"{name} has no header line: export it again")
    return Head(name, without_twins(name, header, first), separator, first - 1)


def without_twins(name: str, header: Sequence[str], line: int = 1) -> tuple[str, ...]:
    """The columns of a file, once it is sure that no two have one name."""
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise _error(name, line, f"two columns are called '{twice}'", "rename one")
    return tuple(header)


def _text(path: Path, most: int = -1) -> str:
    """The text of a file, or its first whole lines of at most so many bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(most)
    except OSError as problem:
        reason = (problem.strerror or "unknown reason").lower()
        raise VotesError(f"cannot read {path}: {reason}; check its name") from None
    if len(content) == most:
        content = content[: content.rfind(b"\n") + 1]
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
        raise _not_text(name, line, problem, encoding.removesuffix("-sig").upper()) from None


def _not_text(name: str, line: int, problem: UnicodeDecodeError, encoding: str) -> VotesError:
    seen = f"byte {problem.object[problem.start]:#04x} is not {encoding}"
    advice = "the file is probably Latin-1 or Windows-1252, save it as CSV (UTF-8)"
    return _error(name, line, seen, advice)


def _first_line(text: str) -> tuple[int, str]:
    """Line number of the header and separator; Excel may announce it as `sep=;`."""
    lines = iter(text.splitlines())
    first = next(lines)
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        return 2, first[-1]
    return 1, max(SEPARATORS, key=first.count)


def _rows(
    name: str, lines: Iterator[str], separator: str, *, skip: int
) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, each with its line number, cells without spaces around."""
    for _ in range(skip):
        next(lines, "")
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


def _error(name: str, line: int, seen: str, advice: str, unit: str = "line") -> VotesError:
    return VotesError(f"{name}, {unit} {line}: {seen}; {advice}")
