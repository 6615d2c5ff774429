"""Checkpoints (C2SP tlog-checkpoint): which log, how many entries, and the root over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from partage.calc.merkle import HASH_BYTES
from partage.register.notes import Note, NoteError, Verifier, decoded, encoded, open_note


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"


def number(text: str, what: str) -> int:
    """A decimal number in its one right spelling."""
    if not (text.isdecimal() and text.isascii() and str(int(text[:20])) == text):
        raise NoteError(f"{what} must be a whole number, got {text[:40]!r}.")
    return int(text)


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint; NoteError says what is wrong with it."""
    lines = text.split("\n")
    if len(lines) < 4 or not all(lines[:3]) or lines[-1] or "" in lines[:-1]:
        raise NoteError("A checkpoint has three lines: the log, its size and its root.")
    root = decoded(lines[2], "The root")
    if len(root) != HASH_BYTES:
        raise NoteError(f"The root has {len(root)} bytes instead of {HASH_BYTES}.")
    return Checkpoint(lines[0], number(lines[1], "The size"), root)


def unchecked(note: str) -> Checkpoint:
    """What a note says of a log, before any signature is looked at."""
    return parse(note.rpartition("\n\n")[0] + "\n")


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> tuple[Checkpoint, Note]:
    """A checkpoint that the log itself signed under one of the trusted keys."""
    origins = sorted({v.name for v in verifiers if v.kind == 1})
    opened = open_note(note, verifiers)
    found = parse(opened.text)
    if found.origin not in {v.name for v in opened.signed_by if v.kind == 1}:
        raise NoteError(
            f"This checkpoint is of the register {found.origin[:80]}; the keys trusted here are of "
            f"{', '.join(origins) or 'none'}."
        )
    return found, opened
