"""The parts that `partage bench landscape` measures, each in a process of its own.

`python -m partage.commands.bench_landscape_parts PART DIR` reads votes from DIR and prints JSON.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from partage.calc.accelerated import VoteRows
from partage.calc.arrival import ArrivalVotes, Numerals, arrival_votes_from_arrays
from partage.calc.co_votes import CoVotes
from partage.calc.landscape import landscape, published
from partage.calc.polis import polis
from partage.calc.polis_map import own_place, polis_axes
from partage.calc.votes import votes_from_arrays

COLUMNS = ("people", "statements", "answers")
ORDERED = ("starts", "numbers", "people_ids", "statement_ids")
REPLAYED = 2_000
COUNTED_PEOPLE = 100_000  # pairs are counted for so many: one vote more costs the same
AT_ONCE = 1_000_000  # votes counted together in the plain count
ENOUGH_SECONDS, MOST_RUNS = 1.0, 5
WARM = (200, 150, 8)  # people, statements and votes each that load whatever is loaded once
Result = TypeVar("Result")
Cost = dict[str, float]
Columns = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.int8]]


def timed(work: Callable[[], Result]) -> tuple[Result, Cost]:
    """What the work gives; seconds of it."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    return done, {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}


def usual(work: Callable[[], object]) -> Cost:
    """Medians of a few runs; of a single one if it is long."""
    costs = [timed(work)[1]]
    while sum(cost["wall_s"] for cost in costs) < ENOUGH_SECONDS and len(costs) < MOST_RUNS:
        costs.append(timed(work)[1])
    return {clock: statistics.median(cost[clock] for cost in costs) for clock in costs[0]}


def kept(folder: Path, names: tuple[str, ...]) -> list[NDArray[Any]]:
    return [np.load(folder / f"{name}.npy") for name in names]


def keep(folder: Path, names: tuple[str, ...], columns: tuple[NDArray[Any], ...]) -> None:
    for name, column in zip(names, columns, strict=True):
        np.save(folder / f"{name}.npy", column)


def peak_memory_mb() -> float:
    """The most memory that this process had, imports included."""
    status = Path("/proc/self/status")
    if status.exists():  # what rusage tells may be that of the process it was started from
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return float(lines["VmHWM"].split()[0]) / 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def plain_count(folder: Path) -> dict[str, Any]:
    """How many of each answer each statement has: the least anyone must do."""
    _, what, answers = kept(folder, COLUMNS)
    size = 3 * (int(what.max(initial=0)) + 1)

    def count() -> int:
        counts = np.zeros(size, np.int64)
        for start in range(0, len(what), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            numbers = 3 * what[part].astype(np.int64) + answers[part] + 1
            counts += np.bincount(numbers, minlength=size)
        return int(counts.sum())

    return {"steps": {"plain count": usual(count)}, "votes_counted": count()}


def order(folder: Path) -> dict[str, Any]:
    """Votes in order of arrival, with room for everybody; kept for `polis_mode`."""
    people, statements, answers = kept(folder, COLUMNS)
    _warm()
    room = max(len(people), 1)
    votes, cost = timed(
        lambda: arrival_votes_from_arrays(people, statements, answers, max_people=room)
    )
    ids = [np.array(names, np.int64) for names in (votes.people_ids, votes.statement_ids)]
    keep(folder, ORDERED, (votes.rows.starts, votes.rows.numbers, *ids))
    return {"steps": {"order of arrival": cost}, "peak_memory_mb": peak_memory_mb()}


def _warm() -> None:
    votes = arrival_votes_from_arrays(*made_up_votes(*WARM))
    polis(votes)
    CoVotes.of_rows(votes.rows)


def ordered_votes(folder: Path) -> ArrivalVotes:
    starts, numbers, people, statements = kept(folder, ORDERED)
    rows = VoteRows(starts, numbers, len(statements))
    return ArrivalVotes(rows, Numerals(people), tuple(map(str, statements.tolist())))


def polis_mode(folder: Path) -> dict[str, Any]:
    before = peak_memory_mb()
    _, begins = timed(_warm)
    votes = ordered_votes(folder)
    steps = {"first call": begins, "Polis mode": usual(lambda: polis(votes))}
    content = {"imports_mb": before, "peak_memory_mb": peak_memory_mb()}
    few = votes.rows.first(COUNTED_PEOPLE)
    counts, steps["counts of pairs"] = timed(lambda: CoVotes.of_rows(few))
    return content | {
        "people": len(votes.people_ids),
        "statements": len(votes.statement_ids),
        "votes": len(votes.rows.numbers),
        "vote_arrays_mb": (votes.rows.starts.nbytes + votes.rows.numbers.nbytes) / 1e6,
        "pairs_counted_of": few.n_people,
        "steps": steps | _one_by_one(few, counts),
    }


def _one_by_one(rows: VoteRows, counts: CoVotes) -> dict[str, Cost]:
    """What one more vote costs the counts of pairs; the axes again from them; one's own place."""
    none = np.zeros(rows.n_statements, bool)
    axes, means = polis_axes(counts, none), counts.means()
    few = rows.first(REPLAYED)
    mine = [
        dict(zip(few.statements[a:b].tolist(), few.answers[a:b].tolist(), strict=True))
        for a, b in pairwise(few.starts)
    ]
    lasts = [(dict(list(each.items())[:-1]), *list(each.items())[-1]) for each in mine]
    each_of = max(len(mine), 1)
    one = usual(lambda: _cast(counts, lasts))
    place = usual(lambda: [own_place(answers, means, axes, none) for answers in mine])
    return {
        "one vote": {clock: took / each_of for clock, took in one.items()},
        "axes again": usual(lambda: polis_axes(counts, none, axes[:, 0])),
        "own place": {clock: took / each_of for clock, took in place.items()},
    }


def _cast(counts: CoVotes, votes: list[tuple[dict[int, int], int, int]]) -> None:
    """One more vote each; that these count twice changes no time."""
    for before, statement, answer in votes:
        counts.cast(before, statement, answer)


def default_mode(folder: Path) -> dict[str, Any]:
    steps: dict[str, Cost] = {}
    columns = kept(folder, COLUMNS)
    votes, steps["order votes"] = timed(lambda: votes_from_arrays(*columns))
    result, steps["landscape"] = timed(lambda: landscape(votes))
    _, steps["publish"] = timed(lambda: published(result))
    return {"steps": steps, "peak_memory_mb": peak_memory_mb()}


SEED = 20161206
PASS_SHARE = 0.1
DRAWN = 50_000  # people whose votes are drawn together


def made_up_votes(people: int, statements: int, votes: int) -> Columns:
    """Votes of one cloud of people: person, statement, answer; some pairs come twice."""
    rng = np.random.default_rng(SEED)
    directions, means = rng.standard_normal((statements, 2)), rng.standard_normal(statements)
    who = np.arange(people, dtype=np.int32).repeat(votes)
    what = np.empty(who.size, np.min_scalar_type(statements))
    answers = np.empty(who.size, np.int8)
    for start in range(0, people, DRAWN):
        size = min(DRAWN, people - start) * votes
        part = slice(start * votes, start * votes + size)
        chosen = rng.integers(statements, size=size)
        points = rng.standard_normal((size // votes, 2)).repeat(votes, axis=0)
        leanings = means[chosen] + (directions[chosen] * points).sum(axis=1)
        said = np.where(rng.random(size) < 1 / (1 + np.exp(-leanings)), 1, -1)
        what[part], answers[part] = chosen, np.where(rng.random(size) < PASS_SHARE, 0, said)
    return who, what, answers


PARTS = {part.__name__: part for part in (plain_count, order, polis_mode, default_mode)}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))))
