"""Checking a register from its public files alone: every entry, every tile, every signature."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from partage.calc.merkle import BLOCK_HEIGHT, HASH_BYTES, Frontier, leaf_hash, root_of
from partage.calc.tiles import WIDTH, Tile, cut, entries_in, hashes_in, tiles_of
from partage.register.checkpoints import Checkpoint, open_checkpoint
from partage.register.leaves import LeafError, erased_events, is_open, read_leaf
from partage.register.notes import NoteError, Verifier

LONGEST_FILE = WIDTH * (2 + 0xFFFF)
PATIENCE = 20.0
FIRST_LOG = "1"


class SourceError(Exception):
    """The register's files cannot be read; the message is one sentence."""


class Source(Protocol):
    """Where the files of a log are."""

    def read(self, path: str) -> bytes: ...


@dataclass(frozen=True)
class Folder:
    """The files of a log on this machine."""

    path: Path

    def read(self, path: str) -> bytes:
        try:
            return (self.path / path).read_bytes()
        except OSError as error:
            why = (error.strerror or "it cannot be read").lower()
            raise SourceError(f"{self.path / path}: {why}.") from None


@dataclass(frozen=True)
class Address:
    """The files of a log as a site serves them."""

    url: str

    def read(self, path: str) -> bytes:
        address = f"{self.url.rstrip('/')}/{path}"
        if not address.startswith(("https://", "http://")):
            raise SourceError(f"An address begins with https:// or http://, got {self.url[:80]!r}.")
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - checked above
                content: bytes = answer.read(LONGEST_FILE + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise SourceError(f"{address}: {error.reason}.") from None
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            raise SourceError(f"{address}: {getattr(error, 'reason', error)}.") from None
        if len(content) > LONGEST_FILE:
            raise SourceError(f"{address}: longer than any file of a register.")
        return content


@dataclass(frozen=True)
class Hidden:
    """What a site knows of an entry beyond its public bytes."""

    entry: bytes  # made again from the rows
    commitment: bytes | None  # made again from what is kept; None when nothing is
    is_being_erased: bool = False  # the register will say so within the hour


# For a range of places, what the site's rows say of each.
Opener = Callable[[int, int], Sequence[Hidden]]


@dataclass(frozen=True)
class Broken:
    """One thing that does not hold."""

    place: int | None
    what: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        where = f"entry {self.place}: " if self.place is not None else ""
        seen = f" (expected {self.expected}, found {self.found})" if self.expected else ""
        return f"{where}{self.what}{seen}"


@dataclass
class Report:
    """What an audit found. `broken` empty means that everything holds."""

    origin: str = ""
    size: int = 0
    root: str = ""
    matches: int = 0  # opened, and what was opened is what was committed to
    sealed: int = 0  # in the tree; what they hide is not shown here
    erased: int = 0
    broken: list[Broken] = field(default_factory=list)
    extends: int | None = None  # size of the remembered checkpoint that this one continues

    @property
    def holds(self) -> bool:
        return not self.broken

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}


MOST_BROKEN = 100


class Audit:
    """One reading of a log from its first entry to its checkpoint."""

    def __init__(
        self,
        source: Source,
        verifiers: Sequence[Verifier],
        *,
        remembered: Checkpoint | None = None,
        opener: Opener | None = None,
        each: Callable[[int, str], None] | None = None,
    ) -> None:
        self._source, self._verifiers = source, verifiers
        self._remembered, self._opener, self._each = remembered, opener, each
        self._tree = Frontier()
        self._uppers: list[list[bytes]] = [[]]
        # Of a stranger's register nearly every entry is closed: they are counted, not kept.
        self._keeps_closed = opener is not None or each is not None
        self._closed = 0
        self._seen: set[int] = set()
        self._unopened: dict[str, int] = {}
        self._told: dict[str, int] = {}  # event to the place of the entry that says it is erased
        self.report = Report()

    def checkpoint(self) -> Checkpoint:
        """The signed head; SourceError or NoteError when there is none that holds."""
        try:
            text = self._source.read("checkpoint").decode()
        except UnicodeDecodeError:
            raise NoteError("The checkpoint is not text.") from None
        found, _note = open_checkpoint(text, self._verifiers)
        self.report.origin, self.report.size = found.origin, found.size
        self.report.root = found.root.hex()
        self._text = text
        return found

    @property
    def text(self) -> str:
        """The checkpoint as it was read, to remember it by."""
        return self._text

    def run(self) -> Iterator[int]:
        """Check everything; yields how many entries are done, now and then."""
        head = self.checkpoint()
        self._compare_sizes(head)
        for tile in tiles_of(head.size):
            if tile.level == "entries":
                try:
                    self._entries(tile)
                except (SourceError, ValueError) as error:
                    self._break(tile.index * WIDTH, str(error).rstrip("."))
                    return
                yield self._tree.size
        self._upper_tiles(head.size)
        if self._tree.root() != head.root:
            self._break(None, "the root over the entries is not the one that was signed",
                        head.root.hex(), self._tree.root().hex())  # fmt: skip
        self._settle()

    def _compare_sizes(self, head: Checkpoint) -> None:
        known = self._remembered
        if known is None:
            return
        if known.origin != head.origin:
            raise NoteError(
                f"The checkpoint remembered is of {known.origin}, this of {head.origin}."
            )
        if known.size > head.size:
            self._break(None, "entries that were there are gone", str(known.size), str(head.size))
        if known.size == 0:
            self.report.extends = 0

    def _entries(self, tile: Tile) -> None:
        start = tile.index * WIDTH
        entries = entries_in(self._read(tile))
        hashes = self._read(Tile(0, tile.index, tile.width))
        leaves = [leaf_hash(entry) for entry in entries]
        if len(entries) != tile.width or len(hashes) != tile.width * HASH_BYTES:
            self._break(start, f"a tile of {tile.width} holds {len(entries)} entries and {len(hashes)} bytes of hashes")  # fmt: skip
        elif b"".join(leaves) != hashes:
            self._first_difference(start, leaves, hashes)
        hidden = self._opener(start, start + len(entries)) if self._opener else None
        for place, entry in enumerate(entries, start):
            self._entry(place, entry, hidden[place - start] if hidden else None)
        self._grow(leaves)

    def _read(self, tile: Tile) -> bytes:
        """A tile; a narrow one that has gone meanwhile, out of the full one that took its place."""
        try:
            return self._source.read(tile.path)
        except SourceError:
            if tile.width == WIDTH:
                raise
            try:
                whole = self._source.read(Tile(tile.level, tile.index).path)
            except SourceError:
                whole = b""
            if not whole:
                raise
            return cut(tile, whole)

    def _first_difference(self, start: int, leaves: list[bytes], hashes: bytes) -> None:
        there = hashes_in(hashes)
        n = next(n for n, found in enumerate(leaves) if found != there[n])
        what = "its hash is not that of the tile"
        self._break(start + n, what, there[n].hex(), leaves[n].hex())

    def _grow(self, leaves: list[bytes]) -> None:
        """Add leaves, stopping where the remembered checkpoint stood to compare its root."""
        root = root_of(leaves) if len(leaves) == WIDTH else None
        if root is not None:
            self._uppers[0].append(root)
        known = self._remembered
        if known and self._tree.size < known.size <= self._tree.size + len(leaves):
            cut = known.size - self._tree.size
            self._tree.extend(leaves[:cut])
            self._compare_roots(known)
            self._tree.extend(leaves[cut:])
        elif root is not None and self._tree.size % WIDTH == 0:
            self._tree.append(root, BLOCK_HEIGHT)
        else:
            self._tree.extend(leaves)

    def _compare_roots(self, known: Checkpoint) -> None:
        if self._tree.root() == known.root:
            self.report.extends = known.size
        else:
            self._break(None, f"the first {known.size} entries are not those remembered",
                        known.root.hex(), self._tree.root().hex())  # fmt: skip

    def _entry(self, place: int, entry: bytes, hidden: Hidden | None) -> None:
        try:
            facts = read_leaf(entry)
            told = erased_events(facts)
        except LeafError as error:
            self._break(place, str(error).rstrip("."))
            return
        event = hash(facts["event"])
        if event in self._seen:
            self._break(place, "the same event stands in the register already")
            return
        self._seen.add(event)
        for erased in told:
            self._told[erased] = place
        if hidden is not None and hidden.entry != entry:
            self._break(
                place, "the site's rows say something else", entry.hex(), hidden.entry.hex()
            )
        elif is_open(facts):
            self._answer(place, "matches")
        elif hidden is not None and hidden.is_being_erased:
            self._answer(place, "erased, which an entry will say within the hour")
        elif hidden is None or hidden.commitment is None:
            self._closed += 1
            if self._keeps_closed:
                self._unopened[facts["event"]] = place
        elif hidden.commitment.hex() == facts["commitment"]:
            self._answer(place, "matches")
        else:
            self._break(place, "what is kept is not what was committed to",
                        facts["commitment"], hidden.commitment.hex())  # fmt: skip

    def _upper_tiles(self, size: int) -> None:
        """Each tile above the leaves holds the roots of those below."""
        roots = {0: self._uppers[0]}
        for tile in tiles_of(size):
            if tile.level == "entries" or tile.level == 0:
                continue
            below = roots[tile.level - 1][tile.index * WIDTH :][: tile.width]
            try:
                found = self._read(tile)
            except SourceError as error:
                self._break(None, str(error).rstrip("."))
                return
            if b"".join(below) != found:
                self._break(None, f"{tile.path} does not hold the roots of the tiles below")
            if tile.width == WIDTH:
                roots.setdefault(tile.level, []).append(root_of(below))

    def _settle(self) -> None:
        """Entries that nothing opened: erased where a later entry says so, else sealed.

        A site that should hold what it hides, and neither opens it nor says it is erased, is broken.
        """
        if not self._keeps_closed:
            self.report.erased = min(self._closed, len(self._told))
            self.report.sealed = self._closed - self.report.erased
        for event, place in self._unopened.items():
            if event in self._told:
                self._answer(place, f"erased under entry {self._told[event]}")
            elif self._opener is None:
                self._answer(place, "sealed")
            else:
                self._break(place, "what it hides is gone, and no entry says that it was erased")

    def _answer(self, place: int, said: str) -> None:
        kind = said.split(" ")[0].rstrip(",")
        setattr(self.report, kind, getattr(self.report, kind) + 1)
        if self._each:
            self._each(place, said)

    def _break(self, place: int | None, what: str, expected: str = "", found: str = "") -> None:
        if len(self.report.broken) < MOST_BROKEN:
            self.report.broken.append(Broken(place, what, expected, found))
        if self._each and place is not None:
            self._each(place, "broken")
