"""Tiles: named and cut as others name and cut them, and enough for every proof."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import Malformed
from records.ledger.tiles import (
    CACHED_TILES_MAX,
    LEAF_BYTES_MAX,
    NUMBER_MAX,
    Tile,
    bundle,
    parse_bundle,
    parse_tile_path,
    read_tiles,
    stored_place,
    tile_hashes,
    width_at,
)
from records.ledger.tree import Growing, consistency_proof, inclusion_proof, root, stored_count, stored_index
from tests.records.ledger import naive

EXAMPLES = settings(max_examples=100, deadline=None)
# More than two levels of tiles are full, so that a third is needed.
LARGE = 256 * 256 + 300
EDGE = Growing()
HASHES = b"".join(EDGE.append(naive.leaf(number)) for number in range(LARGE))
sizes = st.integers(1, LARGE) | st.sampled_from([1, 255, 256, 257, 511, 512, 65535, 65536, 65537, LARGE])
tiles = st.builds(
    Tile, st.none() | st.integers(0, 63), st.integers(0, 2000) | st.integers(0, NUMBER_MAX), st.integers(1, 256)
)


def stored(indexes: Sequence[int]) -> list[bytes]:
    """Read from where they are stored."""
    return [HASHES[32 * index : 32 * index + 32] for index in indexes]


class Server:
    """Serves what a log of this size has, and counts."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.fetched: list[Tile] = []

    def fetch(self, level: int, number: int, width: int) -> bytes:
        """A tile, if there is one."""
        tile = parse_tile_path(Tile(level, number, width).path)
        assert tile.is_in(self.size)
        self.fetched.append(tile)
        return b"".join(stored(tile_hashes(level, number, width)))


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/x001/x234/067", Tile(0, 1_234_067)),
        ("tile/0/000", Tile(0, 0)),
        ("tile/0/999", Tile(0, 999)),
        ("tile/1/x001/000", Tile(1, 1000)),
        ("tile/63/005.p/1", Tile(63, 5, 1)),
        ("tile/entries/x001/x234/067.p/255", Tile(None, 1_234_067, 255)),
    ],
)
def test_a_path_names_a_tile(path: str, tile: Tile) -> None:
    """The example of the specification, and its limits."""
    assert parse_tile_path(path) == tile
    assert tile.path == path


@EXAMPLES
@given(tiles)
def test_a_tile_has_a_path(tile: Tile) -> None:
    """That names it again."""
    assert parse_tile_path(tile.path) == tile


@EXAMPLES
@given(tiles, st.text(st.sampled_from("x0/9.p")), st.integers(0, 60))
def test_a_tile_has_one_path_only(tile: Tile, put_in: str, at: int) -> None:
    """Any other text is malformed or another tile's."""
    text = tile.path[:at] + put_in + tile.path[at:]
    with suppress(Malformed):
        assert parse_tile_path(text).path == text


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0/000",
        "/tile/0/000",
        "tile/0",
        "tile/0/",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/x00/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/leaves/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/" + "x999/" * 7 + "999",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x999/" * 100_000 + "999",
    ],
)
def test_what_names_no_tile_is_malformed(path: str) -> None:
    """Other numbers than the specification writes, levels and widths that there are not, and ways out of the folder."""
    with pytest.raises(Malformed):
        parse_tile_path(path)


def test_a_log_has_the_tiles_of_the_specification() -> None:
    """Its example of 70,000 entries."""
    assert [width_at(70_000, 0, number) for number in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [width_at(70_000, 1, number) for number in (0, 1, 2)] == [256, 17, 0]
    assert [width_at(70_000, 2, number) for number in (0, 1)] == [1, 0]
    assert width_at(70_000, 63, 0) == 0
    assert [width_at(256, 0, 0), width_at(256, 1, 0)] == [256, 1]
    assert Tile(0, 273, 112).is_in(70_000)
    assert not Tile(0, 273, 113).is_in(70_000)
    assert Tile(None, 273, 5).is_in(70_000)
    assert not Tile(None, 273).is_in(70_000)


@pytest.mark.parametrize(
    ("level", "number", "width"), [(0, 0, 256), (0, 200, 256), (0, 257, 44), (1, 0, 256), (2, 0, 1)]
)
def test_a_tile_has_the_hashes_of_the_definition(level: int, number: int, width: int) -> None:
    """Each over 256 to the level entries."""
    span = 256**level
    expected = [
        naive.root([naive.leaf(one) for one in range(span * place, span * (place + 1))])
        for place in range(256 * number, 256 * number + width)
    ]
    assert stored(tile_hashes(level, number, width)) == expected


@EXAMPLES
@given(st.integers(0, 62), st.integers(0, 2**50))
def test_where_a_hash_is_stored_says_what_it_is(level: int, number: int) -> None:
    """And every place belongs to something."""
    assert stored_place(stored_index(level, number)) == (level, number)


def test_every_stored_place_is_that_of_one_hash() -> None:
    """Without gaps."""
    assert [stored_index(*stored_place(index)) for index in range(5000)] == list(range(5000))


@EXAMPLES
@given(sizes, st.data())
def test_proofs_from_tiles_are_those_from_the_store(size: int, data: st.DataObject) -> None:
    """Roots, inclusion and consistency, at every size, from few tiles."""
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    server = Server(size)
    read = read_tiles(size, server.fetch)
    assert root(size, read) == root(size, stored)
    assert inclusion_proof(index, size, read) == inclusion_proof(index, size, stored)
    assert consistency_proof(old, size, read) == consistency_proof(old, size, stored)
    assert len(set(server.fetched)) == len(server.fetched) <= 9


@EXAMPLES
@given(sizes, st.data())
def test_every_stored_hash_can_be_read_from_tiles(size: int, data: st.DataObject) -> None:
    """And none beyond the size."""
    index = data.draw(st.integers(0, stored_count(size) - 1))
    read = read_tiles(size, Server(size).fetch)
    assert read([index]) == stored([index])
    with pytest.raises(ValueError, match=f"is not in a tree of {size}"):
        read([stored_count(size)])


def test_only_so_many_tiles_are_kept() -> None:
    """A reader that goes through a whole log does not keep it."""
    server = Server(LARGE)
    read = read_tiles(LARGE, server.fetch)
    first = [stored_index(0, 256 * number) for number in range(CACHED_TILES_MAX + 1)]
    read([*first, first[-1]])
    assert len(server.fetched) == CACHED_TILES_MAX + 1
    read([first[0]])
    assert len(server.fetched) == CACHED_TILES_MAX + 2


def test_a_tile_of_another_width_is_malformed() -> None:
    """Whoever serves it."""
    read = read_tiles(300, lambda *_: b"too short")
    with pytest.raises(Malformed, match="is not a tile of 44 hashes"):
        read([stored_index(0, 299)])


@EXAMPLES
@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_comes_back_as_it_was(leaves: list[bytes]) -> None:
    """And not with another number of entries."""
    data = bundle(leaves)
    assert parse_bundle(data, len(leaves)) == leaves
    for width in (len(leaves) - 1, len(leaves) + 1):
        with pytest.raises(Malformed):
            parse_bundle(data, width)


@EXAMPLES
@given(st.binary(max_size=40), st.integers(0, 5))
def test_any_bytes_are_malformed_or_a_bundle(data: bytes, width: int) -> None:
    """Written in one way."""
    with suppress(Malformed):
        assert bundle(parse_bundle(data, width)) == data


def test_the_largest_entry_fits_and_a_larger_one_is_refused() -> None:
    """Its length has two bytes."""
    assert parse_bundle(bundle([b"x" * LEAF_BYTES_MAX]), 1) == [b"x" * LEAF_BYTES_MAX]
    with pytest.raises(ValueError, match="does not fit"):
        bundle([b"x" * (LEAF_BYTES_MAX + 1)])
