"""Receipts (C2SP tlog-proof): an entry, what it hides, and the proof that the register holds it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from partage.calc.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from partage.register.checkpoints import Checkpoint, number, open_checkpoint, unchecked
from partage.register.leaves import LeafError, commitment, is_open, read_leaf
from partage.register.notes import Note, NoteError, Verifier, decoded, encoded

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST = 16_384
MOST_HASHES = 64


@dataclass(frozen=True)
class Receipt:
    """One act: its public entry, its place, the way to the root, and the signed checkpoint.

    `opening` and `content` show what the entry hides: whoever holds them can prove it.
    """

    entry: bytes
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    opening: bytes = b""
    content: str = ""

    def __str__(self) -> str:
        hidden = ["", encoded(self.opening), self.content] if self.opening else []
        extra = (self.entry.decode() + "\n".join(hidden)).encode()
        hashes = "".join(f"{encoded(one)}\n" for one in self.proof)
        head = f"{HEADER}\nextra {encoded(extra)}\nindex {self.index}\n"
        return f"{head}{hashes}\n{self.checkpoint}"


@dataclass(frozen=True)
class Checked:
    """What a receipt proves."""

    facts: dict[str, Any]
    content: dict[str, Any]  # what the entry hides, empty when the receipt does not show it
    index: int
    checkpoint: Checkpoint
    note: Note


def origin_of(receipt: str) -> str:
    """The register that a receipt says it is of; nothing is checked yet."""
    return unchecked(_split(receipt)[1]).origin


def _split(receipt: str) -> tuple[list[str], str]:
    if len(receipt) > LONGEST:
        raise NoteError(f"A receipt of {len(receipt)} signs is too long: {LONGEST} fit.")
    head, blank, checkpoint = receipt.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != HEADER:
        raise NoteError(f"A receipt begins with {HEADER}, this with {lines[0][:60]!r}.")
    if not blank or len(lines) < 3:
        raise NoteError("The receipt is cut short: its checkpoint is missing.")
    return lines[1:], checkpoint


def parse_receipt(receipt: str) -> Receipt:
    """Read a receipt without checking it; NoteError says what is wrong with its form."""
    (extra, place, *hashes), checkpoint = _split(receipt)
    if not extra.startswith("extra ") or not place.startswith("index "):
        raise NoteError("A receipt has a line `extra …` and a line `index …`: one is missing.")
    if len(hashes) > MOST_HASHES:
        raise NoteError(f"A proof has at most {MOST_HASHES} lines, this one {len(hashes)}.")
    proof = tuple(decoded(line, "A line of the proof") for line in hashes)
    if any(len(one) != HASH_BYTES for one in proof):
        raise NoteError(f"Each line of the proof stands for {HASH_BYTES} bytes: one does not.")
    index = number(place.removeprefix("index "), "The index")
    entry, *hidden = decoded(extra.removeprefix("extra "), "The extra part").split(b"\n", 2)
    if not hidden:
        return Receipt(entry, index, proof, checkpoint)
    try:
        opened, content = hidden[0].decode(), hidden[1].decode()
    except (IndexError, UnicodeDecodeError):
        raise NoteError("What the receipt shows of its entry cannot be read.") from None
    opening = decoded(opened, "The opening")
    # Of another length, signs could move between it and the content under the same commitment.
    if len(opening) != HASH_BYTES:
        raise NoteError(f"The opening has {len(opening)} bytes instead of {HASH_BYTES}.")
    return Receipt(entry, index, proof, checkpoint, opening, content)


def check_receipt(receipt: str, verifiers: Sequence[Verifier]) -> Checked:
    """All that a receipt claims, checked without the site; NoteError says what does not hold."""
    read = parse_receipt(receipt)
    checkpoint, note = open_checkpoint(read.checkpoint, verifiers)
    place = (read.index, checkpoint.size, read.proof, checkpoint.root)
    if not verify_inclusion(leaf_hash(read.entry), *place):
        raise NoteError(
            f"The register does not hold this entry at place {read.index}: "
            "the proof does not lead to its root."
        )
    try:
        facts = read_leaf(read.entry)
    except LeafError as error:
        raise NoteError(str(error)) from None
    if read.opening and commitment(read.opening, read.content).hex() != facts["commitment"]:
        raise NoteError("What the receipt says was hidden is not what the entry commits to.")
    shown = {} if is_open(facts) or not read.opening else _content(read.content)
    return Checked(facts, shown, read.index, checkpoint, note)


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise NoteError("What the receipt says was hidden is not what a register hides.")
    return content
