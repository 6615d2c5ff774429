"""Power cuts: what the disk had received at a random instant of the load, opened again.

The data is on an ext4 disk made of a file, and that file is on an XFS disk. Cloning the file copies
at one instant what the ext4 disk has received; what only waited in memory is not in the copy. The
order of writes inside a real disk's own cache is not played.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import SystemRandom

from faults import postgres
from faults.compare import compare
from faults.disks import check_can_mount, clone, disk, mounted, write_out
from faults.outcome import Outcome, canary, promise
from faults.site import PLANTED, Site, running_site, work_folder
from faults.stored import Database
from faults.voters import Voters, voting

OUTER_MEGABYTES, INNER_MEGABYTES = 8192, 2048
LONGEST_WAIT = 1.5
# The planted fault loses votes in nearly every cut; if it does not in so many, something is wrong.
CANARY_CUTS = 10


@dataclass(frozen=True)
class Cut:
    """One power cut: `lost` of the votes acknowledged before it are not in the copy."""

    acknowledged: int
    lost: int
    unacknowledged: int
    is_sound: bool


@dataclass(frozen=True)
class Loaded:
    """A site under load, and the file that is its disk."""

    site: Site
    voters: Voters
    folder: Path
    image: Path
    disk: Path

    def cut(self) -> Cut:
        """Copy the disk at a random instant under load, open the copy, compare."""
        self.voters.wait_for_more()
        time.sleep(SystemRandom().uniform(0, LONGEST_WAIT))
        self.voters.wait_for_more()
        copy = self.image.with_name("after.img")
        acknowledged = self.voters.so_far()
        clone(self.image, copy)
        try:
            with mounted(copy, self.folder / "after") as after, self._opened(after) as database:
                is_sound = database.is_sound()
                compared = compare(acknowledged, database.stored().votes)
        finally:
            copy.unlink()
        lost, unacknowledged = len(compared.lost), len(compared.unacknowledged)
        return Cut(len(acknowledged), lost, unacknowledged, is_sound)

    @contextmanager
    def _opened(self, after: Path) -> Iterator[Database]:
        if not self.site.url:
            yield Database(after / self.site.folder.relative_to(self.disk) / "partage.sqlite3")
            return
        cluster = postgres.cluster_of(self.site.url).relative_to(self.disk)
        with postgres.opened_again(after / cluster, self.site.url) as url:
            yield Database(url)


@contextmanager
def _loaded(database: str, extra: dict[str, str]) -> Iterator[Loaded]:
    with ExitStack() as stack:
        folder = stack.enter_context(work_folder())
        outer = stack.enter_context(
            disk(folder / "outer.img", "xfs", OUTER_MEGABYTES, folder / "outer")
        )
        image = outer / "inner.img"
        inner = stack.enter_context(disk(image, "ext4", INNER_MEGABYTES, folder / "inner"))
        site = stack.enter_context(running_site(database, inner, extra))
        if site.url:
            postgres.write_out(site.url)
        write_out(inner)
        voters = stack.enter_context(voting(site.poll))
        yield Loaded(site, voters, folder, image, inner)


def power(database: str, cuts: int) -> Iterator[Outcome]:
    check_can_mount("xfs", "ext4")
    planted = _planted(database)
    yield planted
    if planted.state != "kept":
        return
    with _loaded(database, {}) as loaded:
        done = [loaded.cut() for _ in range(cuts)]
    yield _judged(database, done)


def _planted(database: str) -> Outcome:
    """A site that does not wait for its disk must lose votes, or the bench sees nothing."""
    fault = "synchronous=NORMAL" if database == "sqlite" else "synchronous_commit=off"
    tried: list[Cut] = []
    with _loaded(database, PLANTED) as loaded:
        while len(tried) < CANARY_CUTS and not any(cut.lost for cut in tried):
            tried.append(loaded.cut())
    lost = sum(cut.lost for cut in tried)
    name = f"power, {database}"
    return canary(name, lost, f"with {fault}, {lost} lost by cut {len(tried)}")


def _judged(database: str, done: list[Cut]) -> Outcome:
    losing = sum(cut.lost > 0 for cut in done)
    unsound = sum(not cut.is_sound for cut in done)
    lost = sum(cut.lost for cut in done)
    return promise(
        f"power, {database}",
        f"{len(done)} cuts, {done[-1].acknowledged:,} votes acknowledged, {lost} lost in {losing} "
        f"cuts; {unsound} damaged databases",
        lost == 0 and unsound == 0,
        cuts=len(done),
        acknowledged=done[-1].acknowledged,
        lost=lost,
        most_lost_in_a_cut=max(cut.lost for cut in done),
        unacknowledged=sum(cut.unacknowledged for cut in done),
        damaged=unsound,
    )
