"""A case file: a zip whose last lines, its comment, sign the SHA-256 of every byte before them.

Read and checked here without a site, a database or a network.
"""

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from partage.calc.merkle import leaf_hash, verify_inclusion
from partage.oversight.chains import chained, seed_of, terms_digest
from partage.register.checkpoints import Checkpoint, open_checkpoint
from partage.register.leaves import LeafError, read_leaf
from partage.register.notes import NoteError, Signer, Verifier, open_note, sign
from partage.web.zip_files import Pieces

HEADER = b"partage-case/1\n"
KEYS, CHECKPOINT, MANIFEST = "register/vkey", "register/checkpoint", "manifest.json"
CASE, ENTRIES, CONSULTED, SAMPLES = (
    "case.json",
    "entries.jsonl",
    "consultations.jsonl",
    "samples.json",
)
END, END_BYTES = b"PK\x05\x06", 22  # of a zip: its last record, before the comment
LONGEST_NOTE = 2000
PIECE = 1 << 20
LONGEST_LINE = 1 << 20

File = tuple[str, Iterable[bytes]]
# What reading a zip and JSON of strangers may raise.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, LookupError, ValueError,
    TypeError, AttributeError, RuntimeError,
)  # fmt: skip


class CaseError(Exception):
    """The file is not a case, or not what was sealed; the message is one sentence."""


def _note(signer: Signer, digest: bytes) -> bytes:
    return sign(f"{HEADER.decode()}{signer.name}\n{digest.hex()}\n", [signer]).encode()


def sealed(files: Iterable[File], signer: Signer) -> Iterator[bytes]:
    """The bytes of the case, piece by piece: the files, their manifest, and the signature over all."""
    whole, pieces, digests = hashlib.sha256(), Pieces(), dict[str, str]()
    room = len(_note(signer, whole.digest()))  # each signature is as long as another
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = bytes(room)
        for name, contents in chain(files, [(MANIFEST, _manifest(digests))]):
            digest = hashlib.sha256()
            with archive.open(name, "w") as entry:
                for content in contents:
                    digest.update(content)
                    entry.write(content)
                    piece = pieces.take()
                    whole.update(piece)
                    yield piece
            digests[name] = digest.hexdigest()
    last = pieces.take()[:-room]
    whole.update(last)
    yield last + _note(signer, whole.digest())


def _manifest(digests: dict[str, str]) -> Iterator[bytes]:
    """Made when its turn comes: by then every other file has its digest."""
    yield (json.dumps({"sha256": digests}, indent=1, sort_keys=True) + "\n").encode()


@dataclass
class Checked:
    """What a case file proves."""

    origin: str
    signed_by: str
    mandate: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    files: int = 0
    entries: int = 0
    consultations: int = 0
    samples: int = 0
    accounts: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"holds": True, **self.__dict__}


def origin_of(path: Path) -> str:
    """The register that a case says it is of; nothing is checked yet."""
    lines = _split(path)[1].decode("utf-8", "replace").split("\n")
    return lines[1] if len(lines) > 1 else ""


def check_case(path: Path, trusted: Sequence[Verifier]) -> Checked:
    """All that a case claims; without keys to trust, by the key that is in it."""
    length, note = _split(path)
    try:
        _check_digest(path, length, note)  # first: a zip that was damaged is not even opened
        with zipfile.ZipFile(path) as archive:
            checked = _check_signature(note, list(trusted) or _keys_in(archive))
            _check_files(archive, checked)
            _check_contents(archive, checked)
    except (NoteError, LeafError) as error:
        raise CaseError(str(error)) from None
    except UNREADABLE as error:
        raise CaseError(f"A file of the case cannot be read: {error}.") from None
    return checked


def _split(path: Path) -> tuple[int, bytes]:
    """How many bytes are signed, and the note after them."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            file.seek(max(0, size - LONGEST_NOTE))
            tail = file.read()
    except OSError as error:
        raise CaseError(
            f"It cannot be read: {(error.strerror or 'unknown error').lower()}."
        ) from None
    at = tail.rfind(HEADER)
    if at < END_BYTES:
        raise CaseError("This is not a case file: its signature is missing at the end.")
    end, note = tail[at - END_BYTES : at], tail[at:]
    if not end.startswith(END) or int.from_bytes(end[-2:], "little") != len(note):
        raise CaseError("The end of the case file is damaged: bytes were added or changed.")
    return size - len(note), note


def _keys_in(archive: zipfile.ZipFile) -> list[Verifier]:
    return [Verifier.parse(line) for line in archive.read(KEYS).decode().splitlines()]


def _check_digest(path: Path, length: int, note: bytes) -> None:
    lines = note.decode().split("\n")
    if len(lines) < 3 or lines[2] != _digest_of(path, length):
        raise CaseError("The case is not what was signed: at least one byte was changed.")


def _check_signature(note: bytes, keys: Sequence[Verifier]) -> Checked:
    opened = open_note(note.decode(), keys)
    lines = opened.text.split("\n")
    # One signature alone: another line beside it could be changed without being missed.
    if len(opened.signed_by) != 1 or note.count("\n— ".encode()) != 1 or len(lines) != 4:
        raise CaseError("The signature of the case has other lines than it should.")
    if lines[1] != opened.signed_by[0].name:
        raise CaseError(f"The case says it is of {lines[1][:80]}, and another register signed it.")
    return Checked(lines[1], str(opened.signed_by[0]))


def _digest_of(path: Path, length: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0:
            piece = file.read(min(PIECE, length))
            digest.update(piece)
            length -= len(piece)
    return digest.hexdigest()


def _check_files(archive: zipfile.ZipFile, checked: Checked) -> None:
    """Each file is the one that the manifest names, and there is no other."""
    told = json.loads(archive.read(MANIFEST))["sha256"]
    names = archive.namelist()
    if sorted(names) != sorted([*told, MANIFEST]):
        raise CaseError("The manifest does not name the files that are there.")
    for name, expected in told.items():
        digest = hashlib.sha256()
        with archive.open(name) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
        if digest.hexdigest() != expected:
            raise CaseError(f"{name}: its SHA-256 is not that of the manifest.")
    checked.files = len(names)


def _check_contents(archive: zipfile.ZipFile, checked: Checked) -> None:
    keys = _keys_in(archive)
    if checked.signed_by not in map(str, keys):
        raise CaseError("The key that signed the case is not among the register's keys in it.")
    head, _note = open_checkpoint(archive.read(CHECKPOINT).decode(), keys)
    case = json.loads(archive.read(CASE))
    checked.mandate, checked.size = case["terms"], head.size
    facts = _check_entries(archive, head, checked)
    _check_terms(case, facts)
    _check_consultations(archive, case, checked)
    _check_samples(archive, case, facts, checked)
    _check_accounts(archive, case, facts, checked)


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[Any]:
    with archive.open(name) as file:
        while line := file.readline(LONGEST_LINE):
            yield json.loads(line)


def _check_entries(
    archive: zipfile.ZipFile, head: Checkpoint, checked: Checked
) -> dict[int, dict[str, Any]]:
    """Every entry leads to the root that the register signed; their facts by place."""
    found: dict[int, dict[str, Any]] = {}
    for line in _lines(archive, ENTRIES):
        entry, place = line["entry"].encode(), line["place"]
        proof = [bytes.fromhex(one) for one in line["proof"]]
        if not verify_inclusion(leaf_hash(entry), place, head.size, proof, head.root):
            raise CaseError(f"Entry {place}: its proof does not lead to the root of the register.")
        found[place] = read_leaf(entry)
    checked.entries = len(found)
    return found


def _of_kind(facts: dict[int, dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
    return (one for one in facts.values() if one["kind"] == kind)


def _check_terms(case: dict[str, Any], facts: dict[int, dict[str, Any]]) -> None:
    """The terms shown are those that the register sealed when the mandate was opened."""
    digest = terms_digest(bytes.fromhex(case["opening"]), case["terms"])
    opened = [one["public"].get("terms") for one in _of_kind(facts, "mandate-opened")]
    if digest not in opened:
        raise CaseError("The register did not seal these terms when the mandate was opened.")


def _check_consultations(archive: zipfile.ZipFile, case: dict[str, Any], checked: Checked) -> None:
    before = terms_digest(bytes.fromhex(case["opening"]), case["terms"])
    for number, line in enumerate(_lines(archive, CONSULTED), 1):
        before = chained(before, line)
        if line["number"] != number:
            raise CaseError(f"Line {number} of the pages read is missing or moved.")
        checked.consultations = number
    if before != case["consultations_digest"]:
        raise CaseError("The log of the pages read is not the one that was sealed.")


def _check_samples(
    archive: zipfile.ZipFile,
    case: dict[str, Any],
    facts: dict[int, dict[str, Any]],
    checked: Checked,
) -> None:
    for sample in json.loads(archive.read(SAMPLES)):
        head = Checkpoint(sample["origin"], sample["size"], bytes.fromhex(sample["root"]))
        if sample["seed"] != seed_of(head.text, case["terms"]["mandate"], sample["number"]):
            raise CaseError(f"Sample {sample['number']}: its seed is not the one it must have.")
        missing = [place for place in sample["places"] if place not in facts]
        if missing and sample["log"] == case["log"]:
            raise CaseError(f"Sample {sample['number']}: entry {missing[0]} is not in the case.")
        checked.samples += 1


def _check_accounts(
    archive: zipfile.ZipFile,
    case: dict[str, Any],
    facts: dict[int, dict[str, Any]],
    checked: Checked,
) -> None:
    """Each account has the digest that its entry sealed."""
    sealed_ones = {
        (one.get("coproduction"), one["public"]["number"], one["public"]["digest"])
        for one in _of_kind(facts, "account-published")
    }
    for told in case["accounts"]:
        content = json.loads(archive.read(told["file"]))
        if (told["coproduction"], told["number"], content["digest"]) not in sealed_ones:
            raise CaseError(
                f"{told['file']}: the register did not seal the digest of this account."
            )
        checked.accounts += 1
