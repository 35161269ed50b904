"""From the subtrees of stretches to the roots of a log at the sizes that somebody signed, and the hashes between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

from console.verifying.differences import Difference, Named
from console.verifying.stretches import BACK_SECONDS_MAX, ENTRIES_MAX, LEVEL, Examined, Stretch, back_dated
from records.ledger import tree
from records.ledger.checkpoints import Checkpoint
from records.ledger.reading import LogState, Reader


@dataclass(slots=True)
class Read:
    """A log as it was read: its root at each size that was asked for, and what is wrong.

    `stored` are the roots over the stored hashes of its entries: others, where an entry is not what its hash says.
    """

    state: LogState
    roots: dict[int, bytes] = field(default_factory=dict)
    stored: dict[int, bytes] = field(default_factory=dict)
    absent: int = 0
    named: Named = field(default_factory=Named)

    def agrees(self, checkpoint: Checkpoint) -> bool | None:
        """Is the log, but for the entries that are named, what was signed? None where it is shorter."""
        size = checkpoint.size
        return checkpoint.root in (self.roots[size], self.stored[size]) if size in self.roots else None


class Joining:
    """Takes the stretches of one log in their order."""

    def __init__(self, reader: Reader, state: LogState, marks: Iterable[int]) -> None:
        self._reader = reader
        self._marks = {mark for mark in marks if 0 <= mark <= state.size}
        self._peaks: list[bytes] = []
        self._stored: list[bytes] = []
        self.size = self._newest_ms = 0
        self.read = Read(state)
        if 0 in self._marks:
            self.read.roots[0] = self.read.stored[0] = tree.EMPTY_ROOT

    def take(self, found: Examined) -> None:
        """The next stretch."""
        stretch, read = found.stretch, self.read
        if stretch.start != self.size:
            raise ValueError(f"the stretch from {self.size} on is to be joined, not from {stretch.start}")
        for mark, peaks in found.at_marks.items():
            read.roots[mark] = joined([*self._peaks, *peaks])
            read.stored[mark] = joined([*self._stored, *found.stored_at_marks[mark]])
        read.absent += found.absent
        read.named.join(found.named)
        self._compare_times(found)
        self.size = stretch.stop
        _add(self._peaks, found.peaks, stretch)
        self._compare_above(_add(self._stored, found.stored, stretch))
        if stretch.stop in self._marks:
            read.roots[stretch.stop], read.stored[stretch.stop] = joined(self._peaks), joined(self._stored)

    def _compare_times(self, found: Examined) -> None:
        if found.first_ms is not None and self._newest_ms - found.first_ms > BACK_SECONDS_MAX * 1000:
            start = found.stretch.start
            self.read.named.add(back_dated(found.stretch.log, start, found.first_ms, self._newest_ms))
        self._newest_ms = max(self._newest_ms, found.newest_ms)

    def _compare_above(self, above: Sequence[tuple[int, bytes]]) -> None:
        """The stored hashes of subtrees larger than a stretch."""
        stored = self._reader.hashes(self.read.state.log, [place for place, _ in above]) if above else []
        for (place, made), known in zip(above, stored, strict=True):
            if made != known:
                path = self.read.state.log.path
                said = f"the stored hash {place} of {path} is not that of the entries up to {self.size - 1} below it"
                self.read.named.add(Difference("hashes", path, said))


def joined(peaks: Sequence[bytes]) -> bytes:
    """The root over subtrees from left to right, the largest first."""
    return reduce(lambda right, left: tree.node_hash(left, right), reversed(peaks)) if peaks else tree.EMPTY_ROOT


def _add(peaks: list[bytes], more: Sequence[bytes], stretch: Stretch) -> list[tuple[int, bytes]]:
    """Adds a stretch to the subtrees before it; one that is whole may complete larger ones, which come back."""
    if stretch.stop - stretch.start < ENTRIES_MAX:
        peaks += more
        return []
    node, carry, level = more[0], stretch.start >> LEVEL, LEVEL
    above: list[tuple[int, bytes]] = []
    while carry & 1:
        node, carry, level = tree.node_hash(peaks.pop(), node), carry >> 1, level + 1
        above.append((tree.stored_index(level, carry), node))
    peaks.append(node)
    return above
