"""Whether keys open what their entries commit to; what was erased is counted apart, for its key is gone on purpose.

On purpose is what an Erasure in the ledger says: a key that is gone without one is a difference. Who reads over HTTP
sees no keys; there the Erasure alone decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from console.verifying.differences import Difference, Named, at_entry
from console.verifying.stretches import UNREADABLE, Stretch
from records.errors import Misconfigured
from records.ledger.entries import Entry, LogId
from records.ledger.erasures import Erasures
from records.ledger.opened import Opened, Why
from records.ledger.reading import Content, Folder, Reader, entries
from records.ledger.sealing import commitment


@dataclass(frozen=True, slots=True)
class Gone:
    """Entries of one log and subject whose key is gone; `seen` is false where nobody here can see the key."""

    log: LogId
    post_id: bytes
    slot: int
    seen: bool


@dataclass(slots=True)
class Contents:
    """What became of contents: how many were opened, erased, absent, or are no record; and which do not open.

    `gone` is what `settle` decides on: how many entries of each, and the first of them.
    """

    opened: int = 0
    erased: int = 0
    absent: int = 0
    malformed: int = 0
    named: Named = field(default_factory=Named)
    gone: dict[Gone, tuple[int, int]] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """How many entries these are."""
        gone = sum(count for count, _ in self.gone.values())
        return self.opened + self.erased + self.absent + self.named.count + gone

    def join(self, other: "Contents") -> None:
        """Those of a part."""
        self.opened += other.opened
        self.erased += other.erased
        self.absent += other.absent
        self.malformed += other.malformed
        self.named.join(other.named)
        for gone, (count, first) in other.gone.items():
            self._add(gone, count, first)

    def take(self, one: Opened, erased: bool | None, slot: int) -> None:
        """One entry and the slot of its key; `erased` is whether that is gone, or None where nobody can say."""
        if one.why == "unopened":
            if erased is False:
                self.named.add(at_entry("unopened", one.log, one.entry.offset, _NOT_ITS_KEY))
            else:
                self._add(Gone(one.log, one.entry.key or b"", slot, bool(erased)), 1, one.entry.offset)
        elif one.why == "altered":
            self.named.add(at_entry("unopened", one.log, one.entry.offset, "opens to what it does not commit to"))
        elif one.why == "absent":
            self.absent += 1
        else:
            self.opened += 1
            self.malformed += one.why == "malformed"

    def settle(self, erasures: Erasures) -> None:
        """What an erasure explains is counted as erased; of each other subject the first entry is named."""
        for gone, (count, first) in self.gone.items():
            if erasures.explains(gone.log.topic, gone.post_id, gone.slot):
                self.erased += count
            else:
                self.named.add(_unexplained(gone, first))
                self.named.more += count - 1
        self.gone = {}

    def _add(self, gone: Gone, count: int, first: int) -> None:
        known, known_first = self.gone.get(gone, (0, first))
        self.gone[gone] = known + count, min(known_first, first)


_NOT_ITS_KEY = "is not opened by its key: the key was altered, swapped or lost, or what it seals was altered"


def _unexplained(gone: Gone, entry: int) -> Difference:
    said = "cannot be opened: its key is gone and nothing says that it was erased"
    if not gone.seen:
        said = (
            "cannot be opened, and nothing says that it was erased: its key was overwritten, altered, swapped or lost, "
            "or what it seals was altered; `lifeguard verify --ledger FOLDER` on the keeper's machine tells more"
        )
    return at_entry("unopened", gone.log, entry, said)


def contents(reader: Reader, stretch: Stretch) -> Contents:
    """Opens every entry of a stretch; what cannot be read at all is named where leaves are read."""
    log, found = stretch.log, Contents()
    slots = reader.slots(log, stretch.start, stretch.stop).tolist()
    for slot, one in zip(slots, _opened(reader, log, stretch.start, stretch.stop), strict=True):
        if one is not None:
            found.take(one, is_erased(reader, slot) if one.why == "unopened" else None, slot)
    return found


def _opened(reader: Reader, log: LogId, start: int, stop: int) -> Iterator[Opened | None]:
    """Each entry as soon as it is read; one that cannot be read hides no other."""
    number = start
    try:
        for one in _in_order(reader, log, start, stop):
            yield one
            number += 1
    except UNREADABLE as problem:
        _refuse_no_contents(reader, problem)
        yield from (_opened_alone(reader, log, at) for at in range(number, stop))


def _opened_alone(reader: Reader, log: LogId, number: int) -> Opened | None:
    try:
        return next(_in_order(reader, log, number, number + 1))
    except UNREADABLE:
        return None


def _refuse_no_contents(reader: Reader, problem: Exception) -> None:
    """A keeper that gives us no contents is no damage; a folder says so of a damaged frame."""
    if isinstance(problem, Misconfigured) and not isinstance(reader, Folder):
        raise problem


def _in_order(reader: Reader, log: LogId, start: int, stop: int) -> Iterator[Opened]:
    """Whether records can be read from it matters to the indices alone."""
    opening = reader.contents(log, start, stop)
    for entry, content in zip(entries(reader, log, start, stop), opening, strict=True):
        yield Opened(log, entry, why=_why(entry, content))


def _why(entry: Entry, content: Content) -> Why | None:
    if entry.absent:
        return "absent"
    if content is None:
        return "unopened"
    return None if commitment(*content) == entry.commitment else "altered"


def is_erased(reader: Reader, slot: int) -> bool | None:
    """Whether a key was overwritten, and is not just missing; None where only the keeper sees the keys."""
    if isinstance(reader, Folder) and reader.keys is not None:
        return slot < len(reader.keys) and reader.keys.key(slot) is None
    return None
