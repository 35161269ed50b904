"""The erasures that a ledger speaks of, by post: the keys of its registry's entries stand in plain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from records.codec import decode
from records.errors import Malformed, Misconfigured, NewerVersion
from records.ledger.by_subject import contents_at, entries_at
from records.ledger.entries import BODY, COMMITMENT_BYTES, LogId
from records.ledger.erased import CONTENT
from records.ledger.opened import Opened, opened
from records.ledger.reading import LogState, Reader
from records.registry import Erasure
from records.topics import ABOUT_POSTS, REGISTRY

ERASURE, ERASED = b"erasure:", b"erased:"
READ_AT_ONCE = 1_024
_ABOUT_POSTS = frozenset(topic.name for topic in ABOUT_POSTS)
UNREADABLE = (Malformed, Misconfigured, OverflowError, ValueError)
"""What reading damaged files raises."""


def named(body: bytes, kind: bytes) -> bytes | None:
    """Which post an entry of the registry is about, if it is of this kind, by the body of its leaf."""
    if not body.startswith(kind, BODY.size):
        return None
    return body[BODY.size + len(kind) : -COMMITMENT_BYTES]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an Erasure stands; keys below its slot are those that it takes away."""

    log: LogId
    entry: int
    slot: int


class Erasures:
    """What one ledger has of them, by whichever reader; `look` takes in what was signed since it was called before."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._places: dict[bytes, list[Place]] = {}

    def __contains__(self, post_id: bytes) -> bool:
        return post_id in self._places

    def __len__(self) -> int:
        return len(self._places)

    def look(self, reader: Reader, states: Iterable[LogState]) -> None:
        """Reads the registry's logs up to these ends; an entry that cannot be read hides no other."""
        for state in states:
            if state.log.topic == REGISTRY.name:
                for start in range(self._seen.get(state.log.path, 0), state.size, READ_AT_ONCE):
                    self._take(reader, state.log, start, min(state.size, start + READ_AT_ONCE))
                self._seen[state.log.path] = state.size

    def look_again(self, reader: Reader, entries: Iterable[Opened]) -> None:
        """Takes in what came since, if one of these entries cannot be opened and nothing explains it yet.

        A key goes only once its Erasure is signed: whoever meets such an entry finds it by now.
        """
        if any(one.why == "unopened" and one.entry.key not in self._places for one in entries):
            self.look(reader, reader.logs())

    def is_after(self, post_id: bytes, slot: int) -> bool:
        """Whether an entry with this slot was kept after the post was to be erased."""
        return any(slot > place.slot for place in self._places.get(post_id, ()))

    def explains(self, topic: str, post_id: bytes, slot: int) -> bool:
        """Whether an erasure is why an entry with this slot cannot be opened: of content also what came after it."""
        places = self._places.get(post_id, ()) if topic in _ABOUT_POSTS else ()
        return any(topic in CONTENT or slot < place.slot for place in places)

    def opened(self, reader: Reader, post_ids: Iterable[bytes]) -> dict[bytes, Erasure]:
        """The newest Erasure of each of these posts, if it can be opened; raises NewerVersion, and as the reader."""
        found: dict[bytes, Erasure] = {}
        wanted = {place: post_id for post_id in set(post_ids) for place in self._places.get(post_id, ())}
        for place, said in _opened(reader, list(wanted)):
            if said.registry_id.encode() == wanted[place]:
                found[wanted[place]] = said
        return found

    def _take(self, reader: Reader, log: LogId, start: int, stop: int) -> None:
        bodies = [
            (number, post_id)
            for number, leaf in enumerate(_leaves(reader, log, start, stop), start)
            if leaf is not None and (post_id := named(leaf[len(log.head) :], ERASURE)) is not None
        ]
        if bodies:
            slots = reader.slots(log, start, stop).tolist()
            for number, post_id in bodies:
                self._places.setdefault(post_id, []).append(Place(log, number, slots[number - start]))


def _opened(reader: Reader, places: list[Place]) -> Iterator[tuple[Place, Erasure]]:
    """Entries of one log after another, in their order."""
    for log in sorted({place.log for place in places}, key=lambda log: log.path):
        here = sorted((place for place in places if place.log == log), key=lambda place: place.entry)
        at = [(0, place.entry) for place in here]
        entries, contents = entries_at(reader, [log], at), contents_at(reader, [log], at)
        for place, where in zip(here, at, strict=True):
            one = opened(log, entries[where], contents[where]).received
            if one is not None and isinstance(one.record, Erasure):
                yield place, one.record


def _leaves(reader: Reader, log: LogId, start: int, stop: int) -> Iterator[bytes | None]:
    try:
        found: list[bytes | None] = list(reader.leaves(log, start, stop))
    except UNREADABLE:
        found = []
    return iter(found) if len(found) == stop - start else (_leaf(reader, log, at) for at in range(start, stop))


def _leaf(reader: Reader, log: LogId, number: int) -> bytes | None:
    try:
        return next(iter(reader.leaves(log, number, number + 1)), None)
    except UNREADABLE:
        return None


def erasure_of(value: bytes, key: bytes) -> Erasure:
    """An Erasure from its record, which must stand under its own key; raises Malformed."""
    try:
        found = decode(REGISTRY, value)
    except NewerVersion as reason:
        raise Malformed(str(reason)) from None
    if not isinstance(found, Erasure) or found.key().encode() != key:
        raise Malformed("is not the Erasure that its key says")
    return found
