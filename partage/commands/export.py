"""`partage export open-data`: the files of open data, in a folder."""

from pathlib import Path

import click

from partage.commands.wording import counted
from partage.coproductions.models import Coproduction
from partage.opendata.files import MEDIA_TYPES, endings
from partage.opendata.keeping import write_tables


@click.group()
def export() -> None:
    """Write what is public to files."""


@export.command("open-data")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--coproduction", "slug", help="Only this one; without it, all of the site.")
@click.option(
    "--format",
    "wanted",
    multiple=True,
    type=click.Choice(tuple(MEDIA_TYPES)),
    help="May be given several times; without it, all that this machine can write.",
)
def open_data(folder: Path, slug: str | None, wanted: tuple[str, ...]) -> None:
    """Write every table of open data to FOLDER, one file a table and format.

    A file is there whole or not at all: stopped half way, run it again.

    \b
    Example:
      partage export open-data files --coproduction self-checkout --format csv
    """
    _check_formats(wanted)
    chosen = _chosen(slug)
    try:
        written = write_tables(chosen, folder, wanted or endings())
    except (OSError, KeyboardInterrupt) as error:
        why = "Interrupted" if isinstance(error, KeyboardInterrupt) else f"Cannot write ({error})"
        raise click.ClickException(
            f"{why}: files already in {folder} are whole, the others are not there. Run it again."
        ) from None
    click.echo(
        f"{counted(len(written), 'file')} in {folder}, of {counted(len(chosen), 'coproduction')}."
    )


def _check_formats(wanted: tuple[str, ...]) -> None:
    missing = [ending for ending in wanted if ending not in endings()]
    if missing:
        raise click.ClickException(
            "Parquet needs pyarrow, which is not installed: install partage[parquet], or ask for csv or jsonl."
        )


def _chosen(slug: str | None) -> list[Coproduction]:
    shown = Coproduction.objects.visible().order_by("pk")
    chosen = list(shown.filter(slug=slug) if slug else shown)
    if slug and not chosen:
        raise click.ClickException(
            f"No published coproduction is named {slug!r}: see their addresses."
        )
    return chosen
