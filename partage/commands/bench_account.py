"""`partage bench account`: what counting a very large table of events costs."""

import json
import shutil
import signal
import tempfile
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from partage.calc.votes_file import VotesError
from partage.commands.bench_landscape_parts import peak_memory_mb, timed
from partage.commands.bench_votes import Figure
from partage.commands.votes_files import needed

MOST_EVENTS = 1e11
BYTES_A_ROW = 30  # on the disk, at most
# What is judged.
MOST_TIMES_SCAN = 3.0
MOST_ONE_S = 1.0
MOST_MONTHLY_CPU_S = 15.0
MOST_QUERY_S = 0.3


def _number(_context: click.Context, _parameter: click.Parameter, given: str) -> int:
    """A whole number, also written as 1e8."""
    try:
        number = float(given)
    except ValueError:
        number = 0.5
    if not (1 <= number < MOST_EVENTS and number.is_integer()):
        raise click.BadParameter(f"give a whole number from 1 on, such as 1e8, got {given!r}")
    return int(number)


@click.command()
@click.option("--events", callback=_number, default="1e8", show_default=True)
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1))
@click.option("--memory", default="2GB", show_default=True, help="DuckDB's.")
@click.option("--spark", is_flag=True, help="Compare with Spark, whose checksums must be the same.")
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(exists=False, path_type=Path),
    help="A new folder for the events, left there afterwards.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_account(
    *, events: int, threads: int, memory: str, spark: bool, keep: Path | None, as_json: bool
) -> None:
    """Make events of a year, 2,000 coproductions and 12 tasks, and count them by many columns.

    Medians of a few runs. CPU seconds are those of all threads, and are compared with a scan that
    reads the same columns and adds them up. The events take about 20 bytes each, removed afterwards.

    \b
    Example:
      partage bench account --events 1e7 --spark
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    measuring, making = _modules()
    with nullcontext(keep) if keep else tempfile.TemporaryDirectory() as named:
        place = Path(named)
        _make_room(place, events)
        _, making_cost = timed(lambda: making.make_tables(place, events))
        found = {"events": events, "threads": threads, "steps": {"make the events": making_cost}}
        found |= {"bytes": sum(f.stat().st_size for f in place.rglob("*") if f.is_file())}
        measuring.measure(place, threads, memory, found)
        if spark:
            measuring.measure_spark(place, found)
    found["peak_memory_mb"] = peak_memory_mb()
    _tell(found, as_json=as_json)


def _modules() -> tuple[Any, Any]:
    try:
        return needed("bench_account_parts", "analytics"), needed(
            "bench_account_events", "analytics"
        )
    except VotesError as missing:
        raise click.ClickException(f"{missing}.") from None


def _make_room(place: Path, events: int) -> None:
    try:
        place.mkdir(mode=0o700, exist_ok=not any(place.glob("*")))
    except OSError as problem:
        raise click.ClickException(f"{place}: {problem.strerror}; name a new folder.") from None
    free = shutil.disk_usage(place).free
    if free < events * BYTES_A_ROW:
        raise click.ClickException(
            f"{place}: {events * BYTES_A_ROW / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free."
        )


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    figures = judged(found)
    told = found | {"figures": [asdict(one) for one in figures]}
    click.echo(json.dumps(told, indent=2) if as_json else "\n".join(_lines(found, figures)))
    failed = [one.line for one in figures if not one.holds]
    if failed:
        raise click.ClickException("\n".join(failed))


def judged(found: dict[str, Any]) -> list[Figure]:
    steps = found["steps"]
    times = found["times_the_scan"]["by coproduction"]
    one, monthly = steps["one coproduction"]["wall_s"], steps["monthly account"]["cpu_s"]
    queries = {name: cost for name, cost in steps.items() if name.startswith("months:")}
    slowest = max(queries, key=lambda name: float(queries[name]["wall_s"]))
    query = queries[slowest]["wall_s"]
    figures = [
        Figure("by coproduction", f"{times:.2f} times a scan of the same columns",
               f"at most {MOST_TIMES_SCAN:.0f}", times <= MOST_TIMES_SCAN),
        Figure("one coproduction", f"{one:.3f} s", f"at most {MOST_ONE_S:.0f} s", one <= MOST_ONE_S),
        Figure("monthly account", f"{monthly:.2f} CPU s", f"under {MOST_MONTHLY_CPU_S:.0f}",
               monthly < MOST_MONTHLY_CPU_S),
        Figure("query of the months", f"{query:.3f} s ({slowest})", f"under {MOST_QUERY_S} s",
               query < MOST_QUERY_S),
    ]  # fmt: skip
    if "spark_checksums" in found:
        others = [n for n, s in found["spark_checksums"].items() if s != found["checksums"][n]]
        figures.append(
            Figure("checksums that Spark finds otherwise", ", ".join(others) or "none", "none", not others)
        )  # fmt: skip
    return figures


def _lines(found: dict[str, Any], figures: list[Figure]) -> list[str]:
    times = found["times_the_scan"]
    return [
        f"{found['events']:,} events, {found['bytes'] / found['events']:.1f} bytes each, "
        f"{found['groups']:,} groups, {found['threads']} threads",
        f"{'step':<36}{'wall s':>10}{'CPU s':>10}{'times its scan':>16}",
        *(
            f"{name:<36}{cost['wall_s']:>10.3f}"
            + (f"{cost['cpu_s']:>10.3f}" if "cpu_s" in cost else "")
            + (f"{times[name]:>16.2f}" if name in times else "")
            for name, cost in found["steps"].items()
        ),
        f"months on disk: {found['months_bytes'] / 1e6:.1f} MB; "
        f"peak memory {found['peak_memory_mb']:.0f} MB",
        *([] if "spark_checksums" in found else ["Spark: LEFT OUT, ask with --spark"]),
        *(figure.line for figure in figures),
    ]
