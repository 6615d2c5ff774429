"""Tiles: one spelling of an address, each leaf in one tile, entries that come back as they were."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partage.calc.merkle import leaf_hash, root_of
from partage.calc.tiles import (
    MOST_LEVELS,
    WIDTH,
    Tile,
    cut,
    entries_in,
    hashes_in,
    pack_entries,
    tile_at,
    tile_of_subtree,
    tiles_of,
    width_at,
)

TILES = st.builds(
    Tile,
    st.integers(0, MOST_LEVELS - 1) | st.just("entries"),
    st.integers(0, 5) | st.integers(0, 10**18 - 1),
    st.integers(1, WIDTH),
)
SIZES = st.integers(0, 3000) | st.integers(0, 140_000)
ENTRIES = st.lists(st.binary(max_size=40), max_size=12)


@given(TILES)
def test_the_address_of_a_tile_leads_back_to_it(tile: Tile) -> None:
    assert tile_at(tile.path) == tile
    assert tile.path.startswith(tile.folder_of_parts[:-2])


@given(TILES, st.data())
def test_an_address_changed_in_one_sign_is_another_tile_or_none(
    tile: Tile, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(tile.path)))
    sign = data.draw(st.sampled_from("0123456789xp./ -+²٣entris"))
    changed = tile.path[:at] + sign + tile.path[at + data.draw(st.integers(0, 1)) :]
    if changed == tile.path:
        return
    with suppress(ValueError):
        found = tile_at(changed)
        assert found != tile and found.path == changed


@pytest.mark.parametrize(
    "path",
    ["", "tile", "tile/0", "tile/0/", "tile/0/1", "tile/0/0001", "tile/0/x000/001", "tile/8/000",
     "tile/-1/000", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257",
     "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p/1/2", "tile/0/001x", "/tile/0/001",
     "tile/0/٠٠١", "tile/0/000.p/٣", "tile/entry/000", "tile/0/../000", "tile/0/x001/x000",
     "tile/0/" + "x999/" * 6 + "999", "page/0/000"],
)  # fmt: skip
def test_another_spelling_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not the address of a tile"):
        tile_at(path)


@given(SIZES)
def test_each_leaf_stands_in_one_tile_of_its_level(size: int) -> None:
    by_level: dict[object, list[Tile]] = {}
    for tile in tiles_of(size):
        by_level.setdefault(tile.level, []).append(tile)
    for level, tiles in by_level.items():
        assert [tile.index for tile in tiles] == list(range(len(tiles)))
        assert all(tile.width == WIDTH for tile in tiles[:-1])
        height = 0 if level == "entries" else 8 * int(str(level))
        assert sum(tile.width for tile in tiles) == size >> height
        if level != "entries":
            assert [width_at(int(str(level)), t.index, size) for t in tiles] == [
                tile.width for tile in tiles
            ]
    assert bool(by_level) is (size > 0)


@given(st.lists(SIZES, min_size=2, max_size=5))
def test_a_tree_that_grows_writes_each_full_tile_once_and_ends_with_all_it_needs(
    sizes: list[int],
) -> None:
    sizes = [0, *sorted(sizes)]
    written = [tile for old, new in pairwise(sizes) for tile in tiles_of(new, since=old)]
    assert set(tiles_of(sizes[-1])) <= set(written)
    full = [tile for tile in written if tile.width == WIDTH]
    assert len(full) == len(set(full))


@given(st.integers(0, 20), st.integers(0, 5000))
def test_the_hash_of_a_subtree_is_found_in_its_tile(height: int, index: int) -> None:
    level, at, first, end = tile_of_subtree(height, index)
    assert 0 <= first < end <= WIDTH
    start = (at * WIDTH + first) << (8 * level)
    assert start == index << height
    assert (end - first) << (8 * level) == 1 << height


@given(ENTRIES)
def test_entries_come_back_as_they_were_packed(entries: list[bytes]) -> None:
    assert entries_in(pack_entries(entries)) == entries


@given(ENTRIES.filter(any), st.data())
def test_entries_cut_short_are_refused(entries: list[bytes], data: st.DataObject) -> None:
    packed = pack_entries(entries)
    short = packed[: data.draw(st.integers(0, len(packed) - 1))]
    with suppress(ValueError):
        found = entries_in(short)
        assert found == entries[: len(found)]
    with pytest.raises(ValueError, match="1 bytes too early"):
        entries_in(pack_entries(entries) + b"\0\1")


def test_an_entry_of_more_than_two_bytes_can_count_is_refused() -> None:
    longest = bytes(0xFFFF)
    assert entries_in(pack_entries([longest])) == [longest]
    with pytest.raises(ValueError, match="65536 bytes is too long"):
        pack_entries([longest + b"\0"])


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=30), st.data())
def test_a_narrow_tile_is_cut_out_of_the_full_one(
    entries: list[bytes], data: st.DataObject
) -> None:
    width = data.draw(st.integers(1, len(entries)))
    hashes = [leaf_hash(entry) for entry in entries]
    assert entries_in(cut(Tile("entries", 0, width), pack_entries(entries))) == entries[:width]
    found = hashes_in(cut(Tile(0, 0, width), b"".join(hashes)))
    assert root_of(found) == root_of(hashes[:width])


def test_a_tile_that_ends_within_a_hash_is_refused() -> None:
    assert hashes_in(b"") == []
    with pytest.raises(ValueError, match="33 bytes are not a whole number of hashes"):
        hashes_in(bytes(33))
