"""`partage import events`: a producer's file of events, or a folder of them, streamed."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import click
from django.db import transaction

from partage.calc.votes_file import SEPARATORS, VotesError
from partage.commands.votes_files import needed
from partage.commands.wording import counted
from partage.coproductions.models import Coproduction
from partage.events.reading import COLUMNS, NEEDED, NotAnEvent, from_json
from partage.events.receiving import Line, Reader, Received, receive

LINES_EACH = 5_000
TOLD = 20
LONGEST_LINE = 65_536
PARQUET = ".parquet"


@click.command("events")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Bring in everything, or nothing when a line is bad.")
@click.option("--json", "as_json", is_flag=True, help="Report the counts as JSON.")
def import_events(slug: str, file: Path, strict: bool, as_json: bool) -> None:
    """Bring the events of FILE into the coproduction SLUG.

    FILE is CSV, one JSON object a line, Parquet, or a folder of Parquet files. Streamed, each event once: run again after a break, it goes on where it stopped. A bad line is
    named and left out. With --strict nothing comes in if a line is bad; other acts wait meanwhile.

    \b
    Example:
      partage import events self-checkout events-2026-05.csv
      partage import events self-checkout events-2026-05.parquet
    """
    brought = _brought(_coproduction(slug), file, strict=strict)
    click.echo(json.dumps(vars(brought)) if as_json else _words(slug, brought))
    for name, place, why in brought.refusals:
        click.echo(f"{name}, {place}: {why}", err=True)


def _coproduction(slug: str) -> Coproduction:
    coproduction = Coproduction.objects.visible().filter(slug=slug).first()
    if coproduction is None:
        raise click.ClickException(f"There is no coproduction {slug!r}.")
    return coproduction


def _brought(coproduction: Coproduction, path: Path, *, strict: bool) -> "Brought":
    brought = Brought()
    with transaction.atomic() if strict else nullcontext():
        for file in _files(path):
            word = "row" if file.suffix == PARQUET else "line"
            lines, read = _opened(file)
            while some := list(islice(lines, LINES_EACH)):
                brought.add(file.name, word, receive(coproduction, some, read))
                if strict and brought.refused:
                    name, place, why = brought.refusals[0]
                    raise click.ClickException(f"{name}, {place}: {why} Nothing came in.")
    return brought


@dataclass
class Brought:
    """What became of the lines of a file, and why the first of those left out were."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    refusals: list[tuple[str, str, str]] = field(default_factory=list)  # file, line, why

    def add(self, file: str, word: str, received: Received) -> None:
        self.accepted += received.accepted
        self.repeated += received.repeated
        self.refused += len(received.refused)
        told = received.refused[: max(TOLD - len(self.refusals), 0)]
        self.refusals += [(file, f"{word} {number}", why) for number, why in told]


def _files(path: Path) -> list[Path]:
    """The Parquet files of a folder, by name; a file is its own only one."""
    if not path.is_dir():
        return [path]
    found = (file.relative_to(path) for file in path.rglob(f"*{PARQUET}"))
    files = [path / file for file in sorted(found) if not any(p[0] in "._" for p in file.parts)]
    if not files:
        raise click.ClickException(f"{path} holds no {PARQUET} file; name a file, or their folder.")
    return files


def _words(slug: str, brought: Brought) -> str:
    return (
        f"{slug}: {counted(brought.accepted, 'event')} came in, "
        f"{counted(brought.repeated, 'was', 'were')} there, "
        f"{counted(brought.refused, 'line was', 'lines were')} left out."
    )


def _opened(file: Path) -> tuple[Iterator[Line], Reader]:
    """The lines of the file with their numbers, and what reads one."""
    if file.suffix == PARQUET:
        return _rows_of_parquet(file), from_json
    lines = _lines(file)
    if file.suffix.lower() in (".ndjson", ".jsonl", ".json"):
        return lines, from_json
    _number, first = next(lines, (1, b""))
    head = first.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    separator = max(SEPARATORS, key=head.count)
    columns = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
    _check(file.name, columns)
    return lines, lambda line: _row(line, columns, separator)


def _check(name: str, columns: list[str]) -> None:
    if not set(NEEDED) <= set(columns) <= set(COLUMNS) or len(set(columns)) < len(columns):
        raise click.ClickException(
            f"{name}: the columns are {', '.join(columns)[:200] or 'none'}; use, each once, "
            f"{', '.join(COLUMNS)}, of which {', '.join(NEEDED)} must be there."
        )


def _rows_of_parquet(file: Path) -> Iterator[Line]:
    try:
        reading = needed("events_parquet", "parquet")
    except VotesError as missing:
        raise click.ClickException(f"{missing}.") from None
    try:
        columns, lines = reading.opened_parquet(file)
        _check(file.name, columns)
        yield from lines
    except reading.NotEvents as problem:
        raise click.ClickException(str(problem)) from None


def _lines(file: Path) -> Iterator[Line]:
    with file.open("rb") as stream:
        number = 0
        while line := stream.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                raise click.ClickException(
                    f"{file.name}, line {number}: it has more than {LONGEST_LINE} bytes; is this a file of events?"
                )
            if line.strip():
                yield number, line


def _row(line: bytes, columns: list[str], separator: str) -> Mapping[str, Any]:
    if not line.endswith(b"\n"):
        raise NotAnEvent("It does not end: is the file whole? End its last line.")
    try:
        text = line.decode("utf-8")
        cells = next(csv.reader(io.StringIO(text), delimiter=separator, strict=True), [])
    except UnicodeDecodeError:
        raise NotAnEvent("It is not in UTF-8.") from None
    except csv.Error as problem:
        raise NotAnEvent(f"It cannot be read: {problem}.") from None
    if len(cells) != len(columns):
        raise NotAnEvent(f"It has {len(cells)} cells; the first line has {len(columns)}.")
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
