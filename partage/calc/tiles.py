"""The register cut into tiles: which there are, how they are named, what they hold (tlog-tiles)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from partage.calc.merkle import HASH_BYTES

WIDTH = 256
LONGEST_ENTRY = 0xFFFF
MOST_LEVELS = 8
Level = int | Literal["entries"]


@dataclass(frozen=True)
class Tile:
    """Up to 256 neighbouring hashes of one level of the tree, or the entries under them.

    `level` counts in steps of 256 leaves; `width` is 256 when the tile is full.
    """

    level: Level
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its address under the log's own.

        Examples
        --------
        >>> Tile(0, 1234067).path, Tile("entries", 5, 7).path
        ('tile/0/x001/x234/067', 'tile/entries/005.p/7')
        """
        return f"tile/{self.level}/{_number(self.index)}{self._part}"

    @property
    def _part(self) -> str:
        return "" if self.width == WIDTH else f".p/{self.width}"

    @property
    def folder_of_parts(self) -> str:
        """Where the narrower tiles that came before it stand.

        Examples
        --------
        >>> Tile(1, 2).folder_of_parts
        'tile/1/002.p'
        """
        return f"tile/{self.level}/{_number(self.index)}.p"


def _number(index: int) -> str:
    groups = [index % 1000]
    while index := index // 1000:
        groups.append(index % 1000)
    last, *before = groups
    return "".join(f"x{group:03}/" for group in reversed(before)) + f"{last:03}"


def tile_at(path: str) -> Tile:
    """The tile of an address such as `tile/0/x001/067.p/12`.

    Raises
    ------
    ValueError
        If the path is not exactly how a tile is named.

    Examples
    --------
    >>> tile_at("tile/0/x001/x234/067.p/12")
    Tile(level=0, index=1234067, width=12)
    >>> tile_at("tile/0/1")
    Traceback (most recent call last):
    ValueError: 'tile/0/1' is not the address of a tile
    """
    words, _, part = path.partition(".p/")
    _root, _, rest = words.partition("/")
    level, _, number = rest.partition("/")
    digits = number.replace("x", "").replace("/", "")
    if digits.isdecimal() and digits.isascii() and len(digits) < 20:
        width = int(part) if part.isdecimal() and part.isascii() and len(part) < 4 else WIDTH
        step: Level = int(level) if level in {str(n) for n in range(MOST_LEVELS)} else "entries"
        tile = Tile(step, int(digits), width)
        if tile.path == path and 0 < width <= WIDTH:
            return tile
    raise ValueError(f"{path[:80]!r} is not the address of a tile")


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """The tiles that a tree of `size` leaves has and that one of `since` leaves had not.

    Each level holds its full tiles, then one partial tile where leaves are left over.

    Examples
    --------
    >>> [tile.path for tile in tiles_of(258, since=256)]
    ['tile/entries/001.p/2', 'tile/0/001.p/2']
    >>> sum(tile.level == 0 for tile in tiles_of(70_000))
    274
    """
    yield from _level("entries", size, since)
    level = 0
    while size:
        yield from _level(level, size, since)
        level, size, since = level + 1, size // WIDTH, since // WIDTH


def _level(level: Level, hashes: int, since: int) -> Iterator[Tile]:
    if hashes == since:
        return
    for index in range(since // WIDTH, hashes // WIDTH):
        yield Tile(level, index)
    if hashes % WIDTH:
        yield Tile(level, hashes // WIDTH, hashes % WIDTH)


def width_at(level: int, index: int, size: int) -> int:
    """How many hashes the tile holds when the tree has `size` leaves: 0 to 256.

    Examples
    --------
    >>> width_at(0, 1, 300), width_at(1, 0, 300), width_at(0, 2, 300)
    (44, 1, 0)
    """
    return max(0, min(WIDTH, (size >> (8 * level)) - index * WIDTH))


def tile_of_subtree(height: int, index: int) -> tuple[int, int, int, int]:
    """Where the hash of a perfect subtree comes from: level and index of a tile, first, last + 1.

    Examples
    --------
    >>> tile_of_subtree(9, 3)
    (1, 0, 6, 8)
    """
    level, rest = divmod(height, 8)
    first = index << rest
    at = first % WIDTH
    return level, first // WIDTH, at, at + (1 << rest)


def hashes_in(packed: bytes) -> list[bytes]:
    """The hashes of a tile; ValueError when its length is not one of whole hashes.

    Examples
    --------
    >>> [len(one) for one in hashes_in(bytes(64))]
    [32, 32]
    """
    if len(packed) % HASH_BYTES:
        raise ValueError(f"{len(packed)} bytes are not a whole number of hashes")
    return [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each after its length in two bytes.

    Raises
    ------
    ValueError
        If an entry is longer than 65,535 bytes.

    Examples
    --------
    >>> pack_entries([b"ab", b""])
    b'\\x00\\x02ab\\x00\\x00'
    """
    longest = max(map(len, entries), default=0)
    if longest > LONGEST_ENTRY:
        raise ValueError(f"an entry of {longest} bytes is too long: {LONGEST_ENTRY} fit")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def cut(tile: Tile, whole: bytes) -> bytes:
    """What a narrow tile held, out of the full one that took its place.

    Examples
    --------
    >>> cut(Tile("entries", 0, 1), pack_entries([b"a", b"b"])), len(cut(Tile(0, 0, 2), bytes(8192)))
    (b'\\x00\\x01a', 64)
    """
    if tile.level == "entries":
        return pack_entries(entries_in(whole)[: tile.width])
    return whole[: tile.width * HASH_BYTES]


def entries_in(packed: bytes) -> list[bytes]:
    """The inverse of `pack_entries`; ValueError when the bytes end within an entry.

    Examples
    --------
    >>> entries_in(b"\\x00\\x02ab\\x00\\x00")
    [b'ab', b'']
    """
    entries, at, end = [], 0, len(packed)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(packed[at:start], "big")
        entries.append(packed[start:at])
    if at != end:
        raise ValueError(f"the entries end {at - end} bytes too early")
    return entries
