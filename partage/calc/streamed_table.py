"""A CSV file too long to hold in memory: checked from end to end once, then read row by row."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from partage.calc.votes_file import SEPARATORS, UTF16_MARKS, ZIP_MARK, VotesError

MARK = "\ufeff"
Cells = dict[str, str]


class BadRow(ValueError):
    """What is wrong with one row, and what to do."""


class StreamedTable:
    """The rows of a CSV file in UTF-8, of which one at a time is in memory.

    Parameters
    ----------
    path : file to read
    columns : names of the columns that must be there; others are left alone

    Raises
    ------
    VotesError
        If the file is missing, empty, not UTF-8, ends inside a quoted text or lacks a column.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path, self.columns = path, columns
        self.count = sum(1 for _ in self.rows())

    def where(self, line: int, sentence: str) -> str:
        return f"{self.path.name}, line {line}: {sentence}"

    def _error(self, line: int, seen: str, advice: str) -> VotesError:
        return VotesError(self.where(line, f"{seen}; {advice}"))

    def _lines(self) -> Iterator[str]:
        """Lines decoded one by one, so that a byte that is not UTF-8 has its line."""
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, 1):
                    yield self._decoded(number, line).removeprefix(MARK if number == 1 else "")
        except OSError as problem:
            reason = (problem.strerror or "unknown reason").lower()
            raise VotesError(f"cannot read {self.path}: {reason}; check its name") from None

    def _decoded(self, number: int, line: bytes) -> str:
        name = self.path.name
        if number == 1 and line.startswith((*UTF16_MARKS, ZIP_MARK)):
            raise VotesError(f"{name} is UTF-16, a workbook or an archive: save it as CSV (UTF-8)")
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as problem:
            seen = f"byte {line[problem.start]:#04x} is not UTF-8"
            advice = "the file is probably Latin-1 or Windows-1252, save it as CSV (UTF-8)"
            raise self._error(number, seen, advice) from None

    def rows(self) -> Iterator[tuple[int, Cells | BadRow]]:
        """Each row with the line it begins on; in the place of one that is cut, what is wrong."""
        lines = self._lines()
        first = next(lines, "")
        separator = max(SEPARATORS, key=first.count)
        header = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
        self._check_header(header)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        begins = 2
        try:
            for row in reader:
                if any(row):
                    yield begins, _cells(header, row)
                begins = reader.line_num + 2
        except csv.Error as problem:
            seen = f"a quoted text that begins here does not end well ({problem})"
            raise self._error(begins, seen, "export the file again") from None

    def _check_header(self, header: list[str]) -> None:
        if not any(header):
            raise VotesError(f"{self.path.name} has no header line: export it again")
        missing = [name for name in self.columns if name not in header]
        twice = [name for name in self.columns if header.count(name) > 1]
        if missing:
            seen = f"the columns are {', '.join(header)[:200]}"
            raise self._error(1, seen, f"there must also be {', '.join(missing)}")
        if twice:
            raise self._error(1, f"two columns are called {twice[0]}", "rename one")


def _cells(header: list[str], row: list[str]) -> Cells | BadRow:
    if len(row) != len(header):
        seen = f"{len(row)} columns instead of {len(header)}"
        return BadRow(f"{seen}; the row seems cut or edited, export it again")
    if "\0" in "".join(row):
        return BadRow("a text holds a zero byte; take it out")
    return {name: cell.strip() for name, cell in zip(header, row, strict=True)}
