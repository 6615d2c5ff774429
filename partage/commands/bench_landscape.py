"""`partage bench landscape`: what a landscape of many votes costs."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import click
import numpy as np
from numpy.typing import NDArray

from partage.calc.arrival import ArrivalVotes, arrival_votes_from_arrays
from partage.calc.co_votes import CoVotes
from partage.calc.landscape import landscape, published
from partage.calc.polis import polis
from partage.calc.polis_map import own_place, polis_axes
from partage.calc.votes import Votes, VotesError, in_time_order, stream_votes, votes_from_arrays

SEED = 20161206
REPLAYED = 2_000
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PEER_VERSION = "0.4.0"
# Run by the Python of red-dwarf: votes from the file named, timed at the second call.
PEER = """
import importlib.metadata, json, sys, time
import numpy
if importlib.metadata.version("red-dwarf") != sys.argv[2]:
    sys.exit("red-dwarf is not of version " + sys.argv[2])
from reddwarf.implementations.polis import run_clustering
rows = zip(*numpy.load(sys.argv[1]).tolist())
votes = [
    {"participant_id": p, "statement_id": s, "vote": v, "modified": n}
    for n, (p, s, v) in enumerate(rows)
]
for _ in range(2):
    wall, cpu = time.perf_counter(), time.process_time()
    run_clustering(votes=votes)
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
print(json.dumps(took))
"""
PASS_SHARE = 0.1
Result = TypeVar("Result")
Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


@click.command(
    epilog="Examples: partage bench landscape --people 10000 --json; "
    "partage bench landscape exports/my-conversation --red-dwarf ~/red-dwarf/bin/python"
)
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--people", default=100_000, show_default=True, type=click.IntRange(1))
@click.option("--statements", default=1_000, show_default=True, type=click.IntRange(1))
@click.option("--votes", default=30, show_default=True, type=click.IntRange(1), help="Per person.")
@click.option(
    "--red-dwarf",
    "peer",
    metavar="PYTHON",
    help=f"A Python that has red-dwarf {PEER_VERSION}: the Polis mode is timed beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_landscape(
    folder: Path | None, people: int, statements: int, votes: int, peer: str | None, as_json: bool
) -> None:
    """Time the landscape of some votes, in both modes, beside one plain pass that only counts them.

    DIR is a folder with votes.csv, such as a Polis export; without it, the votes are made up.
    """
    try:
        columns = _columns(folder) if folder else made_up_votes(people, statements, votes)
    except VotesError as error:
        raise click.ClickException(str(error)) from None
    steps: dict[str, dict[str, float]] = {}
    plain = _timed(steps, "plain count", lambda: _plain_count(columns))
    arrived = _timed(steps, "order of arrival", lambda: arrival_votes_from_arrays(*columns))
    polis(arrived)  # once for nothing, as its peer
    _timed(steps, "Polis mode", lambda: polis(arrived))
    steps |= _one_by_one(arrived)
    # Before the default mode, whose memory would be counted with it.
    memory = _peak_memory_mb()
    ordered = _timed(steps, "order votes", lambda: votes_from_arrays(*columns))
    result = _timed(steps, "landscape", lambda: landscape(ordered))
    _timed(steps, "publish", lambda: published(result))
    if peer:
        steps["red-dwarf"] = _peer(peer, arrived)
    found = {
        "people": len(ordered.people_ids),
        "statements": len(ordered.statement_ids),
        "votes": int(ordered.answers.size),
        "votes_counted": int(plain.sum()),
        "steps": steps,
        "times_the_plain_count": _ratio(steps, "landscape", "plain count"),
        "polis_times_the_plain_count": _ratio(steps, "Polis mode", "plain count"),
        "red_dwarf_over_polis": _ratio(steps, "red-dwarf", "Polis mode") if peer else None,
        "vote_arrays_mb": _megabytes(ordered),
        "polis_peak_memory_mb": memory,
        "peak_memory_mb": _peak_memory_mb(),
    }
    click.echo(json.dumps(found, indent=2) if as_json else "\n".join(_lines(found, steps)))


def _columns(folder: Path) -> Columns:
    """The votes of a folder in the order of arrival, people and statements as numbers."""
    codes, _people, _statements = in_time_order(stream_votes(folder / "votes.csv"))
    people, statements, answers = (
        column.astype(np.int64) for column in (codes.people, codes.statements, codes.answers)
    )
    return people, statements, answers


def _one_by_one(votes: ArrivalVotes) -> dict[str, dict[str, float]]:
    """What one more vote costs the counts of pairs; the axes again from them; one's own place."""
    counts = CoVotes.of(votes.people, votes.statements, votes.answers, len(votes.statement_ids))
    none = np.zeros(counts.n_statements, bool)
    axes, means = polis_axes(counts, none), counts.means()
    starts = np.searchsorted(votes.people, np.arange(min(len(votes.people_ids), REPLAYED) + 1))
    mine = [
        dict(zip(votes.statements[a:b].tolist(), votes.answers[a:b].tolist(), strict=True))
        for a, b in pairwise(starts)
    ]
    steps: dict[str, dict[str, float]] = {}
    lasts = [(dict(list(each.items())[:-1]), *list(each.items())[-1]) for each in mine]
    _timed(steps, "one vote", lambda: _cast(counts, lasts))
    _timed(steps, "axes again", lambda: polis_axes(counts, none, axes[:, 0]))
    _timed(steps, "own place", lambda: [own_place(each, means, axes, none) for each in mine])
    for name in ("one vote", "own place"):
        steps[name] = {clock: took / len(mine) for clock, took in steps[name].items()}
    return steps


def _cast(counts: CoVotes, votes: list[tuple[dict[int, int], int, int]]) -> None:
    """One more vote each; that these count twice changes no time."""
    for before, statement, answer in votes:
        counts.cast(before, statement, answer)


def _peer(python: str, votes: ArrivalVotes) -> dict[str, float]:
    """What red-dwarf needs for the same votes, in its own Python, at its second call."""
    columns = votes.people, votes.statements, votes.answers.astype(np.int64)
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, np.array(columns))
        file.flush()
        command = [python, "-W", "ignore", "-c", PEER, file.name, PEER_VERSION]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            raise click.ClickException(f"{python}: {error.strerror}") from None
    if done.returncode:
        why = done.stderr.strip().splitlines() or ["no reason given"]
        raise click.ClickException(f"red-dwarf did not run in {python}: {why[-1]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _ratio(steps: dict[str, dict[str, float]], one: str, other: str) -> float:
    return steps[one]["cpu_s"] / max(steps[other]["cpu_s"], 1e-9)


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
    beside = found["red_dwarf_over_polis"]
    return [
        f"{found['people']} people, {found['statements']} statements, {found['votes']} votes",
        f"{'step':<18}{'wall s':>11}{'CPU s':>11}",
        *(
            f"{name:<18}{cost['wall_s']:>11.6f}{cost['cpu_s']:>11.6f}"
            for name, cost in steps.items()
        ),
        f"landscape / plain count: {found['times_the_plain_count']:.0f} times, "
        f"Polis mode / plain count: {found['polis_times_the_plain_count']:.0f} times",
        f"red-dwarf {PEER_VERSION} / Polis mode: {beside:.0f} times"
        if beside
        else "red-dwarf: LEFT OUT, --red-dwarf names no Python that has it",
        f"peak memory {found['polis_peak_memory_mb']:.0f} MB in Polis mode, "
        f"{found['peak_memory_mb']:.0f} MB in all, of which votes {found['vote_arrays_mb']:.0f} MB",
    ]
