"""The tree over the register: hashes, a growing frontier, proofs, and their checking (RFC 6962)."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH_BYTES = 32
BLOCK_HEIGHT = 8
BLOCK = 1 << BLOCK_HEIGHT
EMPTY_ROOT = hashlib.sha256().digest()
# The hash over the 2**height leaves from index * 2**height on.
Subtree = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry, set apart from the nodes by its first byte.

    Parameters
    ----------
    entry : bytes of any length

    Returns
    -------
    32 bytes

    References
    ----------
    RFC 6962, section 2.1.

    Examples
    --------
    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node, from those of its two children (32 bytes each); RFC 6962, section 2.1.

    Examples
    --------
    >>> node_hash(leaf_hash(b""), leaf_hash(b"\\x00")).hex()[:16]
    'fac54203e7cc696c'
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


def _block_root(hashes: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes, level by level: quicker than one by one."""
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


class Frontier:
    """All that a growing tree must remember: the roots of its perfect subtrees, largest first.

    Parameters
    ----------
    size : number of leaves so far
    roots : one hash for each binary digit 1 of `size`, from the highest digit on

    Raises
    ------
    ValueError
        If there are not as many roots as `size` has digits 1, or one is not 32 bytes long.

    References
    ----------
    docs/method/register.md; RFC 6962, section 2.1.

    Examples
    --------
    >>> tree = Frontier()
    >>> for entry in (b"", b"\\x00", b"\\x10"):
    ...     tree.append(leaf_hash(entry))
    >>> tree.size, len(tree.roots), tree.root().hex()[:16]
    (3, 2, 'aeb6bcfe274b70a1')
    """

    __slots__ = ("roots", "size")

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if size < 0 or len(roots) != size.bit_count() or any(len(r) != HASH_BYTES for r in roots):
            raise ValueError(
                f"a tree of {size} leaves does not have {len(roots)} roots of these lengths"
            )
        self.size = size
        self.roots = list(roots)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> "Frontier":
        """The inverse of `to_bytes`; ValueError when `packed` does not fit `size`."""
        starts = range(0, len(packed), HASH_BYTES)
        return cls(size, [packed[start : start + HASH_BYTES] for start in starts])

    def to_bytes(self) -> bytes:
        """The roots one after the other: at most 64 times 32 bytes."""
        return b"".join(self.roots)

    def append(self, leaf: bytes, height: int = 0) -> None:
        """Add one leaf hash, or the root of 2**height leaves where `size` is a multiple of that."""
        digits, roots, sha256 = self.size >> height, self.roots, hashlib.sha256
        while digits & 1:
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            digits >>= 1
        roots.append(leaf)
        self.size += 1 << height

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes, whole blocks of 256 at once where they fall in place.

        Examples
        --------
        >>> one, other = Frontier(), Frontier()
        >>> leaves = [leaf_hash(bytes([n % 256])) for n in range(600)]
        >>> one.extend(leaves)
        >>> for leaf in leaves:
        ...     other.append(leaf)
        >>> one.size, one.roots == other.roots
        (600, True)
        """
        at, end = 0, len(leaves)
        while at < end:
            if self.size % BLOCK == 0 and end - at >= BLOCK:
                self.append(_block_root(leaves[at : at + BLOCK]), BLOCK_HEIGHT)
                at += BLOCK
            else:
                self.append(leaves[at])
                at += 1

    def root(self) -> bytes:
        """The hash over all leaves so far, 32 bytes."""
        if not self.roots:
            return EMPTY_ROOT
        folded = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            folded = node_hash(left, folded)
        return folded


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over a few hashes, for example those of a tile.

    Examples
    --------
    >>> root_of([]) == EMPTY_ROOT, root_of([leaf_hash(b"x")]) == leaf_hash(b"x")
    (True, True)
    """
    tree = Frontier()
    tree.extend(hashes)
    return tree.root()


def _perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(height, index) of the perfect subtrees that make up the leaves start to end, in order."""
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


def range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash over leaves `start` (included) to `end` (left out).

    Parameters
    ----------
    start : a multiple of the largest power of two below end - start
    end : above start
    subtree : gives the hash of a perfect subtree from its height and index

    Examples
    --------
    >>> leaves = [leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")]
    >>> def subtree(height, index):
    ...     return root_of(leaves[index << height : (index + 1) << height])
    >>> range_root(0, 3, subtree) == root_of(leaves)
    True
    """
    *earlier, folded = (subtree(height, index) for height, index in _perfect(start, end))
    for left in reversed(earlier):
        folded = node_hash(left, folded)
    return folded


def root_at(size: int, subtree: Subtree) -> bytes:
    """The root when the tree held `size` leaves; of no leaves, the hash of nothing."""
    return range_root(0, size, subtree) if size else EMPTY_ROOT


def _split(leaves: int) -> int:
    """The largest power of two below a number of leaves above 1: where RFC 6962 cuts a tree."""
    return 1 << ((leaves - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of a tree of `size` leaves.

    Parameters
    ----------
    index, size : 0 <= index < size
    subtree : gives the hash of a perfect subtree from its height and index

    Returns
    -------
    at most 64 hashes, from the leaf's neighbour up

    Raises
    ------
    ValueError
        If the leaf is not in the tree.

    References
    ----------
    RFC 6962, section 2.1.1; docs/method/register.md.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The hashes that show that the tree of `old` leaves begins the one of `new` leaves.

    Raises
    ------
    ValueError
        If not 0 <= old <= new.

    References
    ----------
    RFC 6962, section 2.1.2; docs/method/register.md.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot begin one of {new}")
    if old in {0, new}:
        return []
    path: list[bytes] = []
    start, end, is_whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_root(middle, end, subtree))
            end = middle
        else:
            path.append(range_root(start, middle, subtree))
            start, is_whole = middle, False
    if not is_whole:
        path.append(range_root(start, end, subtree))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` leads from the leaf hash at `index` to the root of `size` leaves.

    References
    ----------
    RFC 9162, section 2.1.3.2.

    Examples
    --------
    >>> a, b = leaf_hash(b"a"), leaf_hash(b"b")
    >>> verify_inclusion(a, 0, 2, [b], node_hash(a, b))
    True
    >>> verify_inclusion(a, 1, 2, [b], node_hash(a, b))
    False
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """Whether the tree of `old` leaves with `old_root` begins that of `new` leaves.

    References
    ----------
    RFC 9162, section 2.1.4.2.

    Examples
    --------
    >>> a, b = leaf_hash(b"a"), leaf_hash(b"b")
    >>> verify_consistency(1, 2, [b], a, node_hash(a, b))
    True
    >>> verify_consistency(1, 2, [a], a, node_hash(a, b))
    False
    """
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old < new or not proof:
        return False
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
