"""Racing double votes: the same person and statement, sent by eight clients at the same time."""

import asyncio
import itertools
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from faults.compare import Pair, compare
from faults.outcome import NothingTested, Outcome, canary, promise
from faults.planted import votes_checked_first
from faults.site import running_site, work_folder
from faults.stored import Stored
from faults.voters import ANSWERS, Poll
from partage.commands.load import Connection, is_accepted

RACERS, RACES_AT_ONCE = 8, 3
FAULTS = {
    "sqlite": "check, then insert, without a transaction (an IMMEDIATE one cannot double)",
    "postgres": "check, then insert, in a transaction",
}


@dataclass
class Race:
    """What was answered: the answers acknowledged for each pair, and the refusals."""

    poll: Poll
    acknowledged: dict[Pair, list[int]] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)

    async def run(self, requests: int) -> None:
        pairs = itertools.islice(self.poll.unused, -(-requests // RACERS))
        await asyncio.gather(*(self._race(pairs) for _ in range(RACES_AT_ONCE)))

    async def _race(self, pairs: Iterator[Pair]) -> None:
        racers = [Connection(self.poll.port) for _ in range(RACERS)]
        for pair in pairs:
            await asyncio.gather(*(self._vote(racer, pair) for racer in racers))
        for racer in racers:
            racer.close()

    async def _vote(self, racer: Connection, pair: Pair) -> None:
        answer = secrets.choice(ANSWERS)
        status = await racer.ask(self.poll.request(pair, answer))
        if is_accepted(status):
            self.acknowledged.setdefault(pair, []).append(answer)
        else:
            self.refusals[status] += 1

    @property
    def accepted(self) -> int:
        return sum(map(len, self.acknowledged.values()))


def race(database: str, requests: int) -> Iterator[Outcome]:
    name = f"race, {database}"
    with work_folder() as folder, running_site(database, folder) as site:
        doubled = compare({}, votes_checked_first(site.database)).doubled
        yield canary(name, len(doubled), f"{FAULTS[database]}: {len(doubled)} votes stored twice")
        run = Race(site.poll)
        asyncio.run(run.run(requests))
        stored, said = site.database.stored(), site.last_error()
    if not run.acknowledged:
        raise NothingTested("no vote was acknowledged: nothing was tested")
    yield _counted_once(name, run, stored)
    yield promise(
        name,
        f"{run.refusals.total()} answers other than a recorded vote"
        + (f": {dict(run.refusals)}; the site's last error: {said}" if run.refusals else ""),
        not run.refusals,
        other=dict(run.refusals),
    )


def _counted_once(name: str, run: Race, stored: Stored) -> Outcome:
    """One row for each pair, holding one of the answers that were acknowledged for it."""
    doubled = compare({}, stored.votes).doubled
    answers = dict(stored.votes)
    lost = [pair for pair, told in run.acknowledged.items() if answers.get(pair) not in told]
    return promise(
        name,
        f"{run.accepted:,} votes on {len(run.acknowledged):,} pairs of a person and a statement: "
        f"{len(doubled)} stored twice, {len(lost)} lost; {stored.entries:,} entries in the register",
        not doubled and not lost and stored.entries >= run.accepted,
        acknowledged=run.accepted,
        pairs=len(run.acknowledged),
        doubled=len(doubled),
        lost=len(lost),
        entries=stored.entries,
    )
