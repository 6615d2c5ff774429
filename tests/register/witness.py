"""A witness written after the text of C2SP tlog-witness alone: it shares no line with the register."""

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

Answer = tuple[int, str]
Mood = Literal["well", "silent", "in the future", "signs another text", "claims more", "nonsense"]


class Refused(Exception):
    """The status and the body to answer with."""

    def __init__(self, status: int, body: str = "") -> None:
        super().__init__(status)
        self.answer = (status, body)


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_of(old: int, new: int, proof: list[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """Both roots that a consistency proof leads to, by the recursion of RFC 6962, 2.1.2."""

    def walk(first: int, size: int, is_whole: bool) -> tuple[bytes, bytes]:
        if first == size:
            found = old_root if is_whole else left.pop()
            return found, found
        half = 1
        while half * 2 < size:
            half *= 2
        sibling = left.pop()
        if first <= half:
            before, after = walk(first, half, is_whole)
            return before, node(after, sibling)
        before, after = walk(first - half, size - half, False)
        return node(sibling, before), node(sibling, after)

    left = list(proof)
    try:
        found = walk(old, new, True)
    except IndexError:
        raise Refused(422) from None
    if left:
        raise Refused(422)
    return found


@dataclass
class FakeWitness:
    """It knows one log's key, remembers the last tree it signed, and can be told to misbehave."""

    log_key: str = ""
    name: str = "witness.example"
    mood: Mood = "well"
    size: int = 0
    root: bytes = b""
    asked: list[int] = field(default_factory=list)
    address: str = ""
    _key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def vkey(self) -> str:
        public = b"\x04" + self._key.public_key().public_bytes_raw()
        return f"{self.name}+{self._id(public).hex()}+{base64.b64encode(public).decode()}"

    def _id(self, public: bytes) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + public).digest()[:4]

    def add_checkpoint(self, body: str) -> Answer:
        head, _, note = body.partition("\n\n")
        first, *lines = head.split("\n")
        word, number = first.split(" ")
        if word != "old" or len(lines) > 63:
            raise Refused(400)
        old, proof = int(number), [base64.b64decode(line, validate=True) for line in lines]
        self.asked.append(old)
        text = self._signed_text(note)
        _origin, told, root = text.split("\n")[:3]
        self._extend(old, int(told), proof, base64.b64decode(root))
        return 200, self._cosignature(text)

    def _signed_text(self, note: str) -> str:
        """403 unless the log's own key signed it, 404 when it is another log."""
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, _, key = self.log_key.split("+", 2)
        if text.split("\n")[0] != origin:
            raise Refused(404)
        public = base64.b64decode(key)[1:]
        for line in signatures.splitlines():
            _dash, name, signature = line.split(" ")
            if name == origin:
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(
                        base64.b64decode(signature)[4:], text.encode()
                    )
                except InvalidSignature:
                    continue
                return text
        raise Refused(403)

    def _extend(self, old: int, new: int, proof: list[bytes], root: bytes) -> None:
        if old > new:
            raise Refused(400)
        if old != self.size or self.mood == "claims more":
            raise Refused(409, f"{self.size}\n")
        if old == 0 and proof:
            raise Refused(422)
        if old and roots_of(old, new, proof, self.root) != (self.root, root):
            raise Refused(422)
        self.size, self.root = new, root

    def _cosignature(self, text: str) -> str:
        if self.mood == "nonsense":
            return "— nobody AAAA\n"
        signed = "another\n" if self.mood == "signs another text" else text
        now = int(time.time()) + (3600 if self.mood == "in the future" else 0)
        message = f"cosignature/v1\ntime {now}\n{signed}".encode()
        public = b"\x04" + self._key.public_key().public_bytes_raw()
        raw = self._id(public) + now.to_bytes(8, "big") + self._key.sign(message)
        return f"— {self.name} {base64.b64encode(raw).decode()}\n"


def _handler(witness: FakeWitness) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if witness.mood == "silent":
                self.close_connection = True
                return
            try:
                status, said = witness.add_checkpoint(body)
            except Refused as refused:
                status, said = refused.answer
            self.send_response(status if self.path == "/add-checkpoint" else 404)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """A test says what it has to say by failing."""

    return Handler


@contextmanager
def running_witness() -> Iterator[FakeWitness]:
    """A witness on a free port of this machine."""
    witness = FakeWitness()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(witness)) as server:
        witness.address = f"http://127.0.0.1:{server.server_port}"
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield witness
        finally:
            server.shutdown()
            serving.join()
