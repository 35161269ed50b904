"""The Merkle tree of RFC 6962 and 9162, in the standard library alone: roots, proofs, and what a reader checks.

Complete subtrees are stored once, in the order in which they become complete (that of Go's sumdb/tlog): a leaf, then
each subtree that it completes, the smallest first. So a file of hashes only ever grows at its end.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from hashlib import sha256
from typing import Self

Read = Callable[[Sequence[int]], Sequence[bytes]]
"""Stored indexes -> their hashes of 32 bytes, in the same order."""
Range = tuple[int, int]
"""Entries of one node of the tree: the first, and the one after the last."""

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of an entry (RFC 9162, 2.1.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node with these two below it."""
    return sha256(b"\x01" + left + right).digest()


def stored_index(level: int, n: int) -> int:
    """Where the `n`th complete subtree of 2**level entries is stored (Go's StoredHashIndex, in closed form)."""
    return ((n + 1) << (level + 1)) - 2 - n.bit_count()


def stored_count(size: int) -> int:
    """How many hashes are stored for so many entries."""
    return 2 * size - size.bit_count()


class Growing:
    """The right edge of a tree, all that appending needs: one peak for each bit of the size, the largest first."""

    __slots__ = ("peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    @classmethod
    def from_stored(cls, size: int, read: Read) -> Self:
        """Goes on where a stored tree of this size ended."""
        edge = cls()
        edge.peaks = _read(read, _subtrees((0, size)))
        edge.size = size
        return edge

    def append(self, hash_of_leaf: bytes) -> bytes:
        """The hashes to be stored now, one after the other."""
        # The keeper calls this for every record: node_hash is written out, because calls cost as much as hashing.
        peaks, carry = self.peaks, self.size
        self.size = carry + 1
        node = stored = hash_of_leaf
        while carry & 1:
            node = sha256(b"\x01" + peaks.pop() + node).digest()
            stored += node
            carry >>= 1
        peaks.append(node)
        return stored

    def root(self) -> bytes:
        """The root over everything that was appended."""
        return _joined(self.peaks)


def root(size: int, read: Read) -> bytes:
    """The root over the first `size` entries."""
    if size < 0:
        raise ValueError(f"a tree has no size {size}")
    return _joined(_read(read, _subtrees((0, size))))


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The hashes beside the way from entry `index` up to the root (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} in a tree of {size}")
    return _hashes(list(_beside((index, index + 1), size)), read)


def range_proof(start: int, stop: int, size: int, read: Read) -> list[bytes]:
    """The hashes beside the entries from `start` until `stop`, left to right: with theirs they make up the root."""
    if not 0 <= start < stop <= size:
        raise ValueError(f"there are no entries {start} to {stop - 1} in a tree of {size}")
    return _hashes(list(_outside((0, size), (start, stop))), read)


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """The hashes that show the first `old` of `new` entries to be the same (RFC 9162, 2.1.4.1); none from 0 on."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue a tree of {old}")
    if old in {0, new}:
        return []
    last = (old - (old & -old), old)
    return _hashes([*([last] if last[0] else []), *_beside(last, new)], read)


def verify_inclusion(hash_of_leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the entry stands there (RFC 9162, 2.1.3.2). The size must be the one that was signed with this root."""
    if not 0 <= index < size or not _are_hashes([hash_of_leaf, root, *proof]):
        return False
    below = _climbed(index, size - 1, [hash_of_leaf, *proof])
    return below is not None and below[1] == root


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the new tree continues the old one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old_size <= new_size or not _are_hashes([old_root, new_root, *proof]):
        return False
    if old_size == 0 and old_root != EMPTY_ROOT:
        return False
    if old_size in {0, new_size}:
        return not proof and (old_size != new_size or old_root == new_root)
    level = (old_size & -old_size).bit_length() - 1
    # An old tree that is one complete subtree is not repeated in its proof.
    start = [old_root] if old_size == 1 << level else []
    return _climbed((old_size - 1) >> level, (new_size - 1) >> level, [*start, *proof]) == (old_root, new_root)


def _climbed(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """From a node of a level that ends at `last`, up: the root over what is left of it, and the root; else nothing."""
    if not path:
        return None
    left = whole = path[0]
    for beside in path[1:]:
        if not last:
            return None
        if node & 1 or node == last:
            left, whole = node_hash(beside, left), node_hash(beside, whole)
            # A node without a right neighbour rises unchanged until it is one itself (so it is not the first).
            while not node & 1:
                node, last = node >> 1, last >> 1
        else:
            whole = node_hash(whole, beside)
        node, last = node >> 1, last >> 1
    return None if last else (left, whole)


def _beside(node: Range, size: int) -> Iterator[Range]:
    """The neighbours on the way from a node up to the root."""
    _, end = node
    way: list[Range] = []
    left, right = 0, size
    while (left, right) != node:
        middle = _middle((left, right))
        if end <= middle:
            way.append((middle, right))
            right = middle
        else:
            way.append((left, middle))
            left = middle
    return reversed(way)


def _outside(node: Range, inside: Range) -> Iterator[Range]:
    """The largest nodes of a node's tree that have nothing of a range of entries, from left to right."""
    (first, end), (start, stop) = node, inside
    if end <= start or first >= stop:
        yield node
    elif first < start or end > stop:
        middle = _middle(node)
        yield from _outside((first, middle), inside)
        yield from _outside((middle, end), inside)


def _middle(node: Range) -> int:
    first, end = node
    return first + (1 << ((end - first - 1).bit_length() - 1))


def _subtrees(node: Range) -> list[int]:
    """Where the complete subtrees of a node are stored, from left to right."""
    start, end = node
    indexes = []
    while start < end:
        level = (end - start).bit_length() - 1
        indexes.append(stored_index(level, start >> level))
        start += 1 << level
    return indexes


def _hashes(nodes: Sequence[Range], read: Read) -> list[bytes]:
    """The hash of each node; everything that it takes is read at once."""
    parts = [_subtrees(node) for node in nodes]
    stored = iter(_read(read, [index for part in parts for index in part]))
    return [_joined([next(stored) for _ in part]) for part in parts]


def _joined(subtrees: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), reversed(subtrees)) if subtrees else EMPTY_ROOT


def _read(read: Read, indexes: Sequence[int]) -> list[bytes]:
    hashes = list(read(indexes)) if indexes else []
    if len(hashes) != len(indexes) or not _are_hashes(hashes):
        raise ValueError(f"{len(indexes)} stored hashes were asked for, and other things came back")
    return hashes


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
