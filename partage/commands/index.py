"""`partage index`: make the index of the search again."""

import json
import signal
import threading
from dataclasses import asdict

import click

from partage.search.keeping import index_for_ever, make_index


@click.command()
@click.option("--follow", is_flag=True, help="Go on, and make it again when something changes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def index(*, follow: bool, as_json: bool) -> None:
    """Make the index of the search again from the database, and put it in place when it is whole.

    The worker keeps its own machine's index; a machine with web processes alone follows with
    --follow, as `partage serve --no-worker` does.

    \b
    Example:
      partage index
    """
    try:
        made = make_index()
    except OSError as error:
        raise click.ClickException(f"The index was not made: {error.strerror}.") from None
    if as_json:
        click.echo(json.dumps({**asdict(made), "a_second": round(made.a_second)}))
    else:
        click.echo(f"{made.texts:,} texts in {made.seconds:.1f} s ({made.a_second:,.0f} a second).")
    if follow:
        _follow()


def _follow() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_told: stop.set())
    index_for_ever(stop)
