"""The tree against a second, naive telling of RFC 6962, and its proofs against every alteration."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partage.calc.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    range_root,
    root_at,
    root_of,
    verify_consistency,
    verify_inclusion,
)

MOST = 700
LEAVES = [leaf_hash(f"entry {n}".encode()) for n in range(MOST)]
SIZES = st.integers(0, MOST)
FULL = st.integers(1, MOST)
# The entries and roots that the tests of Certificate Transparency have used since 2012.
CLASSIC = {
    "": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "00": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "10": "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "2021": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "3031": "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "40414243": "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "5051525354555657": "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "606162636465666768696a6b6c6d6e6f": (
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    ),
}


def split(leaves: int) -> int:
    half = 1
    while half * 2 < leaves:
        half *= 2
    return half


@cache
def tree_hash(start: int, end: int) -> bytes:
    """MTH(D[start:end]) as section 2.1 words it."""
    if start == end:
        return sha256(b"").digest()
    if end - start == 1:
        return LEAVES[start]
    middle = start + split(end - start)
    return sha256(b"\x01" + tree_hash(start, middle) + tree_hash(middle, end)).digest()


def path(index: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[n]) of section 2.1.1."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*path(index, start, middle), tree_hash(middle, end)]
    return [*path(index, middle, end), tree_hash(start, middle)]


def subproof(old: int, start: int, end: int, is_whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of section 2.1.2, `old` counted from the first leaf of the tree."""
    if old == end:
        return [] if is_whole else [tree_hash(start, end)]
    middle = start + split(end - start)
    if old <= middle:
        return [*subproof(old, start, middle, is_whole), tree_hash(middle, end)]
    return [*subproof(old, middle, end, False), tree_hash(start, middle)]


def subtree(height: int, index: int) -> bytes:
    return tree_hash(index << height, (index + 1) << height)


def altered(proof: list[bytes], draw: st.DataObject) -> list[bytes]:
    """The proof with one bit changed."""
    at = draw.draw(st.integers(0, len(proof) - 1))
    bit = draw.draw(st.integers(0, 255))
    changed = (int.from_bytes(proof[at], "big") ^ (1 << bit)).to_bytes(32, "big")
    return [*proof[:at], changed, *proof[at + 1 :]]


def test_the_classic_entries_have_the_classic_roots() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT == sha256().digest()
    for entry, root in CLASSIC.items():
        tree.append(leaf_hash(bytes.fromhex(entry)))
        assert tree.root().hex() == root


@given(SIZES, SIZES)
def test_roots_agree_with_the_naive_tree_however_the_leaves_came(one: int, other: int) -> None:
    first, last = sorted((one, other))
    tree = Frontier()
    tree.extend(LEAVES[:first])
    assert tree.root() == tree_hash(0, first) == root_at(first, subtree) == root_of(LEAVES[:first])
    tree.extend(LEAVES[first:last])
    assert (tree.size, tree.root()) == (last, tree_hash(0, last))


@given(SIZES)
def test_the_frontier_comes_back_from_its_bytes(size: int) -> None:
    tree = Frontier()
    tree.extend(LEAVES[:size])
    again = Frontier.from_bytes(size, tree.to_bytes())
    assert (again.size, again.roots) == (tree.size, tree.roots)
    for wrong in (size + 1, -1):
        if wrong < 0 or wrong.bit_count() != size.bit_count():
            with pytest.raises(ValueError, match="does not have"):
                Frontier.from_bytes(wrong, tree.to_bytes())
    with pytest.raises(ValueError, match="does not have"):
        Frontier.from_bytes(size, tree.to_bytes() + b"x")


def test_a_root_of_another_length_is_no_root() -> None:
    with pytest.raises(ValueError, match="a tree of 1 leaves does not have 1 roots"):
        Frontier(1, [bytes(31)])


@given(FULL, st.data())
def test_the_root_of_a_range_is_that_of_its_leaves(size: int, data: st.DataObject) -> None:
    height = data.draw(st.integers(0, size.bit_length() - 1))
    start = data.draw(st.integers(0, (size - 1) >> height)) << height
    end = data.draw(st.integers(start + 1, min(size, start + (1 << height))))
    assert range_root(start, end, subtree) == tree_hash(start, end)


@given(FULL, st.data())
@settings(max_examples=200)
def test_every_proof_of_inclusion_holds_and_none_that_was_altered(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, subtree), tree_hash(0, size)
    assert proof == path(index, 0, size)
    assert verify_inclusion(LEAVES[index], index, size, proof, root)
    other = data.draw(st.integers(-1, size).filter(lambda n: n != index))
    assert not verify_inclusion(LEAVES[index], other, size, proof, root)
    wrong = data.draw(FULL.filter(lambda n: n != size))
    assert not verify_inclusion(LEAVES[index], index, wrong, proof, tree_hash(0, wrong))
    assert not verify_inclusion(LEAVES[index], index, size, proof, tree_hash(0, wrong))
    assert not verify_inclusion(LEAVES[index], index, size, proof, EMPTY_ROOT)
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, root], root)
    if proof:
        assert not verify_inclusion(LEAVES[index], index, size, altered(proof, data), root)
        assert not verify_inclusion(LEAVES[index], index, size, proof[:-1], root)


@given(FULL, st.data())
@settings(max_examples=200)
def test_every_proof_of_consistency_holds_and_none_that_was_altered(
    new: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, new))
    proof, roots = consistency_proof(old, new, subtree), (tree_hash(0, old), tree_hash(0, new))
    assert proof == subproof(old, 0, new, True)
    assert verify_consistency(old, new, proof, *roots)
    assert not verify_consistency(old, new, [*proof, roots[0]], *roots)
    assert not verify_consistency(new + 1, new, proof, *roots)
    if old == new:
        assert not verify_consistency(old, new, proof, roots[0], EMPTY_ROOT)
        return
    assert not verify_consistency(old, new, altered(proof, data), *roots)
    assert not verify_consistency(old, new, proof[:-1], *roots)
    assert not verify_consistency(old, new, proof, *reversed(roots))
    wrong = data.draw(st.integers(1, new).filter(lambda n: n != old))
    assert not verify_consistency(wrong, new, proof, tree_hash(0, wrong), roots[1])


@given(SIZES)
def test_the_empty_tree_begins_every_other_and_needs_no_proof(size: int) -> None:
    root = tree_hash(0, size)
    assert consistency_proof(0, size, subtree) == []
    assert verify_consistency(0, size, [], EMPTY_ROOT, root)
    assert not verify_consistency(0, size, [root], EMPTY_ROOT, root)
    assert not verify_consistency(0, size, [], LEAVES[0], root)
    assert not verify_consistency(-1, size, [root], EMPTY_ROOT, root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_that_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion_proof(index, size, subtree)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_a_larger_tree_begins_no_smaller_one(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        consistency_proof(old, new, subtree)
