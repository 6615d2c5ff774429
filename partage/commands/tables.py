"""`partage tables`: the events of a whole site as big tables, written to files and counted."""

import json
from pathlib import Path
from typing import Any

import click

from partage.calc.votes_file import VotesError
from partage.commands.main import set_up
from partage.commands.votes_files import needed
from partage.commands.wording import counted

FOLDER = click.Path(file_okay=False, path_type=Path)
SHOWN = 20


@click.group()
def tables() -> None:
    """The events of all coproductions as tables on disk, and what they add up to.

    Working files of the organization, not open data: they tell what each marked person did.

    \b
    Examples:
      partage tables write /var/lib/partage-tables      closed months, from the site's database
      partage tables count /var/lib/partage-tables      on any machine that sees the files
    """


def _module(name: str, extra: str) -> Any:
    try:
        return needed(name, extra)
    except VotesError as missing:
        raise click.ClickException(f"{missing}.") from None


@tables.command("write")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def write(folder: Path) -> None:
    """Write the events that count, of the months that are closed, to DIR in place of those before.

    Events that were corrected are left out. What was forgotten in the database since leaves the
    files: write them again after a person was forgotten, and keep no copy.
    """
    set_up()
    writing = _module("tables_write", "analytics")
    try:
        events, months = writing.write_tables(folder)
    except writing.TablesRefused as problem:
        raise click.ClickException(f"{problem}.") from None
    click.echo(f"{folder}: {counted(events, 'event')} of {counted(months, 'month')}.")


@tables.command("count")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Spark takes its machines and memory from its own settings.",
)
@click.option("--coproduction", "slug", metavar="SLUG", help="One alone, with how many people.")
@click.option(
    "--months",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the monthly account there, as .parquet or .csv.",
)
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1), help="DuckDB's.")
@click.option("--memory", default="2GB", show_default=True, help="DuckDB's; what is more spills.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def count(folder: Path, as_json: bool, **options: Any) -> None:
    """Count the tables of DIR: by month, coproduction, task and basis, and what follows from that.

    The checksums are whole numbers, the same on both engines.

    \b
    Example:
      partage tables count /var/lib/partage-tables --months months.parquet
    """
    counting = _module("tables_count", "analytics")
    try:
        found = counting.count_tables(folder, counting.Asked(**options))
    except counting.TablesRefused as problem:
        raise click.ClickException(f"{problem}.") from None
    click.echo(json.dumps(found) if as_json else "\n".join(_lines(found)))


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [line for kind in ("coproductions", "tasks") for line in _table(kind, found[kind])]
    if "people" in found:
        lines.append(f"people told apart: {found['people']:,}")
    for name, sums in found["checksums"].items():
        lines.append(f"{name}: " + ", ".join(f"{key} {number}" for key, number in sums.items()))
    return lines


def _table(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    more = len(rows) - SHOWN
    return [
        f"{kind:<40}{'events':>15}{'hours':>15}{'euros':>18}",
        *(
            f"{row['code']:<40}{row['events']:>15,}{row['seconds'] / 3600:>15,.2f}"
            f"{row['value_cents'] / 100:>18,.2f}"
            for row in rows[:SHOWN]
        ),
        *([f"and {more} more, all in --json"] if more > 0 else []),
    ]
