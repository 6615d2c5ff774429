"""A made-up register of any size, written to a folder for the benches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from partage.calc.merkle import Frontier, inclusion_proof, leaf_hash, root_of
from partage.calc.tiles import WIDTH, Tile, pack_entries, tiles_of
from partage.register.checkpoints import Checkpoint
from partage.register.leaves import Line, canonical, commitment, opening
from partage.register.notes import COSIGNATURE, Signer, Verifier, sign
from partage.register.receipts import Receipt

KEY = Signer("partage.example.org/register/1", bytes(32))
SECRET = bytes(32)
HOUR = datetime(2026, 11, 25, 16, tzinfo=UTC)
CONTENT = canonical({"answer": "agree", "statement": 1234})


@dataclass(frozen=True)
class MadeUpLog:
    """The leaf hashes of a log, and its root."""

    leaves: list[bytes]
    root: bytes


def vote(number: int) -> Line:
    """An entry as a vote leaves it."""
    event = number.to_bytes(16, "big")
    committed = commitment(opening(SECRET, event), CONTENT)
    return Line("vote", "self-checkout", HOUR, event, committed, {})


def write_log(folder: Path, count: int) -> MadeUpLog:
    """Entries, tiles of every level, key and checkpoint."""
    leaves: list[bytes] = []
    for start in range(0, count, WIDTH):
        entries = [vote(number).leaf() for number in range(start, min(start + WIDTH, count))]
        leaves += map(leaf_hash, entries)
        _keep(folder, Tile("entries", start // WIDTH, len(entries)), pack_entries(entries))
    for tile, packed in _tiles(leaves):
        _keep(folder, tile, packed)
    tree = Frontier()
    tree.extend(leaves)
    head = Checkpoint(KEY.name, count, tree.root())
    (folder / "vkey").write_text(f"{KEY.verifier}\n")
    (folder / "checkpoint").write_text(sign(head.text, [KEY]), "utf-8")
    return MadeUpLog(leaves, head.root)


def _tiles(leaves: list[bytes]) -> Iterator[tuple[Tile, bytes]]:
    levels = [leaves]
    for tile in tiles_of(len(leaves)):
        if tile.level == "entries":
            continue
        if tile.level == len(levels):
            below = levels[-1]
            whole = range(0, len(below) - WIDTH + 1, WIDTH)
            levels.append([root_of(below[at : at + WIDTH]) for at in whole])
        start = tile.index * WIDTH
        yield tile, b"".join(levels[tile.level][start : start + tile.width])


def _keep(folder: Path, tile: Tile, packed: bytes) -> None:
    file = folder / tile.path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(packed)


def a_receipt(log: MadeUpLog, place: int, witnesses: int) -> tuple[Receipt, list[Verifier]]:
    """The receipt of one vote, under the signatures of the log and of some witnesses."""
    size = len(log.leaves)
    proof = inclusion_proof(
        place, size, lambda height, at: root_of(log.leaves[at << height : (at + 1) << height])
    )
    signers = [KEY] + [
        Signer(f"witness{n}.example.org", bytes([n]) * 32, COSIGNATURE) for n in range(witnesses)
    ]
    text = Checkpoint(KEY.name, size, log.root).text
    lines = "".join(signer.line(text, 1_800_000_000) for signer in signers)
    event = place.to_bytes(16, "big")
    own = vote(place).leaf()
    receipt = Receipt(own, place, tuple(proof), f"{text}\n{lines}", opening(SECRET, event), CONTENT)
    return receipt, [signer.verifier for signer in signers]
