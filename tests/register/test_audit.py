"""Auditing the files of a log: it holds, or each thing that does not is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from faults.sample_log import SampleEntry, SampleLog, sample_log, tiles_over
from partage.calc.merkle import leaf_hash
from partage.calc.tiles import pack_entries
from partage.register.audit import MOST_BROKEN, Audit, Folder, Hidden, Report, SourceError
from partage.register.checkpoints import Checkpoint
from partage.register.leaves import commitment, read_leaf
from partage.register.notes import NoteError

LOG = sample_log(600)
KEYS = [LOG.signer.verifier]


@dataclass(frozen=True)
class Kept:
    """A log's files in memory; one that is not there cannot be read."""

    files: dict[str, bytes]

    def read(self, path: str) -> bytes:
        try:
            return self.files[path]
        except KeyError:
            raise SourceError(f"{path}: no such file.") from None


def kept(changed: Mapping[str, bytes] | None = None, log: SampleLog = LOG) -> Kept:
    return Kept({**log.files, **(changed or {})})


def report_on(source: Kept | Folder, remembered: Checkpoint | None = None) -> Report:
    audit = Audit(source, KEYS, remembered=remembered)
    done = list(audit.run())
    assert done == sorted(done)
    return audit.report


def the_one(report: Report) -> str:
    assert not report.holds
    return str(report.broken[0])


def test_a_whole_log_holds_and_is_counted(tmp_path: Path) -> None:
    LOG.write(tmp_path)
    report = report_on(Folder(tmp_path))
    assert report.holds and report.as_json()["holds"]
    assert (report.origin, report.size) == (LOG.signer.name, 600)
    opened = sum(place % 7 == 6 for place in range(600)) + 1
    assert (report.matches, report.erased, report.sealed) == (opened, 2, 598 - opened)
    assert report.root == LOG.checkpoint.root.hex()


def test_an_entry_changed_is_named_with_both_hashes() -> None:
    entries = [entry.leaf for entry in LOG.entries]
    entries[300] = entries[300].replace(b"shops", b"shoes")
    report = report_on(kept({"tile/entries/001": pack_entries(entries[256:512])}))
    first, upper, root = report.broken
    assert (first.place, first.what) == (300, "its hash is not that of the tile")
    assert first.expected == LOG.leaves[300].hex()
    assert first.found == leaf_hash(entries[300]).hex()
    assert upper.what == "tile/1/000.p/2 does not hold the roots of the tiles below"
    assert root.place is None and "not the one that was signed" in root.what
    assert f"entry 300: its hash is not that of the tile (expected {first.expected}" in str(first)


def test_an_entry_and_all_tiles_changed_no_longer_have_the_signed_root() -> None:
    entries = [entry.leaf for entry in LOG.entries]
    entries[3] = entries[3].replace(b"shops", b"shoes")
    tiles = tiles_over(entries, [leaf_hash(entry) for entry in entries])
    report = report_on(kept(tiles))
    assert len(report.broken) == 1
    assert "the root over the entries is not the one that was signed" in the_one(report)


def test_a_missing_or_short_tile_is_named_and_ends_the_reading() -> None:
    for path, place in (("tile/entries/001", 256), ("tile/0/000", 0), ("tile/0/002.p/88", 512)):
        files = {name: own for name, own in LOG.files.items() if name != path}
        assert the_one(report_on(Kept(files))) == f"entry {place}: {path}: no such file"
    cut = LOG.files["tile/entries/001"][:-1]
    assert "too early" in the_one(report_on(kept({"tile/entries/001": cut})))
    fewer = pack_entries([entry.leaf for entry in LOG.entries[256:500]])
    said = the_one(report_on(kept({"tile/entries/001": fewer})))
    assert "a tile of 256 holds 244 entries and 8192 bytes of hashes" in said


def test_upper_tiles_are_checked_too() -> None:
    said = the_one(report_on(kept({"tile/1/000.p/2": bytes(64)})))
    assert said == "tile/1/000.p/2 does not hold the roots of the tiles below"
    files = {name: own for name, own in LOG.files.items() if name != "tile/1/000.p/2"}
    assert the_one(report_on(Kept(files))) == "tile/1/000.p/2: no such file"


def test_a_narrow_tile_replaced_meanwhile_is_cut_out_of_the_full_one() -> None:
    longer = sample_log(768)
    older = SampleLog(longer.entries[:600], LOG.signer)
    upper = {"tile/1/000.p/2": older.tiles["tile/1/000.p/2"]}
    files = {**longer.tiles, **upper, "checkpoint": older.note.encode()}
    assert report_on(Kept(dict(files))).holds
    assert "tile/0/002.p/88: no such file" in the_one(report_on(Kept({**files, "tile/0/002": b""})))


def test_the_second_level_of_tiles_is_checked() -> None:
    log = SampleLog((LOG.entries[0],) * 65_536, LOG.signer)
    report = report_on(kept(log=log))
    assert {broken.what for broken in report.broken} == {
        "the same event stands in the register already"
    }
    assert len(report.broken) == MOST_BROKEN
    assert "tile/2/000.p/1" in log.files and "tile/1/000" in log.files


def test_what_is_no_entry_is_named() -> None:
    entries = [*LOG.entries[:5], SampleEntry(b"nonsense", b"", b"", "")]
    report = report_on(kept(log=SampleLog(entries, LOG.signer)))
    assert [str(one) for one in report.broken] == [
        "entry 5: This is not an entry of a register: nonsense"
    ]


# What was seen before.


def test_a_log_continues_what_is_remembered_of_it() -> None:
    for size in (0, 1, 256, 300, 600):
        older = SampleLog(LOG.entries[:size], LOG.signer)
        report = report_on(kept(), remembered=older.checkpoint)
        assert report.holds and report.extends == size


def test_a_log_that_went_back_or_was_changed_is_broken() -> None:
    later = Checkpoint(LOG.signer.name, 700, bytes(32))
    assert "entries that were there are gone (expected 700, found 600)" in the_one(
        report_on(kept(), remembered=later)
    )
    changed = Checkpoint(LOG.signer.name, 300, bytes(32))
    assert "the first 300 entries are not those remembered" in the_one(
        report_on(kept(), remembered=changed)
    )
    with pytest.raises(NoteError, match="The checkpoint remembered is of else, this of sample"):
        report_on(kept(), remembered=Checkpoint("else", 3, bytes(32)))


def test_a_checkpoint_that_is_not_text_or_not_signed_stops_the_reading() -> None:
    with pytest.raises(NoteError, match="The checkpoint is not text"):
        report_on(kept({"checkpoint": b"\xff"}))
    other = sample_log(1, seed=4).signer
    with pytest.raises(NoteError, match="It is signed by"):
        report_on(kept(log=SampleLog(LOG.entries[:3], other)))


# A site that knows what its entries hide.


def hidden_of(entry: SampleEntry) -> Hidden:
    return Hidden(entry.leaf, commitment(entry.opening, entry.content))


def opened_by(changed: dict[int, Hidden]) -> tuple[Report, dict[int, str]]:
    said: dict[int, str] = {}
    log = SampleLog(LOG.entries[:40], LOG.signer)

    def opener(start: int, end: int) -> list[Hidden]:
        return [changed.get(n, hidden_of(LOG.entries[n])) for n in range(start, end)]

    audit = Audit(kept(log=log), KEYS, opener=opener, each=said.__setitem__)
    assert list(audit.run()) == [40]
    return audit.report, said


def test_what_entries_hide_is_opened_and_compared() -> None:
    gone = {place: Hidden(LOG.entries[place].leaf, None) for place in (0, 1)}
    report, said = opened_by(gone)
    assert report.holds
    assert (report.matches, report.erased, report.sealed) == (38, 2, 0)
    assert said == dict.fromkeys(range(2, 40), "matches") | dict.fromkeys(
        (0, 1), "erased under entry 5"
    )


def test_each_thing_the_site_says_otherwise_is_named() -> None:
    leaf = LOG.entries[9].leaf
    report, said = opened_by(
        {
            8: Hidden(LOG.entries[8].leaf, None),
            9: Hidden(leaf, bytes(32)),
            10: Hidden(leaf, None),
            11: Hidden(LOG.entries[11].leaf, None, is_being_erased=True),
        }
    )
    assert {n: one for n, one in said.items() if one != "matches"} == {
        8: "broken",
        9: "broken",
        10: "broken",
        11: "erased, which an entry will say within the hour",
    }
    by_place = {broken.place: broken for broken in report.broken}
    assert by_place[8].what == "what it hides is gone, and no entry says that it was erased"
    assert by_place[9].expected == read_leaf(leaf)["commitment"]
    assert by_place[9].found == bytes(32).hex()
    assert by_place[10].what == "the site's rows say something else"


def test_a_stranger_who_wants_each_answer_gets_sealed_and_erased_apart() -> None:
    said: dict[int, str] = {}
    audit = Audit(kept(), KEYS, each=said.__setitem__)
    assert len(list(audit.run())) == 3
    assert said[0] == "erased under entry 5" and said[2] == "sealed" and said[6] == "matches"
    assert len(said) == 600 and audit.report.sealed == list(said.values()).count("sealed")
