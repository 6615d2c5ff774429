"""`partage badges`: the keys that sign badges."""

import click

from partage.training.badge_keys import KeyUnreadable, add_key, address_of, kept_keys


@click.group()
def badges() -> None:
    """Look after the keys that sign badges.

    \b
    Examples:
      partage badges keys
      partage badges new-key
    """


@badges.command()
def keys() -> None:
    """Say which keys are here; the last one signs."""
    try:
        found = kept_keys()
    except KeyUnreadable as error:
        raise click.ClickException(str(error)) from None
    for key in found:
        click.echo(address_of(str(key.as_dict(private=False)["kid"])))
    if not found:
        click.echo("No key yet: the first badge makes one.")


@badges.command("new-key")
def new_key() -> None:
    """Make a key that signs from now on. Badges signed before keep the key that they name."""
    try:
        kept_keys()
        key = add_key()
    except KeyUnreadable as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"It signs from now on: {address_of(str(key.as_dict(private=False)['kid']))}")
