"""The register's tiles: made from its rows, kept as files, read back for proofs."""

import os
import threading
from pathlib import Path

from django.conf import settings

from partage.calc.merkle import HASH_BYTES, leaf_hash, root_of
from partage.calc.tiles import (
    WIDTH,
    Tile,
    cut,
    entries_in,
    hashes_in,
    pack_entries,
    tile_of_subtree,
    width_at,
)
from partage.register.leaves import Line
from partage.register.models import Entry

COLUMNS = Line._fields


class TileMissing(Exception):
    """The rows that a tile is made of are not in this database."""


def folder_of(number: int) -> Path:
    return Path(settings.REGISTER_DIR) / str(number)


def leaves(number: int, start: int, end: int) -> list[bytes]:
    """The entries of a log from place `start` on, up to `end` (left out)."""
    places = Entry.objects.filter(log=number, position__gte=start, position__lt=end)
    found = [Line(*row).leaf() for row in places.order_by("position").values_list(*COLUMNS)]
    if len(found) != end - start:
        raise TileMissing(f"log {number}: {len(found)} of {end - start} entries from {start} on")
    return found


def keep(number: int, path: str, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    file = folder_of(number) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with waiting.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        waiting.replace(file)
    finally:
        waiting.unlink(missing_ok=True)


def read(number: int, tile: Tile) -> bytes | None:
    """The tile as a file holds it, a narrow one also out of the full one that followed."""
    try:
        return (folder_of(number) / tile.path).read_bytes()
    except FileNotFoundError:
        return None if tile.width == WIDTH else _cut(number, tile)


def _cut(number: int, tile: Tile) -> bytes | None:
    whole = read(number, Tile(tile.level, tile.index))
    return None if whole is None else cut(tile, whole)


def tile_bytes(number: int, tile: Tile, *, keeping: bool = False) -> bytes:
    """What a tile holds, made from the rows when no file holds it; kept when full or asked for."""
    found = read(number, tile)
    if found is None:
        found = _made(number, tile)
        if keeping or tile.width == WIDTH:
            keep(number, tile.path, found)
    return found


def _made(number: int, tile: Tile) -> bytes:
    if tile.level == "entries":
        start = tile.index * WIDTH
        return pack_entries(leaves(number, start, start + tile.width))
    if tile.level == 0:
        below = tile_bytes(number, Tile("entries", tile.index, tile.width))
        return b"".join(map(leaf_hash, entries_in(below)))
    narrower = read(number, Tile(tile.level, tile.index, tile.width - 1)) if tile.width > 1 else b""
    made = narrower or b""
    for place in range(len(made) // HASH_BYTES, tile.width):
        below = tile_bytes(number, Tile(tile.level - 1, tile.index * WIDTH + place))
        made += root_of(hashes_in(below))
    return made


class Tree:
    """One log at one size, read through its tiles."""

    def __init__(self, number: int, size: int) -> None:
        self._number, self._size = number, size
        self._read: dict[tuple[int, int], list[bytes]] = {}

    def subtree(self, height: int, index: int) -> bytes:
        """The hash of a perfect subtree, for proofs."""
        level, at, first, end = tile_of_subtree(height, index)
        if (level, at) not in self._read:
            width = width_at(level, at, self._size)
            packed = tile_bytes(self._number, Tile(level, at, width))
            self._read[level, at] = hashes_in(packed)
        return root_of(self._read[level, at][first:end])
