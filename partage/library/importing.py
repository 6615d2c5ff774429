"""Bringing works in from a CSV file: all of them, or none when one row cannot be right."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partage.calc.streamed_table import BadRow, Cells, StreamedTable
from partage.calc.votes_file import VotesError
from partage.contributions.polis import digest_of
from partage.coproductions.models import Organization
from partage.library.keeping import Kept, Row, check_together, keep_works
from partage.library.reading import COLUMNS, OPTIONAL, Said, read_work

MOST_ROWS = 200_000
# From a page, in one request: others who write wait for their turn meanwhile.
MOST_SENT = 2_000


@dataclass
class Refusals:
    """How many rows cannot come in; each is told as it is met, with its line."""

    tell: Callable[[int, str], None]
    count: int = 0

    def __call__(self, line: int, sentence: str) -> None:
        self.count += 1
        self.tell(line, sentence)


def import_file(
    path: Path,
    shelf: Organization | None = None,
    on_bad: Callable[[int, str], None] = lambda _line, _sentence: None,
    *,
    most: int = MOST_ROWS,
) -> Kept:
    """Keep the works of the file; VotesError, with nothing written, once every bad row was told."""
    table, refuse = StreamedTable(path, COLUMNS), Refusals(on_bad)
    if table.count > most:
        words = _("the file has %(seen)s rows; bring in at most %(most)s at once")
        raise VotesError(words % {"seen": table.count, "most": most})
    rows = _rows(table, refuse)
    check_together(rows, shelf, refuse)
    if refuse.count:
        sentence = ngettext(
            "nothing was brought in: %(n)s row cannot be, named above",
            "nothing was brought in: %(n)s rows cannot be, named above",
            refuse.count,
        )
        raise VotesError(sentence % {"n": refuse.count})
    return keep_works([said for _line, said in rows], shelf, digest_of({"works": path}))


def _rows(table: StreamedTable, refuse: Refusals) -> list[Row]:
    found: list[Row] = []
    for line, cells in table.rows():
        try:
            found.append((line, _read(cells)))
        except BadRow as bad:
            refuse(line, str(bad))
    return found


def _read(cells: Cells | BadRow) -> Said:
    if isinstance(cells, BadRow):
        raise cells
    unknown = sorted(cells.keys() - {*COLUMNS, *OPTIONAL})
    if unknown:
        words = _("the column %(column)s is not known; take it out, or name it one of %(known)s")
        known = ", ".join((*COLUMNS, *OPTIONAL))
        raise VotesError(words % {"column": unknown[0][:80], "known": known})
    return read_work(cells)
