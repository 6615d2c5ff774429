"""kill -9 of every process of the site, under load."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from secrets import SystemRandom

from faults.compare import Comparison, compare
from faults.outcome import Outcome, canary, promise
from faults.site import ANSWERS_FIRST, Site, running_site, work_folder
from faults.stored import Stored
from faults.voters import Voters, voting

LONGEST_WAIT = 2.0
# Each kill of the planted fault loses votes; a second one in case nothing waited at the first.
CANARY_KILLS = 2


@dataclass(frozen=True)
class Cycle:
    """One kill, and what was found after the site was back."""

    acknowledged: int
    lost: int
    is_whole: bool
    seconds_to_be_back: float


@dataclass(frozen=True)
class Killed:
    """A site after its last kill, at rest."""

    cycles: list[Cycle]
    end: Comparison
    stored: Stored


def kill(database: str, cycles: int) -> Iterator[Outcome]:
    planted = _planted(database)
    yield planted
    if planted.state == "kept":
        yield from _judged(f"kill, {database}", _killed(database, cycles, {}))


def _planted(database: str) -> Outcome:
    """A site that answers before it records must lose votes, or the bench sees nothing."""
    found = _killed(database, CANARY_KILLS, ANSWERS_FIRST).end
    lost = len(found.lost)
    fault = (
        f"a site that answers before it records lost {lost} of {found.acknowledged:,} votes "
        f"acknowledged, in {CANARY_KILLS} kills"
    )
    return canary(f"kill, {database}", lost, fault)


def _killed(database: str, cycles: int, extra: Mapping[str, str]) -> Killed:
    with work_folder() as folder, running_site(database, folder, extra) as site:
        with voting(site.poll) as voters:
            done = [_one_cycle(site, voters) for _ in range(cycles)]
            voters.wait_for_more()
        stored = site.stored_at_rest()
    return Killed(done, compare(voters.acknowledged, stored.votes), stored)


def _judged(name: str, killed: Killed) -> Iterator[Outcome]:
    done, end, stored = killed.cycles, killed.end, killed.stored
    lost = sum(cycle.lost for cycle in done) + len(end.lost)
    fewest = min(cycle.acknowledged for cycle in done)
    slowest = max(cycle.seconds_to_be_back for cycle in done)
    yield promise(
        name,
        f"{len(done)} kills, {end.acknowledged:,} votes acknowledged, {lost} lost; "
        f"{len(end.unacknowledged)} committed but not acknowledged",
        lost == 0,
        cycles=len(done),
        acknowledged=end.acknowledged,
        fewest_in_a_cycle=fewest,
        lost=lost,
        unacknowledged=len(end.unacknowledged),
    )
    yield promise(
        name,
        f"{len(end.doubled)} votes stored twice; {len(stored.votes):,} votes for {stored.entries:,} "
        "entries in the register",
        not end.doubled and stored.is_whole and all(cycle.is_whole for cycle in done),
        doubled=len(end.doubled),
        votes=len(stored.votes),
        entries=stored.entries,
    )
    yield promise(
        name, f"the site was back each time, in {slowest:.1f} s at most", True, seconds=slowest
    )


def _one_cycle(site: Site, voters: Voters) -> Cycle:
    before = len(voters.acknowledged)
    voters.wait_for_more()
    time.sleep(SystemRandom().uniform(0, LONGEST_WAIT))
    site.kill()
    seconds = site.start()
    acknowledged = voters.so_far()
    stored = site.database.stored()
    lost = compare(acknowledged, stored.votes).lost
    return Cycle(len(acknowledged) - before, len(lost), stored.is_whole, seconds)
