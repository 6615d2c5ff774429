"""Signed notes (C2SP signed-note): text, and under it who signed it with which key."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 0x01, 0x04
KEY_BYTES, KEY_ID_BYTES = 32, 4
MOST_BYTES, MOST_SIGNATURES = 20_000, 64
PRIVATE = "PRIVATE+KEY+"


class NoteError(Exception):
    """A note, a key or a signature is not what it should be; the message is one sentence."""


def decoded(text: str, what: str) -> bytes:
    """Base64 in its one right spelling: another spelling of the same bytes is an alteration."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if not raw or base64.b64encode(raw).decode() != text:
        raise NoteError(f"{what} is not base64: {text[:60]!r}.")
    return raw


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def is_key_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() or c < " " for c in name)


@dataclass(frozen=True)
class Verifier:
    """Who may sign: a name, and a public key of a kind (the log's own, or a witness's)."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """From the line `name+id+key` that a log or a witness publishes."""
        name, _, rest = vkey.strip().partition("+")
        told, _, key = rest.partition("+")
        raw = decoded(key, "The key") if is_key_name(name) and key else b""
        if len(raw) != 1 + KEY_BYTES or raw[0] not in {ED25519, COSIGNATURE}:
            raise NoteError(f"This is not a key (name+id+key): {vkey[:80]!r}.")
        found = cls(name, raw[0], raw[1:])
        if told != found.id.hex():
            raise NoteError(f"The key of {name} says it is {told[:8]!r} but is {found.id.hex()}.")
        return found

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    def check(self, text: str, signature: bytes) -> None:
        """NoteError unless this key made this signature of this text."""
        message = text.encode()
        if self.kind == COSIGNATURE:
            moment, signature = signature[:8], signature[8:]
            message = _cosigned(text, int.from_bytes(moment, "big"))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise NoteError(f"The signature of {self.name} does not fit the text.") from None


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


@dataclass(frozen=True)
class Signer:
    """A private key under a name. Only the process that signs holds one."""

    name: str
    seed: bytes
    kind: int = ED25519

    @classmethod
    def parse(cls, line: str) -> "Signer":
        """From the line `PRIVATE+KEY+name+id+key` of a key file."""
        name, _, rest = line.strip().removeprefix(PRIVATE).partition("+")
        told, _, key = rest.partition("+")
        raw = decoded(key, "The private key") if line.startswith(PRIVATE) else b""
        if len(raw) != 1 + KEY_BYTES or raw[0] not in {ED25519, COSIGNATURE}:
            raise NoteError("This is not a private key (PRIVATE+KEY+name+id+key).")
        found = cls(name, raw[1:], raw[0])
        if told != found.verifier.id.hex():
            raise NoteError(f"The private key of {name} does not have the number {told[:8]!r}.")
        return found

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.kind, self._key.public_key().public_bytes_raw())

    def __str__(self) -> str:
        number, key = self.verifier.id.hex(), encoded(bytes([self.kind]) + self.seed)
        return f"{PRIVATE}{self.name}+{number}+{key}"

    def line(self, text: str, moment: int = 0) -> str:
        """The signature line under a text; a witness also says when it saw it."""
        if self.kind == COSIGNATURE:
            signature = moment.to_bytes(8, "big") + self._key.sign(_cosigned(text, moment))
        else:
            signature = self._key.sign(text.encode())
        return f"— {self.name} {encoded(self.verifier.id + signature)}\n"


def sign(text: str, signers: Sequence[Signer]) -> str:
    """The note: its text (which ends in a newline), a blank line, a line for each signer."""
    return text + "\n" + "".join(signer.line(text) for signer in signers)


@dataclass(frozen=True)
class Note:
    """A note whose signatures by known keys all hold."""

    text: str
    signed_by: tuple[Verifier, ...]
    seen_at: tuple[int, ...]  # when witnesses say they saw it, in seconds since 1970


def open_note(note: str, verifiers: Sequence[Verifier]) -> Note:
    """Check a note against the keys one trusts; signatures by others are left aside.

    NoteError when the note is malformed, when no known key signed it, or when the signature of a
    known key does not hold.
    """
    text, lines = _parts(note)
    known = {(v.name, v.id): v for v in verifiers}
    signed: dict[Verifier, int] = {}
    for line in lines:
        name, raw = _signature(line)
        verifier = known.get((name, raw[:KEY_ID_BYTES]))
        if verifier is None:
            continue
        if verifier in signed:
            raise NoteError(f"{name} signed twice with the same key.")
        verifier.check(text, raw[KEY_ID_BYTES:])
        is_witness = verifier.kind == COSIGNATURE
        signed[verifier] = int.from_bytes(raw[4:12], "big") if is_witness else 0
    if not signed:
        trusted = ", ".join(f"{v.name}+{v.id.hex()}" for v in verifiers) or "none"
        signers = ", ".join(_signature(line)[0] for line in lines)
        raise NoteError(f"It is signed by {signers}; the keys trusted here are: {trusted}.")
    return Note(text, tuple(signed), tuple(filter(None, signed.values())))


def _parts(note: str) -> tuple[str, list[str]]:
    if len(note.encode(errors="replace")) > MOST_BYTES:
        raise NoteError(f"A note of {len(note)} signs is too long: {MOST_BYTES} fit.")
    if any(c < " " and c != "\n" for c in note):
        raise NoteError("A note may not hold control characters.")
    text, blank, signatures = note.rpartition("\n\n")
    lines = signatures.split("\n")
    if not blank or lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise NoteError("A note is text, a blank line, and lines of signatures: some are missing.")
    return text + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, signature = rest.partition(" ")
    if dash != "—" or not is_key_name(name):
        raise NoteError(f"This is not a line of signature: {line[:60]!r}.")
    raw = decoded(signature, f"The signature of {name}")
    if len(raw) <= KEY_ID_BYTES:
        raise NoteError(f"The signature of {name} is too short: {len(raw)} bytes.")
    return name, raw
