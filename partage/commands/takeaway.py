"""`partage import takeaway`: somebody's contributions, taken away from another site."""

from pathlib import Path

import click
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from partage.people.device_links import TooManyLinks, make_device_link
from partage.rights.bringing_back import REASONS
from partage.rights.bringing_in import Brought, TakeawayRefused, bring_in

FROM_THE_COMMAND = b"command line"


@click.command("takeaway")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code", required=True, help="The code told on the page where the file was taken.")
def import_takeaway(file: Path, code: str) -> None:
    """Bring in what somebody took away from another site, and say what is left out and why.

    All of it or nothing, into coproductions of the same name that are open here; once. Sentences,
    ideas and test reports wait to be read. Prints a link that gives a device of theirs the contributions.

    \b
    Example:
      partage import takeaway my-data.zip --code ABCD-EFGH-JKLM-NPQR
    """
    try:
        with transaction.atomic():
            brought = bring_in(file, code)
            link = make_device_link(brought.cookie, FROM_THE_COMMAND)
    except TakeawayRefused as error:
        raise click.ClickException(str(error)) from None
    except TooManyLinks:
        raise click.ClickException("Many links were made within the hour: wait a little.") from None
    _say(brought)
    click.echo(settings.BASE_URL + reverse("device-link", args=[link]))


def _say(brought: Brought) -> None:
    for slug, counts in brought.counts.items():
        words = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
        click.echo(f"{slug}: {words or 'nothing to restore'}.")
    for kind, number in brought.left_out.items():
        if number:
            why = REASONS.get(kind, "what it is about is not here")
            click.echo(f"Left out: {number} {kind} ({why}).")
