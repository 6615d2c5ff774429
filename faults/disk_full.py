"""A disk that fills up under load, and is given room again."""

import http.client
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from faults.compare import compare
from faults.disks import check_can_mount, disk, fill
from faults.outcome import Outcome, canary, promise
from faults.site import ANSWERS_FIRST, Site, running_site, work_folder
from faults.voters import Voters, voting

NAME = "disk full, sqlite"
MEGABYTES = 48
# Little enough that votes fill it in seconds; the write-ahead log alone grows to four.
LEFT = 2 * 1024 * 1024
SECONDS_BEFORE, SECONDS_FULL = 2.0, 4.0
SECONDS_TO_REFUSE = 60.0
# The planted fault refuses nothing: to wait for it is vain.
CANARY_SECONDS_TO_REFUSE = 1.0
# The site refuses to write below this; one megabyte lets the votes come near the end.
VARIABLES = {"PARTAGE_KEEP_FREE_MB": "1"}
A_SENTENCE = re.compile(r"<p[^>]*>\s*[^<]{20,}")
DIED = "Unexpected exit from worker"


@dataclass(frozen=True)
class Seen:
    """What the site did while the disk was full."""

    refused: bool
    says_why: bool
    is_back: bool


def disk_full() -> Iterator[Outcome]:
    check_can_mount("ext4")
    planted = _planted()
    yield planted
    if planted.state != "kept":
        return
    with _on_small_disk({}) as site:
        with voting(site.poll) as voters:
            seen = _fill_and_free(site, voters, SECONDS_TO_REFUSE)
        yield _refused(seen, voters)
        yield _nothing_lost(site, voters)
        deaths = site.log().count(DIED)
        words = (
            "votes are taken again once there is room" if seen.is_back else "it did not come back"
        )
        yield promise(NAME, f"{words}; {deaths} web processes died", seen.is_back, deaths=deaths)


def _planted() -> Outcome:
    """A site that answers before it records must lose votes, or the bench sees nothing."""
    with _on_small_disk(ANSWERS_FIRST) as site:
        with voting(site.poll) as voters:
            seen = _fill_and_free(site, voters, CANARY_SECONDS_TO_REFUSE)
        found = compare(voters.acknowledged, site.stored_at_rest().votes)
    lost = len(found.lost)
    fault = (
        f"a site that answers before it records lost {lost} of {found.acknowledged:,} votes "
        f"acknowledged and answered {'503' if seen.says_why else 'no 503'}"
    )
    return canary(NAME, 0 if seen.says_why else lost, fault)


@contextmanager
def _on_small_disk(extra: Mapping[str, str]) -> Iterator[Site]:
    with (
        work_folder() as folder,
        disk(folder / "small.img", "ext4", MEGABYTES, folder / "small") as small,
        running_site("sqlite", small, {**VARIABLES, **extra}) as site,
    ):
        yield site


def _fill_and_free(site: Site, voters: Voters, seconds_to_refuse: float) -> Seen:
    """Nearly full, so that votes fill the rest; then to the last byte; then room again."""
    ballast = site.folder.parent / "ballast"
    time.sleep(SECONDS_BEFORE)
    fill(ballast, leave=LEFT)
    refused = voters.wait_for_refusal(seconds_to_refuse)
    fill(ballast)
    time.sleep(SECONDS_FULL)
    says_why = _says_why(site, voters)
    ballast.unlink()
    return Seen(refused, says_why, voters.wait_for_acknowledgement())


def _says_why(site: Site, voters: Voters) -> bool:
    """Whether a vote is answered 503, by a page with a sentence in it."""
    pair = next(voters.poll.unused)
    head, _, body = site.poll.request(pair, 1).decode().partition("\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    asked = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        asked.request("POST", site.poll.path, body, fields)
        answer = asked.getresponse()
        page = answer.read().decode()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
    return answer.status == http.HTTPStatus.SERVICE_UNAVAILABLE and bool(A_SENTENCE.search(page))


def _refused(seen: Seen, voters: Voters) -> Outcome:
    told = dict(voters.refusals)
    # "no answer" is a web process that died: counted apart.
    wrong = {status: count for status, count in told.items() if status not in {"503", "no answer"}}
    sentence = "with a sentence" if seen.says_why else "WITHOUT a sentence"
    return promise(
        NAME,
        f"a full disk is answered 503 {sentence}; all answers but votes: {told}",
        seen.refused and seen.says_why and not wrong,
        answers=told,
    )


def _nothing_lost(site: Site, voters: Voters) -> Outcome:
    stored = site.stored_at_rest()
    compared = compare(voters.acknowledged, stored.votes)
    is_sound = site.database.is_sound()
    return promise(
        NAME,
        f"{compared.acknowledged:,} votes acknowledged, {len(compared.lost)} lost; "
        f"integrity_check {'ok' if is_sound else 'FAILED'}; {len(stored.votes):,} votes for "
        f"{stored.entries:,} entries in the register",
        not compared.lost and not compared.doubled and is_sound and stored.is_whole,
        acknowledged=compared.acknowledged,
        lost=len(compared.lost),
        doubled=len(compared.doubled),
    )
