"""A stretch of one log: every leaf is read, parsed and hashed, and compared with what the ledger stores as its hash.

A stretch begins at a multiple of its largest size, so that all of it is one subtree: stretches can be looked at by
several processes, and their subtrees join to the roots that were signed.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from console.verifying.differences import Difference, Named, at_entry
from records.errors import Malformed, Misconfigured, Problem
from records.ledger import tree
from records.ledger.entries import ABSENT, BODY, COMMITMENT_BYTES, RECORD, LogId, parse_leaf
from records.ledger.frames import FRAME_BYTES_MAX, frames
from records.ledger.keys import NO_SLOT
from records.ledger.log import Log
from records.ledger.reading import Folder, Reader

LEVEL = 14
ENTRIES_MAX = 1 << LEVEL
BATCH_ENTRIES = 1024
BACK_SECONDS_MAX = 60.0
"""Append times may go back by so much where a broker's clock is set right; what goes back further was dated back."""
UNREADABLE = (Malformed, Misconfigured, OverflowError, ValueError)
"""What reading damaged files raises: positions that somebody wrote may be beyond any file, and files may be gone."""
_BACK_MS_MAX = int(BACK_SECONDS_MAX * 1000)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries `start` to before `stop` of a log; `marks` are the sizes on the way at which a root is wanted."""

    log: LogId
    start: int
    stop: int
    marks: tuple[int, ...] = ()


@dataclass(slots=True)
class Examined:
    """What was found: the subtrees at the end and at each mark, the newest append time, and what is wrong.

    `stored` and `stored_at_marks` are the subtrees over the stored hashes of the same leaves.
    """

    stretch: Stretch
    peaks: list[bytes]
    stored: list[bytes]
    at_marks: dict[int, list[bytes]]
    stored_at_marks: dict[int, list[bytes]]
    newest_ms: int
    first_ms: int | None
    absent: int
    named: Named = field(default_factory=Named)


def stretches(log: LogId, size: int, marks: Sequence[int]) -> Iterator[Stretch]:
    """A log cut up, in order."""
    for start in range(0, size, ENTRIES_MAX):
        stop = min(start + ENTRIES_MAX, size)
        yield Stretch(log, start, stop, tuple(mark for mark in sorted(set(marks)) if start < mark < stop))


def examined(reader: Reader, stretch: Stretch) -> Examined:
    """Looks at one; raises Unavailable where the ledger does not answer."""
    return _Examination(reader, stretch).result()


class _Examination:
    def __init__(self, reader: Reader, stretch: Stretch) -> None:
        self._reader, self._log = reader, stretch.log
        self._growing = tree.Growing()
        self._stored: tree.Growing | None = None
        # Over HTTP the hashes between leaves and tiles are made by the reader itself: there is nothing to compare.
        self._sees_all = isinstance(reader, Folder)
        self._shift, self._newest_ms, self._first_ms = 0, 0, -1
        self._reason = ""
        self._absent: list[int] = []
        self._found = Examined(stretch, [], [], {}, {}, 0, None, 0)

    def result(self) -> Examined:
        """All of it, batch by batch."""
        found, stretch = self._found, self._found.stretch
        cuts = sorted({*range(stretch.start, stretch.stop, BATCH_ENTRIES), *stretch.marks, stretch.stop})
        for start, stop in pairwise(cuts):
            self._batch(start, stop)
            if stop in stretch.marks:
                found.at_marks[stop] = list(self._growing.peaks)
                found.stored_at_marks[stop] = list((self._stored or self._growing).peaks)
        found.peaks, found.newest_ms = self._growing.peaks, self._newest_ms
        found.stored = list((self._stored or self._growing).peaks)
        found.first_ms = None if self._first_ms < 0 else self._first_ms
        found.absent = len(self._absent)
        return found

    def _batch(self, start: int, stop: int) -> None:
        before = len(self._absent)
        leaves = self._leaves(start, stop)
        for number, leaf in enumerate(leaves, start):
            if leaf is not None:
                self._look(number, leaf)
        self._compare_hashes(start, [None if leaf is None else tree.leaf_hash(leaf) for leaf in leaves])
        self._compare_slots(start, stop, self._absent[before:])

    def _leaves(self, start: int, stop: int) -> list[bytes | None]:
        """Nothing in the place of what cannot be read, which is named."""
        try:
            found: list[bytes | None] = list(self._reader.leaves(self._log, start, stop))
        except UNREADABLE:
            found = []
        return found if len(found) == stop - start else [self._leaf(number) for number in range(start, stop)]

    def _leaf(self, number: int) -> bytes | None:
        """One that may be damaged; whoever has the files may find a whole entry there that belongs elsewhere."""
        reason = "there is none"
        try:
            found = next(iter(self._reader.leaves(self._log, number, number + 1)), None)
        except UNREADABLE as problem:
            found, reason = self._misplaced(number), str(problem) if isinstance(problem, Problem) else _NOWHERE
        # Over HTTP entries come many at a time, and one that is damaged keeps back its neighbours.
        if found is None and (self._sees_all or reason != self._reason):
            self._name(at_entry("damaged", self._log, number, f"cannot be read: {reason}"))
            self._reason = reason
        return found

    def _misplaced(self, number: int) -> bytes | None:
        if not isinstance(self._reader, Folder):
            return None
        try:
            with closing(Log(self._reader.folder / "logs" / self._log.path)) as files:
                first, end = files.position(number), int(files.index(number, number + 1)["end"][0])
                if not first < end <= first + FRAME_BYTES_MAX:
                    return None
                (frame,) = frames(files.segments.read(first, end))
        except (*UNREADABLE, IndexError):
            return None
        return self._log.head + frame.body

    def _look(self, number: int, leaf: bytes) -> None:
        """The header of an entry; whatever is not as usual is looked at again, slowly."""
        at = len(self._log.head)
        if len(leaf) >= at + BODY.size + COMMITMENT_BYTES:
            kind, offset, append_ms, value_size, key_size = BODY.unpack_from(leaf, at)
            usual = kind == RECORD and offset == number + self._shift and append_ms >= self._newest_ms
            fits = len(leaf) == at + BODY.size + COMMITMENT_BYTES + max(0, key_size)
            if usual and fits and key_size >= -1 and value_size >= -1 and leaf.startswith(self._log.head):
                if self._first_ms < 0:
                    self._first_ms = append_ms
                self._newest_ms = append_ms
                return
        self._look_closely(number, leaf)

    def _look_closely(self, number: int, leaf: bytes) -> None:
        try:
            entry = parse_leaf(self._log, leaf)
        except Malformed as reason:
            self._name(at_entry("altered", self._log, number, f"cannot be read: {reason}"))
            return
        if entry.offset - number != self._shift:
            self._shift = entry.offset - number
            if self._shift:
                self._name(at_entry("moved", self._log, number, f"says that it is entry {entry.offset}: {_MOVED}"))
            # Its time is that of another place.
            return
        if entry.kind == ABSENT:
            # Its time is that of the acceptance, which may be long after its neighbours'.
            self._absent.append(number)
            return
        if self._first_ms < 0:
            self._first_ms = entry.append_ms
        if self._newest_ms - entry.append_ms > _BACK_MS_MAX:
            self._name(back_dated(self._log, number, entry.append_ms, self._newest_ms))
        self._newest_ms = max(self._newest_ms, entry.append_ms)

    def _compare_hashes(self, start: int, leaves: Sequence[bytes | None]) -> None:
        """Grows the tree of what was read and, from the first entry that is another on, that of the stored leaves too.

        What could not be read counts as what is stored of it. Only where the second tree has the root that was signed
        are the named entries all that differ: a stored hash can be made anew for another entry.
        """
        numbers = range(start, start + len(leaves))
        stored = self._reader.hashes(self._log, self._places(numbers))
        known = self._of_leaves(numbers, stored)
        own = [leaf or one for leaf, one in zip(leaves, known, strict=True)]
        if own != known and self._stored is None:
            self._stored = tree.Growing()
            self._stored.size, self._stored.peaks = self._growing.size, list(self._growing.peaks)
        made = b"".join([self._growing.append(leaf) for leaf in own])
        if self._stored is not None:
            made = b"".join([self._stored.append(leaf) for leaf in known])
            for number, leaf, one in zip(numbers, own, known, strict=True):
                if leaf != one:
                    self._name(at_entry("altered", self._log, number, "is not what its stored hash was made of"))
        if self._sees_all and made != b"".join(stored):
            reach = f"the entries {start} to {numbers.stop - 1} of {self._log.path}"
            said = f"a stored hash above {reach} is not that of what is below it"
            self._name(Difference("hashes", self._log.path, said, start))

    def _places(self, numbers: range) -> Sequence[int]:
        """Of the hashes that these entries complete in this stretch, where we see them all."""
        if self._sees_all:
            start, first = self._found.stretch.start, tree.stored_count(numbers.start)
            count = tree.stored_count(numbers.stop - start) - tree.stored_count(numbers.start - start)
            return range(first, first + count)
        return [tree.stored_index(0, number) for number in numbers]

    def _of_leaves(self, numbers: range, stored: Sequence[bytes]) -> list[bytes]:
        if not self._sees_all:
            return list(stored)
        first = tree.stored_count(numbers.start)
        return [stored[tree.stored_index(0, number) - first] for number in numbers]

    def _compare_slots(self, start: int, stop: int, absent: Sequence[int]) -> None:
        slots = self._reader.slots(self._log, start, stop)
        without = [start + int(number) for number in np.flatnonzero(slots == NO_SLOT)]
        for number in sorted(set(without) ^ set(absent)):
            self._name(at_entry("unopened", self._log, number, _SLOT))

    def _name(self, difference: Difference) -> None:
        self._found.named.add(difference)


_NOWHERE = "its file is gone, or the index says a place where nothing is"
_SLOT = "has no key although it is a record, or has one although it is absent"
_MOVED = "entries were put in, removed or swapped from here on"


def back_dated(log: LogId, number: int, append_ms: int, before_ms: int) -> Difference:
    """An entry with a time before that of its forerunner."""
    said = f"was appended at {instant(append_ms)}, and one before it at {instant(before_ms)}: it was dated back"
    return at_entry("back-dated", log, number, said)


def instant(milliseconds: int) -> str:
    """A time of Kafka, for people; a number where it is none."""
    try:
        return (_EPOCH + milliseconds * _MILLISECOND).isoformat(" ", "seconds").replace("+00:00", " UTC")
    except OverflowError:
        return f"{milliseconds} ms"
