"""`partage bench landscape`: what a landscape of many votes costs."""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

import click
import numpy as np
from numpy.typing import NDArray

from partage.calc.landscape import landscape, published
from partage.calc.votes import Votes, votes_from_arrays

SEED = 20161206
PASS_SHARE = 0.1
Result = TypeVar("Result")
Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@click.command(epilog="Example: partage bench landscape --people 10000 --json")
@click.option("--people", default=100_000, show_default=True, type=click.IntRange(1))
@click.option("--statements", default=1_000, show_default=True, type=click.IntRange(1))
@click.option("--votes", default=30, show_default=True, type=click.IntRange(1), help="Per person.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_landscape(people: int, statements: int, votes: int, as_json: bool) -> None:
    """Time the landscape of made-up votes, beside one plain pass that only counts them."""
    columns = made_up_votes(people, statements, votes)
    steps: dict[str, dict[str, float]] = {}
    plain = _timed(steps, "plain count", lambda: _plain_count(columns))
    ordered = _timed(steps, "order votes", lambda: votes_from_arrays(*columns))
    result = _timed(steps, "landscape", lambda: landscape(ordered))
    _timed(steps, "publish", lambda: published(result))
    found = {
        "people": people,
        "statements": statements,
        "votes": int(ordered.answers.size),
        "votes_counted": int(plain.sum()),
        "steps": steps,
        "times_the_plain_count": steps["landscape"]["cpu_s"]
        / max(steps["plain count"]["cpu_s"], 1e-9),
        "vote_arrays_mb": _megabytes(ordered),
        "peak_memory_mb": _peak_memory_mb(),
    }
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found, steps)))


def made_up_votes(people: int, statements: int, votes: int) -> Columns:
    """Votes of one cloud of people: person, statement, answer; some pairs come twice."""
    rng = np.random.default_rng(SEED)
    who = np.repeat(np.arange(people), votes)
    what = rng.integers(statements, size=who.size)
    points, directions = rng.standard_normal((people, 2)), rng.standard_normal((statements, 2))
    leanings = rng.standard_normal(statements)[what] + (directions[what] * points[who]).sum(axis=1)
    answers = np.where(rng.random(who.size) < 1 / (1 + np.exp(-leanings)), 1, -1)
    answers[rng.random(who.size) < PASS_SHARE] = 0
    return who, what, answers


def _plain_count(columns: Columns) -> NDArray[np.int64]:
    """How many of each answer each statement has: the least anyone must do."""
    _, what, answers = columns
    return np.bincount(3 * what + answers + 1)


def _timed(steps: dict[str, dict[str, float]], name: str, work: Callable[[], Result]) -> Result:
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    steps[name] = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return done


def _megabytes(votes: Votes) -> float:
    return (votes.people.nbytes + votes.statements.nbytes + votes.answers.nbytes) / 1e6


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def _lines(found: dict[str, object], steps: dict[str, dict[str, float]]) -> list[str]:
    return [
        f"{found['people']} people, {found['statements']} statements, {found['votes']} votes",
        f"{'step':<14}{'wall s':>9}{'CPU s':>9}",
        *(f"{name:<14}{cost['wall_s']:>9.3f}{cost['cpu_s']:>9.3f}" for name, cost in steps.items()),
        f"landscape / plain count: {found['times_the_plain_count']:.0f} times",
        f"peak memory {found['peak_memory_mb']:.0f} MB, "
        f"of which votes {found['vote_arrays_mb']:.0f} MB",
    ]
