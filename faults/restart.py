"""PostgreSQL restarted under load."""

import time
from collections.abc import Iterator

from faults import postgres
from faults.compare import compare
from faults.outcome import Outcome, promise
from faults.site import running_site, work_folder
from faults.voters import voting

NAME = "restart, postgres"
SECONDS_TO_BE_BACK = 10.0
SECONDS_BEFORE, SECONDS_AFTER = 1.5, 5.0


def restart() -> Iterator[Outcome]:
    with work_folder() as folder, running_site("postgres", folder) as site:
        cluster = postgres.cluster_of(site.url)
        with voting(site.poll) as voters:
            time.sleep(SECONDS_BEFORE)
            began = time.monotonic()
            postgres.pg_ctl(cluster, "-m", "fast", "-l", str(cluster.parent / "log"), "restart")
            is_back = voters.wait_for_acknowledgement()
            seconds = time.monotonic() - began
            time.sleep(SECONDS_AFTER)
            last_refusal = max(0.0, voters.last_refusal - began)
        stored = site.database.stored()
    compared = compare(voters.acknowledged, stored.votes)
    told = dict(voters.refusals)
    yield promise(
        NAME,
        f"{compared.acknowledged:,} votes acknowledged, {len(compared.lost)} lost, "
        f"{len(compared.unacknowledged)} committed but not acknowledged",
        not compared.lost and not compared.doubled and stored.is_whole,
        acknowledged=compared.acknowledged,
        lost=len(compared.lost),
        unacknowledged=len(compared.unacknowledged),
    )
    yield promise(
        NAME,
        f"votes again {seconds:.1f} s after the restart began, last refusal at "
        f"{last_refusal:.1f} s; answers meanwhile: {told}",
        is_back and max(seconds, last_refusal) <= SECONDS_TO_BE_BACK and told.keys() <= {"503"},
        seconds=seconds,
        last_refusal=last_refusal,
        answers=told,
    )
