"""Stretches of a log join to the roots that a whole tree has, wherever somebody signed one."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from console.verifying.roots import Joining
from console.verifying.stretches import examined, stretches
from records.ledger import tree
from records.ledger.checkpoints import Checkpoint
from records.ledger.entries import Entry, LogId
from records.ledger.reading import Content, Folder, LogState, Reader
from tests.console.verifying.scene import Scene

LOG = LogId("c" * 22, "posts", "p" * 22, 0)


class Memory:
    """A ledger of one log, in memory."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._leaves = [LOG.head + Entry(0, n, 1_000 * n, 3, b"k", bytes([n % 256]) * 32).body() for n in range(size)]
        growing = tree.Growing()
        data = b"".join(growing.append(tree.leaf_hash(leaf)) for leaf in self._leaves)
        self._hashes = [data[at : at + 32] for at in range(0, len(data), 32)]

    def logs(self) -> list[LogState]:
        """Its state."""
        return [LogState(LOG, Checkpoint("test", self.size, tree.root(self.size, self.read)), b"", None)]

    def read(self, places: Sequence[int]) -> Sequence[bytes]:
        """Stored hashes."""
        return [self._hashes[place] for place in places]

    def hashes(self, _log: LogId, places: Sequence[int]) -> Sequence[bytes]:
        """As Reader says."""
        return self.read(places)

    def leaves(self, _log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says."""
        return iter(self._leaves[start:stop])

    def slots(self, _log: LogId, start: int, stop: int) -> Any:
        """As Reader says."""
        return np.zeros(stop - start, np.uint32)

    def contents(self, _log: LogId, start: int, stop: int) -> Iterator[Content]:
        """As Reader says."""
        return iter([None] * (stop - start))

    def alter_hash(self, level: int, number: int) -> None:
        """Stores something else."""
        self._hashes[tree.stored_index(level, number)] = bytes(32)


def _joined(reader: Reader, marks: list[int]) -> Joining:
    """With stretches of eight entries and batches of three."""
    with (
        patch("console.verifying.stretches.ENTRIES_MAX", 8),
        patch("console.verifying.roots.ENTRIES_MAX", 8),
        patch("console.verifying.roots.LEVEL", 3),
        patch("console.verifying.stretches.BATCH_ENTRIES", 3),
    ):
        state = next(one for one in reader.logs() if one.log.topic == "posts")
        joining = Joining(reader, state, marks)
        for stretch in stretches(state.log, state.size, marks):
            joining.take(examined(reader, stretch))
    return joining


@given(st.integers(0, 70), st.data())
def test_roots_are_those_of_the_whole_tree(size: int, data: st.DataObject) -> None:
    """At every size that was asked for; nothing is wrong in it."""
    marks = data.draw(st.lists(st.integers(0, size), max_size=6))
    reader = Memory(size)
    joining = _joined(reader, [*marks, size])
    assert joining.read.roots == {mark: tree.root(mark, reader.read) for mark in {*marks, size}}
    assert joining.read.stored == joining.read.roots
    assert joining.read.named.count == 0


def test_a_hash_above_the_stretches_is_compared_too() -> None:
    """The one over the first sixteen entries."""
    reader = Memory(20)
    reader.alter_hash(4, 0)
    (one,) = _joined(reader, [20]).read.named.first
    assert (one.kind, one.where) == ("hashes", LOG.path)


def test_a_leaf_with_another_stored_hash_is_named() -> None:
    """By its offset; so are the hashes above, which are made of another."""
    reader = Memory(20)
    reader.alter_hash(0, 13)
    read = _joined(reader, [13, 20]).read
    assert [(one.kind, one.entry) for one in read.named.first] == [("altered", 13), ("hashes", None)]
    assert read.roots[13] == read.stored[13]
    assert read.roots[20] != read.stored[20]


def test_nothing_differs_in_the_files_of_many_stretches(scene: Scene) -> None:
    """The last entries of a stretch complete hashes of others too, which are compared where stretches are joined."""
    with closing(Folder(scene.folder)) as reader:
        joining = _joined(reader, [60, 160])
    assert joining.read.named.first == []
    assert joining.read.agrees(joining.read.state.checkpoint)


def test_a_stored_hash_over_many_stretches_is_compared(scene: Scene) -> None:
    """The one over the first 64 entries; those below and beside it are right."""
    data, at = bytearray((scene.log / "hashes").read_bytes()), tree.stored_index(6, 0) * 32
    data[at] ^= 1
    (scene.log / "hashes").write_bytes(bytes(data))
    with closing(Folder(scene.folder)) as reader:
        (one,) = _joined(reader, [160]).read.named.first
    assert (one.kind, one.where) == ("hashes", scene.log_id.path)
    assert "the entries up to 63 below it" in one.said
