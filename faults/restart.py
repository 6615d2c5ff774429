"""PostgreSQL restarted under load."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from faults import postgres
from faults.compare import Comparison, compare
from faults.outcome import Outcome, canary, promise
from faults.site import ANSWERS_FIRST, running_site, work_folder
from faults.voters import voting

NAME = "restart, postgres"
SECONDS_TO_BE_BACK = 10.0
SECONDS_BEFORE, SECONDS_AFTER = 1.5, 5.0


@dataclass(frozen=True)
class Restarted:
    """What was found after one restart, and how long people noticed it."""

    compared: Comparison
    is_whole: bool
    is_back: bool
    seconds: float
    last_refusal: float
    told: dict[str, int]


def restart() -> Iterator[Outcome]:
    planted = _planted()
    yield planted
    if planted.state == "kept":
        yield from _judged(_restarted({}))


def _planted() -> Outcome:
    """A site that answers before it records must lose votes, or the bench sees nothing."""
    found = _restarted(ANSWERS_FIRST).compared
    lost = len(found.lost)
    fault = (
        f"a site that answers before it records lost {lost} of {found.acknowledged:,} votes "
        "acknowledged"
    )
    return canary(NAME, lost, fault)


def _restarted(extra: Mapping[str, str]) -> Restarted:
    with work_folder() as folder, running_site("postgres", folder, extra) as site:
        cluster = postgres.cluster_of(site.url)
        with voting(site.poll) as voters:
            time.sleep(SECONDS_BEFORE)
            began = time.monotonic()
            postgres.pg_ctl(cluster, "-m", "fast", "-l", str(cluster.parent / "log"), "restart")
            is_back = voters.wait_for_acknowledgement()
            seconds = time.monotonic() - began
            time.sleep(SECONDS_AFTER)
            last_refusal = max(0.0, voters.last_refusal - began)
        stored = site.stored_at_rest()
    compared = compare(voters.acknowledged, stored.votes)
    told = dict(voters.refusals)
    return Restarted(compared, stored.is_whole, is_back, seconds, last_refusal, told)


def _judged(done: Restarted) -> Iterator[Outcome]:
    compared = done.compared
    yield promise(
        NAME,
        f"{compared.acknowledged:,} votes acknowledged, {len(compared.lost)} lost, "
        f"{len(compared.unacknowledged)} committed but not acknowledged",
        not compared.lost and not compared.doubled and done.is_whole,
        acknowledged=compared.acknowledged,
        lost=len(compared.lost),
        unacknowledged=len(compared.unacknowledged),
    )
    is_soon = done.is_back and max(done.seconds, done.last_refusal) <= SECONDS_TO_BE_BACK
    yield promise(
        NAME,
        f"votes again {done.seconds:.1f} s after the restart began, last refusal at "
        f"{done.last_refusal:.1f} s; answers meanwhile: {done.told}",
        is_soon and done.told.keys() <= {"503"},
        seconds=done.seconds,
        last_refusal=done.last_refusal,
        answers=done.told,
    )
