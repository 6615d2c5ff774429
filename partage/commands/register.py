"""`partage register`: the signing keys, and what to do after a restore or a fork."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click

from partage.commands.wording import counted
from partage.register import shards
from partage.register.audit import Address, Folder, Source, SourceError
from partage.register.keys import KeyMissing
from partage.register.notes import NoteError
from partage.register.sequencer import Halted, current_log

Given = ParamSpec("Given")
REFUSALS = (shards.RegisterRefused, KeyMissing, NoteError, SourceError, Halted)


def one_line(command: Callable[Given, None]) -> Callable[Given, None]:
    """A refusal is one sentence, not a traceback."""

    @wraps(command)
    def wrapped(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except REFUSALS as error:
            raise click.ClickException(str(error)) from None

    return wrapped


@click.group()
def register() -> None:
    """Look after the register: where it stands, its keys, a new log after a fork.

    \b
    Examples:
      partage register status
      partage register rotate-key
      partage register resume --published https://example.org/register/1
    """


@register.command()
def status() -> None:
    """Say where the register stands, and whether it signs."""
    log = current_log()
    click.echo(f"Log {log.pk}: {log.origin or 'not signed yet'}")
    click.echo(f"{counted(log.size, 'entry', 'entries')} placed, {log.signed_size} signed")
    click.echo(log.vkeys.rstrip() or "no key yet")
    click.echo(f"Stopped: {log.halted}" if log.halted else "It signs.")


@register.command("rotate-key")
@one_line
def rotate_key() -> None:
    """Make a second key and announce it; both sign until one is retired."""
    signer = shards.announce_key()
    click.echo(f"Announced: {signer.verifier}")
    click.echo("Back up the key file. Once the worker has signed with both, retire the old key:")
    click.echo("  partage register retire-key NUMBER")


@register.command("retire-key")
@click.argument("number")
@one_line
def retire_key(number: str) -> None:
    """Stop signing with the key of this NUMBER (the middle part of name+number+key)."""
    click.echo(f"Retired: {shards.retire_key(number).verifier}")


@register.command("new-log")
@click.option("--why", required=True, help="Stands in public for ever, in the first entry.")
@click.confirmation_option(prompt="A new log is for good, and everybody will see it. Begin one?")
@one_line
def new_log(why: str) -> None:
    """Begin a new log, whose first entry names the old one, its size and its root.

    For when the old one can no longer be continued: its key is lost, or the database was restored
    from a backup older than what was published.

    \b
    Example:
      partage register new-log --why "Disk lost on 3 May; restored from the backup of 2 May."
    """
    click.echo(f"Begun: log {shards.begin_new_log(why).pk}. The worker signs it.")


@register.command()
@click.option(
    "--published", help="The last published checkpoint: a file, a log's folder, or its address."
)
@click.option("--nothing-later", is_flag=True, help="Affirm that nothing later was published.")
@one_line
def resume(published: str | None, nothing_later: bool) -> None:
    """Sign again after a restore: only if this database continues what was published last.

    \b
    Example:
      partage register resume --published /mnt/copy/register/1/checkpoint
    """
    if (published is None) is not nothing_later:
        raise click.UsageError("Give --published, or --nothing-later, and not both.")
    log = shards.resume(_checkpoint_at(published) if published else None)
    click.echo(f"The worker signs log {log.pk} again.")


def _checkpoint_at(where: str) -> str:
    path = Path(where)
    source: Source = Address(where) if "://" in where else Folder(path)
    name = "checkpoint"
    if isinstance(source, Folder) and path.is_file():
        source, name = Folder(path.parent), path.name
    try:
        return source.read(name).decode()
    except UnicodeDecodeError:
        raise SourceError(f"{where}: a checkpoint is text, this is not.") from None
