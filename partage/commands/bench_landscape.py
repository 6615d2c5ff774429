"""`partage bench landscape`: what a landscape of many votes costs."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np

from partage.calc.accelerated import is_installed
from partage.calc.arrival import MAX_PEOPLE
from partage.calc.votes import VotesError, in_time_order, stream_votes
from partage.commands.bench_landscape_parts import (
    COLUMNS,
    Columns,
    Cost,
    keep,
    made_up_votes,
    ordered_votes,
)

WAYS = {"": "no", ", numba": "yes"}
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PEER_VERSION = "0.4.0"
# Run by the Python of red-dwarf: votes from the file named, timed at the second call.
PEER = """
import importlib.metadata, json, statistics, sys, time
import numpy
if importlib.metadata.version("red-dwarf") != sys.argv[2]:
    sys.exit("red-dwarf is not of version " + sys.argv[2])
from reddwarf.implementations.polis import run_clustering
rows = zip(*numpy.load(sys.argv[1]).tolist())
votes = [
    {"participant_id": p, "statement_id": s, "vote": v, "modified": n}
    for n, (p, s, v) in enumerate(rows)
]
costs = []
while len(costs) < 2 or (len(costs) < 6 and sum(cost["wall_s"] for cost in costs) < 5):
    wall, cpu = time.perf_counter(), time.process_time()
    run_clustering(votes=votes)
    costs.append({"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu})
print(json.dumps({clock: statistics.median(cost[clock] for cost in costs[1:]) for clock in costs[0]}))
"""
Part = dict[str, Any]


@click.command(
    epilog="Examples: partage bench landscape --people 10000 --json; "
    "partage bench landscape --people 10000000 --mode polis; "
    "partage bench landscape exports/my-conversation --red-dwarf ~/red-dwarf/bin/python"
)
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@click.option("--people", default=100_000, show_default=True, type=click.IntRange(1))
@click.option("--statements", default=1_000, show_default=True, type=click.IntRange(1))
@click.option("--votes", default=30, show_default=True, type=click.IntRange(1), help="Per person.")
@click.option("--mode", default="both", show_default=True, type=click.Choice(["both", "polis"]))
@click.option(
    "--red-dwarf",
    "peer",
    metavar="PYTHON",
    help=f"A Python that has red-dwarf {PEER_VERSION}: the Polis mode is timed beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of words.")
def bench_landscape(folder: Path | None, **options: Any) -> None:
    """Time the landscape of some votes, in both modes, beside one plain pass that only counts them.

    DIR is a folder with votes.csv, such as a Polis export; without it, the votes are made up.
    The Polis mode is timed in numpy and scipy, and with numba if it is installed; everybody is let
    in. Each part runs in a process of its own, whose memory is its own.
    """
    sizes = options["people"], options["statements"], options["votes"]
    try:
        columns = _columns(folder) if folder else made_up_votes(*sizes)
    except VotesError as error:
        raise click.ClickException(str(error)) from None
    with tempfile.TemporaryDirectory() as place:
        keep(Path(place), COLUMNS, columns)
        del columns
        found = _measured(Path(place), options["mode"], options["peer"])
    found["times_the_plain_count"] = _ratios(found["steps"])
    click.echo(json.dumps(found, indent=2) if options["as_json"] else "\n".join(_lines(found)))


def _columns(folder: Path) -> Columns:
    """The votes of a folder in the order of arrival, people and statements as numbers."""
    codes, _people, _statements = in_time_order(stream_votes(folder / "votes.csv"))
    return codes.people, codes.statements, codes.answers


def _measured(folder: Path, mode: str, peer: str | None) -> Part:
    """Each part in turn; steps with numba have its name in theirs."""
    plain = _part("plain_count", folder, "no")
    steps: dict[str, Cost] = plain["steps"]
    memory: dict[str, float] = {}
    for words, choice in WAYS.items() if is_installed() else list(WAYS.items())[:1]:
        ordered, found = (_part(name, folder, choice) for name in ("order", "polis_mode"))
        steps |= {name + words: cost for name, cost in (ordered["steps"] | found["steps"]).items()}
        memory |= {"order of arrival" + words: ordered["peak_memory_mb"]}
        memory |= {"Polis mode" + words: found["peak_memory_mb"]}
    if mode == "both":
        default = _part("default_mode", folder, "auto")
        steps |= default["steps"]
        memory["landscape"] = default["peak_memory_mb"]
    if peer:
        steps["red-dwarf"] = _peer(peer, folder)
    return found | plain | {"numba": is_installed(), "steps": steps, "peak_memory_mb": memory}


def _part(name: str, folder: Path, choice: str) -> Part:
    command = [sys.executable, "-m", "partage.commands.bench_landscape_parts", name, str(folder)]
    done = subprocess.run(
        command,
        env=os.environ | {"PARTAGE_NUMBA": choice},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        why = done.stderr.strip().splitlines() or [
            f"it ended with {done.returncode}: no memory left?"
        ]
        raise click.ClickException(f"{name} did not run: {why[-1]}")
    part: Part = json.loads(done.stdout)
    return part


def _peer(python: str, folder: Path) -> Cost:
    """What red-dwarf needs for the same votes, in its own Python, once its first call is made."""
    votes = ordered_votes(folder)
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
    found: Cost = json.loads(done.stdout.splitlines()[-1])
    return found


def _ratios(steps: dict[str, Cost]) -> dict[str, float]:
    """Seconds of processor beside those of the plain count."""
    least = max(steps["plain count"]["cpu_s"], 1e-9)
    modes = ("Polis mode", "Polis mode, numba", "landscape", "red-dwarf")
    return {name: steps[name]["cpu_s"] / least for name in modes if name in steps}


def _lines(found: Part) -> list[str]:
    steps, ratios = found["steps"], found["times_the_plain_count"]
    votes = f"{found['vote_arrays_mb']:.0f} MB, at {found['imports_mb']:.0f} MB before any"
    return [
        f"{found['people']} people, {found['statements']} statements, {found['votes']} votes",
        *_room(found["people"]),
        f"{'step':<24}{'wall s':>11}{'CPU s':>11}",
        *(
            f"{name:<24}{cost['wall_s']:>11.6f}{cost['cpu_s']:>11.6f}"
            for name, cost in steps.items()
        ),
        f"pairs are counted of {found['pairs_counted_of']} people",
        "CPU beside the plain count: "
        + ", ".join(f"{name} {ratio:.0f} times" for name, ratio in ratios.items()),
        *_beside_peer(ratios),
        *([] if found["numba"] else ["numba: LEFT OUT, it is not installed (partage[fast])"]),
        "peak memory: "
        + ", ".join(f"{name} {peak:.0f} MB" for name, peak in found["peak_memory_mb"].items())
        + f"; votes in order {votes}",
    ]


def _room(people: int) -> list[str]:
    if people <= MAX_PEOPLE:
        return []
    return [f"All are let in; the Polis engine, and partage landscape, let {MAX_PEOPLE} in."]


def _beside_peer(ratios: dict[str, float]) -> list[str]:
    if "red-dwarf" not in ratios:
        return ["red-dwarf: LEFT OUT, --red-dwarf names no Python that has it"]
    return [
        f"red-dwarf {PEER_VERSION} / {name}: {ratios['red-dwarf'] / ratios[name]:.0f} times"
        for name in ratios
        if name.startswith("Polis")
    ]
