"""`partage bench votes`: what a vote costs, on SQLite and on PostgreSQL."""

import json
import math
import os
import signal
import statistics
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import click

from partage.commands.bench_site import (
    PROCESSES,
    THREADS,
    Site,
    bench_cpu_seconds,
    machine_cpu_seconds,
    running_site,
)
from partage.commands.load import Load, send
from partage.commands.throwaway_postgres import PostgresMissing, programs_folder

PEOPLE, STATEMENTS = 3000, 100
CALM, BUSY = 16, 64
PACED_PEOPLE, PACED_EVERY = 200, 5.0
WARMING = 0.5  # seconds
# What is judged.
MOST_TIMES_EMPTY = 5.0
MOST_SQL = 10
LEAST_KEPT = 0.85
MOST_P95_MS = 300.0

EMPTY = f"empty view, {CALM} connections"
VOTE = f"vote, {CALM} connections"
VOTE_BUSY = f"vote, {BUSY} connections"
VOTE_HTMX = f"vote and next card, {CALM} connections"
PACED = f"{PACED_PEOPLE} people, an answer every {PACED_EVERY:.0f} s"


@dataclass(frozen=True)
class Run:
    """One load, and what it cost."""

    answered: int
    accepted: int
    other: Counter[str]
    rows_added: int | None  # None where nothing is voted
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    server_cpu_ms: float
    database_cpu_ms: float
    others_cpu: float  # share of the machine that unrelated work took meanwhile


@dataclass
class Measured:
    """All runs on one database."""

    database: str
    runs: dict[str, list[Run]]
    sql: list[dict[str, Any]]
    figures: list["Figure"] = field(default_factory=list)

    def median(self, name: str, column: str) -> float:
        return float(statistics.median(getattr(run, column) for run in self.runs[name]))

    def times(self, name: str, base: str, column: str) -> float:
        """How many times the base, compared within each round: both met the same neighbours."""
        pairs = zip(self.runs[name], self.runs[base], strict=True)
        return float(statistics.median(getattr(a, column) / getattr(b, column) for a, b in pairs))


@dataclass(frozen=True)
class Figure:
    """A judged figure: what it is, what was found, and whether it holds."""

    name: str
    found: str
    bar: str
    holds: bool

    @property
    def line(self) -> str:
        return f"{'ok  ' if self.holds else 'FAIL'} {self.name}: {self.found} ({self.bar})"


@click.command()
@click.option(
    "--database",
    type=click.Choice(["sqlite", "postgres", "both"]),
    default="both",
    show_default=True,
)
@click.option(
    "--seconds", type=click.FloatRange(0.5, 600), default=5, show_default=True, help="Of each run."
)
@click.option("--rounds", type=click.IntRange(1, 50), default=3, show_default=True)
@click.option("--htmx", is_flag=True, help="Also votes that are answered with the next card.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_votes(database: str, seconds: float, rounds: int, htmx: bool, as_json: bool) -> None:
    """Start real servers on fresh databases, vote on them, and judge what it costs.

    Each round runs every load once, in turn; medians over the rounds are kept. A vote is compared
    with an empty view that passes the same middleware (/healthz). Needs Linux, and a machine with
    nothing else to do: `others` is the share of it that other work took, and makes figures worse.

    \b
    Example:
      partage bench votes --database sqlite --seconds 5 --rounds 3
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    found = []
    for name in chosen_databases(database):
        with running_site(name, people=PEOPLE, statements=STATEMENTS) as site:
            measured = measure(site, seconds=seconds, rounds=rounds, htmx=htmx)
        measured.figures = judged(measured)
        found.append(measured)
        if not as_json:
            click.echo("\n".join(lines(measured)) + "\n")
    if as_json:
        click.echo(json.dumps([asdict(measured) for measured in found], indent=2))
    failed = [
        f"{measured.database}: {figure.name}: {figure.found}, must be {figure.bar}"
        for measured in found
        for figure in measured.figures
        if not figure.holds
    ]
    if failed:
        raise click.ClickException("\n".join(failed))


def chosen_databases(chosen: str) -> list[str]:
    if chosen == "sqlite":
        return ["sqlite"]
    try:
        programs_folder()
    except PostgresMissing as error:
        if chosen == "postgres":
            raise click.ClickException(str(error)) from None
        click.secho(f"SKIPPED: nothing is measured on PostgreSQL. {error}", fg="red", err=True)
        return ["sqlite"]
    return ["sqlite", "postgres"] if chosen == "both" else ["postgres"]


def measure(site: Site, *, seconds: float, rounds: int, htmx: bool = False) -> Measured:
    """Run each load once a round, in turn, so that a busy moment falls on all alike."""
    loads = _loads(site, seconds, htmx=htmx)
    measured = Measured(site.database, {name: [] for name in loads}, site.prepared["sql"])
    # Each process imports and compiles on its first requests.
    warming = [
        run_once(site, replace(load, seconds=WARMING)) for load in (loads[EMPTY], loads[VOTE])
    ]
    sent = warming[-1].answered
    for _ in range(rounds):
        for name, load in loads.items():
            run = run_once(site, replace(load, skip=sent))
            measured.runs[name].append(run)
            sent += run.answered if load.tokens else 0
    return measured


def _loads(site: Site, seconds: float, *, htmx: bool) -> dict[str, Load]:
    empty = Load(site.port, "/healthz", seconds, CALM)
    vote = replace(
        empty,
        path=site.prepared["path"],
        tokens=site.prepared["tokens"],
        statements=site.prepared["statements"],
    )
    loads = {EMPTY: empty, VOTE: vote, VOTE_BUSY: replace(vote, connections=BUSY)}
    if htmx:
        loads[VOTE_HTMX] = replace(vote, htmx=True)
    paced = replace(vote, seconds=2 * seconds, connections=PACED_PEOPLE, every=PACED_EVERY)
    return loads | {PACED: paced}


def run_once(site: Site, load: Load) -> Run:
    """Send one load; count what it cost and what it left in the register."""
    votes = site.votes_recorded()
    before = site.server_cpu(), site.database_cpu(), bench_cpu_seconds(), machine_cpu_seconds()
    heard = send(load)
    after = site.server_cpu(), site.database_cpu(), bench_cpu_seconds(), machine_cpu_seconds()
    server, database, bench, machine = (b - a for a, b in zip(before, after, strict=True))
    others = max(0.0, machine - server - database - bench)
    p50, p95, p99 = (percentile(heard.latencies_ms, share) for share in (0.5, 0.95, 0.99))
    return Run(
        answered=heard.answered,
        accepted=heard.accepted,
        other=heard.other,
        rows_added=site.votes_recorded() - votes if load.tokens else None,
        per_second=heard.answered / heard.seconds,
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        server_cpu_ms=1000 * server / heard.answered,
        database_cpu_ms=1000 * database / heard.answered,
        others_cpu=others / heard.seconds / (os.cpu_count() or 1),
    )


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def judged(measured: Measured) -> list[Figure]:
    """The figures a vote is held to."""
    return [*_counts(measured), *_sql(measured), *_costs(measured)]


def _counts(measured: Measured) -> list[Figure]:
    votes = [run for runs in measured.runs.values() for run in runs if run.rows_added is not None]
    accepted, added = sum(r.accepted for r in votes), sum(r.rows_added or 0 for r in votes)
    equal = all(run.rows_added == run.accepted for run in votes)
    everything = [run for runs in measured.runs.values() for run in runs]
    other = sum((run.other for run in everything), Counter())
    told = ", ".join(f"{count} x {status}" for status, count in other.items())
    return [
        Figure("rows added", str(added), f"the {accepted} answers accepted, in each run", equal),
        Figure("answers not accepted", told or "0", "0", not other),
    ]


def _sql(measured: Measured) -> list[Figure]:
    """A newcomer's first vote also makes the participant: shown, and held to be constant alone."""
    figures = []
    for name, htmx in (("SQL of a vote", False), ("SQL of a vote and next card", True)):
        cases = [case for case in measured.sql if case["htmx"] == htmx]
        known = sorted({case["sql"] for case in cases if case["case"] != "newcomer"})
        new = sorted({case["sql"] for case in cases if case["case"] == "newcomer"})
        accepted = all(case["status"] in {200, 302} for case in cases)
        holds = accepted and len(known) == len(new) == 1 and known[0] <= MOST_SQL
        found = f"{_either(known)} (a newcomer's first: {_either(new)})"
        figures.append(Figure(name, found, f"constant, at most {MOST_SQL}", holds))
    shared = sorted({words for case in measured.sql for words in case["shared"]})
    return [*figures, Figure("shared rows changed", "; ".join(shared) or "0", "0", not shared)]


def _either(counts: list[int]) -> str:
    return " or ".join(str(count) for count in counts)


def _costs(measured: Measured) -> list[Figure]:
    times = measured.times(VOTE, EMPTY, "server_cpu_ms")
    kept = measured.times(VOTE_BUSY, VOTE, "per_second")
    p95 = measured.median(PACED, "p95_ms")
    return [
        Figure(
            "CPU of a vote / of the empty view",
            f"{times:.2f}",
            f"at most {MOST_TIMES_EMPTY:g}",
            times <= MOST_TIMES_EMPTY,
        ),
        Figure(
            f"votes a second, {BUSY} / {CALM} connections",
            f"{kept:.2f}",
            f"at least {LEAST_KEPT:g}",
            kept >= LEAST_KEPT,
        ),
        Figure(
            f"p95 with {PACED}",
            f"{p95:.0f} ms",
            f"at most {MOST_P95_MS:.0f} ms",
            p95 <= MOST_P95_MS,
        ),
    ]


def lines(measured: Measured) -> list[str]:
    """What was measured, in words."""
    rounds = len(measured.runs[EMPTY])
    head = f"{'medians':<36}{'req/s':>7}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}{'CPU ms: site':>14}{'database':>10}{'others':>8}"
    return [
        f"{measured.database}: {PROCESSES} processes of {THREADS} threads, {PEOPLE} people, "
        f"{STATEMENTS} statements, rounds: {rounds}. The empty view is /healthz.",
        head,
        *(_row(measured, name) for name in measured.runs),
        *(figure.line for figure in measured.figures),
    ]


def _row(measured: Measured, name: str) -> str:
    per_second, p50, p95, p99, site, database, others = (
        measured.median(name, column)
        for column in (
            "per_second", "p50_ms", "p95_ms", "p99_ms", "server_cpu_ms", "database_cpu_ms",
            "others_cpu",
        )
    )  # fmt: skip
    times = measured.times(name, EMPTY, "server_cpu_ms")
    return (
        f"{name:<36}{per_second:>7.0f}{p50:>8.1f}{p95:>8.1f}{p99:>8.1f}{site:>14.2f}"
        f"{database:>10.2f}{others:>8.0%}  {times:.1f} x empty"
    )
