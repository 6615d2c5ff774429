"""`partage bench`: what the site costs, measured on this machine."""

import importlib
from typing import ClassVar

import click


class Benches(click.Group):
    """Finds each bench in its own module, loaded only when it is asked for."""

    modules: ClassVar[dict[str, str]] = {
        "landscape": "partage.commands.bench_landscape:bench_landscape",
        "votes": "partage.commands.bench_votes:bench_votes",
    }
    # Run by `votes` in the environment of the site it measures, never by hand.
    inner: ClassVar[dict[str, str]] = {
        "prepare-votes": "partage.commands.bench_prepare:prepare_votes",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        address = (self.modules | self.inner).get(cmd_name)
        if address is None:
            return None
        module, _, name = address.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=Benches)
def bench() -> None:
    """Measure what the site costs, on sites made for it and removed afterwards.

    \b
    Examples:
      partage bench votes                 votes on SQLite and on PostgreSQL
      partage bench landscape             the landscape of many votes
    """
