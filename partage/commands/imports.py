"""Bringing coproductions in from files."""

import json
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import click
from django.db import transaction

from partage.accounting.models import PublishedAccount
from partage.accounting.publication import publish_account
from partage.calc.checked_toml import DeclarationError
from partage.calc.votes_file import VotesError
from partage.commands.events import import_events
from partage.commands.takeaway import import_takeaway
from partage.commands.wording import counted, listed
from partage.contributions.consultation import Brought, import_consultation, tables_of
from partage.contributions.polis import Imported, count_lines, import_polis
from partage.contributions.samples import add_ideas, add_statements, invent_votes
from partage.coproductions.creation import CreationRefused, create_coproduction
from partage.coproductions.models import Coproduction
from partage.library.importing import import_file
from partage.library.keeping import Kept
from partage.opinions.importing import Brought as BroughtOpinion
from partage.opinions.importing import ImportRefused, import_opinion


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
    click.echo(f"{coproduction.slug}: {counted(coproduction.statements.count(), 'statement')}.")


@imports.command("account")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_account(slug: str, file: Path) -> None:
    """Publish the account that FILE declares for the coproduction SLUG.

    \b
    Example:
      partage import account self-checkout partage/samples/accounts/self-checkout.toml
    """
    coproduction = Coproduction.objects.filter(slug=slug).first()
    if coproduction is None:
        raise click.ClickException(f"There is no coproduction {slug!r}.")
    account = load_account(coproduction, file)
    click.echo(f"{slug}: account {account.number} published, digest {account.digest}.")


def load_account(coproduction: Coproduction, file: Path) -> PublishedAccount:
    try:
        return publish_account(coproduction, file.read_text("utf-8"), file.name)
    except (DeclarationError, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from None


def load_coproduction(file: Path) -> Coproduction:
    """The coproduction the file declares, made now; nothing is written when it cannot be."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file.name}: not a TOML file in UTF-8: {error}.") from None
    try:
        with transaction.atomic():
            coproduction = create_coproduction(table)
            invent_votes(coproduction, add_statements(coproduction, table), table)
            add_ideas(coproduction, table)
            if "account" in table:
                load_account(coproduction, file.parent / table["account"])
    except CreationRefused as error:
        sentence = str(error).rstrip(".")
        raise click.ClickException(f"{file.name}: {sentence}.") from None
    return coproduction


@imports.command("polis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--language", default="en", show_default=True, help="Language of the statements.")
@click.option(
    "--landscape",
    type=click.Choice(["default", "polis"]),
    default="default",
    show_default=True,
    help="How its results are mapped; polis: by the rules of Polis, as it was there.",
)
@click.option("--json", "as_json", is_flag=True, help="Report the counts as JSON.")
def import_polis_folder(folder: Path, language: str, landscape: str, as_json: bool) -> None:
    """Bring in a Polis export: summary, comments, votes or participants-votes.

    All of it or nothing; a second run on the same files changes nothing.

    \b
    Example:
      partage import polis exports/brexit-consensus --language en --landscape polis
    """
    found = load_polis(folder, language, landscape)
    counts = {"statements": found.statements, "people": found.people, "votes": found.votes}
    if as_json:
        facts = {"coproduction": found.coproduction.slug, "was_there": found.was_there}
        click.echo(json.dumps(facts | counts))
        return
    words = listed(counts)
    again = " Nothing changed: these files were already there." if found.was_there else ""
    click.echo(f"{found.coproduction.slug}: {words}.{again}")


def load_polis(folder: Path, language: str = "en", landscape: str = "default") -> Imported:
    """Import with a progress bar on the terminal."""
    try:
        lines = count_lines(folder)
        with click.progressbar(length=lines, label="Votes", file=sys.stderr) as bar:
            return import_polis(folder, language=language, landscape=landscape, on_votes=bar.update)
    except (VotesError, CreationRefused) as error:
        raise click.ClickException(f"{error}.") from None


@imports.command("republique-numerique")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Bring in everything, or nothing when a row is bad.")
@click.option("--json", "as_json", is_flag=True, help="Report the counts as JSON.")
def import_republique_numerique(folder: Path, strict: bool, as_json: bool) -> None:
    """Bring in the 2015 consultation: proposals.csv, arguments.csv and sources.csv of FOLDER.

    A bad row is named with its line and left out; the rest comes in, and the command ends well,
    saying how many were left out. With --strict a bad row means that nothing comes in, and the
    command ends with 1. A second run adds what is missing and changes nothing else. Nobody is made
    a participant: ideas and arguments have no author here.

    \b
    Example:
      partage import republique-numerique exports/republique-numerique --strict
    """
    found = load_consultation(folder, strict=strict)
    counts = {
        "proposals": found.proposals,
        "arguments": found.arguments,
        "sources": found.sources,
        "votes": found.votes,
    }
    if as_json:
        facts = {"refused": found.refused, "added": found.added, "left_out": found.left_out}
        click.echo(json.dumps({"coproduction": found.coproduction.slug} | counts | facts))
        return
    words = listed(counts)
    again = "" if found.added else " Nothing changed: these rows were already there."
    left_out = counted(found.left_out, "row was", "rows were")
    bad = f" {left_out} left out, named above." if found.left_out else ""
    stand = counted(found.refused, "proposal stands", "proposals stand")
    refused = f"{stand} as refused, as where they come from."
    click.echo(f"{found.coproduction.slug}: {words}. {refused}{again}{bad}")


def load_consultation(folder: Path, *, strict: bool = False) -> Brought:
    """Import with a progress bar on the terminal; each bad row on a line of its own."""
    # A bar is being drawn on the same line.
    before = "\n" if sys.stderr.isatty() else ""
    try:
        tables = tables_of(folder)
        rows = sum(table.count for table in tables.values())
        with click.progressbar(length=rows, label="Rows", file=sys.stderr) as bar:
            return import_consultation(
                tables,
                strict=strict,
                on_rows=bar.update,
                on_bad=lambda sentence: click.echo(f"{before}{sentence}.", err=True),
            )
    except (VotesError, CreationRefused) as error:
        raise click.ClickException(f"{error}.") from None


@imports.command("opinion")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Report the counts as JSON.")
def import_opinion_file(file: Path, as_json: bool) -> None:
    """Bring in and publish an opinion given elsewhere, from FILE (JSON).

    What the file does not say stays unknown. A missing or contradictory field is named, and
    nothing is written. The same file a second time changes nothing, except that it adds what
    an earlier version of Partage left out.

    \b
    Example:
      partage import opinion partage/samples/opinions/cese-2016-12.json
    """
    found = load_opinion(file)
    opinion = found.opinion
    counts = {
        "sections": opinion.parts.count(),
        "recommendations": opinion.recommendations.count(),
        "declarations": opinion.declarations.count(),
        "findings": opinion.findings.count(),
        "sources": opinion.sources.count(),
    }
    if as_json:
        click.echo(json.dumps({"opinion": opinion.slug, "was_there": found.was_there} | counts))
        return
    words = listed(counts)
    again = " Nothing changed: this file was already there." if found.was_there else ""
    click.echo(f"{opinion.slug}: {words}.{again}")


def load_opinion(file: Path) -> BroughtOpinion:
    try:
        return import_opinion(file.read_bytes())
    except ImportRefused as error:
        raise click.ClickException(f"{file.name}: {error}.") from None


@imports.command("works")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Report the counts as JSON.")
def import_works_file(file: Path, as_json: bool) -> None:
    """Bring works into the library of the site, from FILE (CSV).

    Every bad row is named with its line; when there is one, nothing comes in and the command ends
    with 1. A work that is there already is changed to what the file says; the same file a second
    time changes nothing. docs/library.md says what each column holds.

    \b
    Example:
      partage import works partage/samples/works/works.csv
    """
    kept = load_works(file)
    if as_json:
        click.echo(json.dumps(asdict(kept)))
        return
    again = (
        "" if kept.added or kept.changed else " Nothing changed: these works were already there."
    )
    click.echo(f"{kept.added} works added, {kept.changed} changed, {kept.same} as before.{again}")


def load_works(file: Path) -> Kept:
    """Import, each bad row on a line of its own."""
    try:
        return import_file(
            file, on_bad=lambda row, why: click.echo(f"{file.name}, line {row}: {why}.", err=True)
        )
    except VotesError as error:
        raise click.ClickException(f"{error}.") from None


imports.add_command(import_events)
imports.add_command(import_takeaway)
