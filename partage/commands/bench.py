"""`partage bench`: what the site costs, measured on this machine."""

import importlib
from typing import ClassVar

import click


class Benches(click.Group):
    """Finds each bench in its own module, loaded only when it is asked for."""

    modules: ClassVar[dict[str, str]] = {
        "account": "partage.commands.bench_account:bench_account",
        "landscape": "partage.commands.bench_landscape:bench_landscape",
        "pages": "partage.commands.bench_pages:bench_pages",
        "register": "partage.commands.bench_register:bench_register",
        "rollcall": "partage.commands.bench_rollcall:bench_rollcall",
        "search": "partage.commands.bench_search:bench_search",
        "shares": "partage.commands.bench_shares:bench_shares",
        "votes": "partage.commands.bench_votes:bench_votes",
    }
    # Run by the benches in the environment of the site they measure, never by hand.
    inner: ClassVar[dict[str, str]] = {
        "measure-pages": "partage.commands.bench_ideas:measure_pages",
        "measure-search": "partage.commands.bench_search:measure_search",
        "measure-shares": "partage.commands.bench_shares:measure_shares",
        "measure-rollcall": "partage.commands.bench_rollcall:measure_rollcall",
        "prepare-votes": "partage.commands.bench_prepare:prepare_votes",
        "seal": "partage.commands.bench_unrecorded:seal",
        "serve-sealed": "partage.commands.bench_unrecorded:serve_sealed",
        "serve-unrecorded": "partage.commands.bench_unrecorded:serve_unrecorded",
        "vote-sql": "partage.commands.bench_prepare:vote_sql",
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
      partage bench register              what the register costs, and how soon it seals
      partage bench landscape             the landscape of many votes
      partage bench pages                 pages of few ideas beside those of many
      partage bench account               counts of a hundred million events
      partage bench rollcall              closing a vote of an assembly, and its page
      partage bench search                an index of a hundred thousand works, and asking it
      partage bench shares                a pot shared among many people, and a file for the bank
    """
