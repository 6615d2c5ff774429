"""Bringing coproductions in from files."""

import tomllib
from pathlib import Path

import click
from django.db import transaction

from partage.contributions.samples import add_statements, invent_votes
from partage.coproductions.creation import CreationRefused, create_coproduction
from partage.coproductions.models import Coproduction


@click.group("import")
def imports() -> None:
    """Bring in a coproduction, or votes gathered elsewhere."""


@imports.command("coproduction")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_coproduction(file: Path) -> None:
    """Create the coproduction that FILE declares (TOML).

    \b
    Example:
      partage import coproduction partage/samples/coproductions/self-checkout.toml
    """
    coproduction = load_coproduction(file)
    click.echo(f"{coproduction.slug}: {coproduction.statements.count()} statements.")


def load_coproduction(file: Path) -> Coproduction:
    """The coproduction the file declares, made now; nothing is written when it cannot be."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file.name}: not a TOML file in UTF-8: {error}.") from None
    try:
        with transaction.atomic():
            coproduction = create_coproduction(table)
            invent_votes(coproduction, add_statements(coproduction, table), table)
    except CreationRefused as error:
        raise click.ClickException(f"{file.name}: {error}.") from None
    return coproduction


def load_polis(folder: Path) -> Coproduction:
    raise NotImplementedError
