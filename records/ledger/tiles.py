"""Tiles as C2SP tlog-tiles names and cuts them: 256 hashes of one level at a time, and entries in bundles of as many.

Whoever can fetch tiles can make every proof; what a wrong tile gives is a proof that does not verify.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from records.errors import Malformed
from records.ledger.tree import HASH_BYTES, Read, node_hash, stored_index

TILE_LEVELS = 8
"""Levels of the tree from one level of tiles to the next."""
TILE_HASHES = 1 << TILE_LEVELS
LEVEL_MAX = 63
NUMBER_MAX = 2**63 - 1
LEAF_BYTES_MAX = 2**16 - 1
CACHED_TILES_MAX = 256
"""Two megabytes, and every proof of a log of any size needs fewer than twenty."""
Fetch = Callable[[int, int, int], bytes]
"""Level, number and width of a tile -> its hashes, one after the other."""
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


@dataclass(frozen=True)
class Tile:
    """What a path names: a tile of hashes, or without a level a bundle of entries; partial if it is narrower."""

    level: int | None
    number: int
    width: int = TILE_HASHES

    @property
    def path(self) -> str:
        """Below the address of the log."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        kind = "entries" if self.level is None else self.level
        return f"tile/{kind}/{number}" + ("" if self.width == TILE_HASHES else f".p/{self.width}")

    def is_in(self, size: int) -> bool:
        """Whether a log of so many entries has it, in this width or a greater one."""
        return self.width <= width_at(size, self.level or 0, self.number)


def parse_tile_path(path: str) -> Tile:
    """The tile that this path names, without the address of the log before it; raises Malformed."""
    found = _PATH.fullmatch(path)
    if not found:
        raise Malformed("is not the path of a tile, as in tile/0/x001/x234/067")
    kind, number, width = found.groups()
    level = None if kind == "entries" else int(kind)
    tile = Tile(level, int(number.replace("x", "").replace("/", "")), int(width or TILE_HASHES))
    if (level or 0) > LEVEL_MAX or tile.number > NUMBER_MAX or not 0 < tile.width <= TILE_HASHES or tile.path != path:
        raise Malformed("is the path of no tile, or not the only one that a tile has")
    return tile


def width_at(size: int, level: int, number: int) -> int:
    """How many hashes a tile has when the log has so many entries: 0 to 256."""
    return max(0, min(TILE_HASHES, (size >> (TILE_LEVELS * level)) - number * TILE_HASHES))


def tile_hashes(level: int, number: int, width: int) -> list[int]:
    """Where the hashes of a tile are stored."""
    first = number * TILE_HASHES
    return [stored_index(TILE_LEVELS * level, n) for n in range(first, first + width)]


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Entries as they are sent, each after its length in two bytes."""
    return b"".join(len(_fitting(leaf)).to_bytes(2) + leaf for leaf in leaves)


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle; raises Malformed."""
    leaves: list[bytes] = []
    at = 0
    while at < len(data) and len(leaves) < width:
        start = at + 2
        at = start + int.from_bytes(data[at:start])
        leaves.append(data[start:at])
    if at != len(data) or len(leaves) != width:
        raise Malformed(f"is not a bundle of {width} entries")
    return leaves


def read_tiles(size: int, fetch: Fetch) -> Read:
    """Reads stored hashes of a log of this size out of tiles, and keeps the last `CACHED_TILES_MAX` of them.

    `size` is that of a checkpoint: partial tiles need not be there for others. Reading raises Malformed if a tile has
    another width than asked for, ValueError beyond the size, and whatever `fetch` raises.
    """

    @lru_cache(CACHED_TILES_MAX)
    def tile(level: int, number: int) -> bytes:
        width = width_at(size, level, number)
        data = fetch(level, number, width) if width else b""
        if len(data) != width * HASH_BYTES:
            raise Malformed(f"is not a tile of {width} hashes")
        return data

    def read(index: int) -> bytes:
        level, n = stored_place(index)
        tile_level, below = divmod(level, TILE_LEVELS)
        number, first = divmod(n << below, TILE_HASHES)
        hashes = _cut(tile(tile_level, number)[first * HASH_BYTES :][: HASH_BYTES << below])
        if len(hashes) != 1 << below:
            raise ValueError(f"stored hash {index} is not in a tree of {size}")
        return _joined(hashes)

    return lambda indexes: [read(index) for index in indexes]


def stored_place(index: int) -> tuple[int, int]:
    """The level, and the number in it, of what is stored there: the reverse of `stored_index`."""
    # Leaf n is stored at 2n less the bits of n: never after 2n, and never far before.
    leaf = index // 2
    while stored_index(0, leaf + 1) <= index:
        leaf += 1
    level = index - stored_index(0, leaf)
    return level, leaf >> level


def _joined(hashes: Sequence[bytes]) -> bytes:
    """The hash over a complete subtree."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _cut(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _fitting(leaf: bytes) -> bytes:
    if len(leaf) > LEAF_BYTES_MAX:
        raise ValueError(f"an entry of {len(leaf)} bytes does not fit into a bundle: {LEAF_BYTES_MAX} at most")
    return leaf
