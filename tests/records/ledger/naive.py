"""The tree as RFC 9162 defines it, by recursion over lists: slow, and written independently of what it checks."""

import hashlib
from collections.abc import Sequence

Roots = tuple[bytes, bytes]


def leaf(number: int) -> bytes:
    """The hash of some entry."""
    return hashlib.sha256(b"\x00" + b"entry %d" % number).digest()


def node(left: bytes, right: bytes) -> bytes:
    """2.1.1: the hash of two nodes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two that is smaller than the size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def root(leaves: Sequence[bytes]) -> bytes:
    """2.1.1: MTH."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node(root(leaves[:middle]), root(leaves[middle:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """2.1.3.1: PATH."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*path(index, leaves[:middle]), root(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), root(leaves[:middle])]


def proof(old: int, leaves: Sequence[bytes], *, whole: bool = True) -> list[bytes]:
    """2.1.4.1: SUBPROOF."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    middle = split(len(leaves))
    if old <= middle:
        return [*proof(old, leaves[:middle], whole=whole), root(leaves[middle:])]
    return [*proof(old - middle, leaves[middle:], whole=False), root(leaves[:middle])]


def root_from(hash_of_leaf: bytes, index: int, size: int, way: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to from this leaf, or nothing if it is too long or too short."""
    if size == 1:
        return None if way else hash_of_leaf
    if not way:
        return None
    middle = split(size)
    inside = index < middle
    below = root_from(hash_of_leaf, index if inside else index - middle, middle if inside else size - middle, way[:-1])
    if below is None:
        return None
    return node(below, way[-1]) if inside else node(way[-1], below)


def roots_from(old_root: bytes, old: int, new: int, way: Sequence[bytes], *, whole: bool = True) -> Roots | None:
    """The roots that a consistency proof leads to, or nothing if it is too long or too short."""
    if old == new:
        known = [old_root] if whole else list(way)
        return (known[0], known[0]) if len(known) == 1 and (not whole or not way) else None
    if not way:
        return None
    middle = split(new)
    if old <= middle:
        below = roots_from(old_root, old, middle, way[:-1], whole=whole)
        return below and (below[0], node(below[1], way[-1]))
    below = roots_from(old_root, old - middle, new - middle, way[:-1], whole=False)
    return below and (node(way[-1], below[0]), node(way[-1], below[1]))
