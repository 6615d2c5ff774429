"""Measuring in a process of its own on a site at rest, then judging and telling what was found."""

import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import click

from partage.commands.bench_site import resting_site, said_on
from partage.commands.bench_votes import Figure, chosen_databases

Found = dict[str, Any]


def measure_and_judge(
    command: Sequence[str],
    database: str,
    judged: Callable[[Found], list[Figure]],
    lines: Callable[[str, Found, list[Figure]], list[str]],
    *,
    as_json: bool,
) -> None:
    """Run `partage bench …` on each database chosen; fail naming the figures that do not hold."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    told, failed = [], []
    for name in chosen_databases(database):
        with resting_site(name) as variables:
            found = json.loads(said_on(variables, "bench", *command).splitlines()[-1])
        figures = judged(found)
        told.append({"database": name, **found, "figures": [asdict(one) for one in figures]})
        failed += [f"{name}: {one.line}" for one in figures if not one.holds]
        if not as_json:
            click.echo("\n".join(lines(name, found, figures)) + "\n")
    if as_json:
        click.echo(json.dumps(told, indent=2))
    if failed:
        raise click.ClickException("\n".join(failed))
