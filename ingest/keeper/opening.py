"""What an erasure is judged by, opened by the keeper from its own ledger: the Erasure, and the decisions behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ingest.keeper.grounds import Contradicted, Named, NotYet
from ingest.registry import Registered
from records.errors import Malformed, Misconfigured, NewerVersion, Unavailable
from records.ledger.entries import Entry, parse_body
from records.ledger.erasures import ERASED, ERASURE, erasure_of, named
from records.ledger.frames import Frame
from records.ledger.growing import GrowingLog
from records.ledger.reading import received
from records.ledger.sealing import unseal
from records.ledger.store import Ledger
from records.received import Received
from records.registry import Erasure
from records.topics import DECISIONS


class Looking(Protocol):
    """What is needed of Kafka's registry."""

    def look(self) -> list[Registered]:
        """Every entry; raises Unavailable."""
        ...

    def close(self) -> None:
        """Gives the connection back."""
        ...


@dataclass(frozen=True)
class Asked:
    """An Erasure as a log of the registry has it: where, and about which post."""

    log: GrowingLog
    entry: int
    slot: int
    post_id: bytes
    append_ms: int

    @property
    def place(self) -> str:
        """As people write it."""
        return f"{self.log.id.topic}-{self.log.id.partition}-{self.entry}"


def asked_in(log: GrowingLog, start: int, stop: int) -> Iterator[Asked | bytes | None]:
    """Entry by entry: an Erasure, the post of which it is told that it was erased, or nothing of the kind."""
    for entry, frame in enumerate(_frames(log, start, stop), start):
        if frame is None:
            yield None
        elif (post_id := named(frame.body, ERASURE)) is not None:
            yield Asked(log, entry, frame.slot, post_id, parse_body(frame.body).append_ms)
        else:
            yield named(frame.body, ERASED)


def _frames(log: GrowingLog, start: int, stop: int) -> Iterator[Frame | None]:
    """A damaged entry hides no other; `lifeguard verify` names it."""
    number = start
    while number < stop:
        try:
            for frame in log.frames(number, stop):
                yield frame
                number += 1
        except Misconfigured:
            yield None
            number += 1


class Opening:
    """Opens both; where the key of an Erasure was lost with older keys, Kafka may still have it."""

    def __init__(self, ledger: Ledger, registry: Looking) -> None:
        self._ledger, self._registry = ledger, registry

    def erasure(self, asked: Asked) -> Erasure:
        """What it says; raises Contradicted, and NotYet while nobody can be asked."""
        entry, slot, sealed = _read(asked.log, asked.entry)
        value = self._value(asked.log, entry, slot, sealed)
        try:
            if value is None:
                return self._on_kafka(asked)
            return erasure_of(value, entry.key or b"")
        except Malformed as reason:
            raise Contradicted(f"it {reason}") from None

    def decision(self, place: Named, post_id: bytes) -> tuple[int, Received | None]:
        """The slot of its key and the decision, or None where the key is gone; raises Contradicted, NotYet."""
        log = next((one for one in self._ledger if _is_now(one, place.partition)), None)
        if log is None or place.offset >= log.signed.size:
            raise NotYet
        where = f"{DECISIONS.name}-{place.partition}-{place.offset}"
        entry, slot, sealed = _read(log, place.offset)
        if entry.absent or entry.key != post_id:
            raise Contradicted(f"{where} is not about this post")
        if self._ledger.keys.key(slot) is None:
            return slot, None
        value = self._value(log, entry, slot, sealed)
        if value is None:
            raise Contradicted(f"{where} is not opened by its key")
        try:
            return slot, received(log.id, entry, value)
        except (Malformed, NewerVersion) as reason:
            raise Contradicted(f"{where} cannot be read: {reason}") from None

    def _value(self, log: GrowingLog, entry: Entry, slot: int, sealed: bytes) -> bytes | None:
        key = self._ledger.keys.key(slot)
        found = None if key is None else unseal(key, log.id, entry.offset, entry.commitment, sealed)
        return None if found is None else found[1]

    def _on_kafka(self, asked: Asked) -> Erasure:
        try:
            found = [] if asked.log.ended else [one.said for one in self._registry.look() if one.place == asked.place]
        except Unavailable:
            raise NotYet from None
        for said in found:
            if isinstance(said, Erasure) and said.registry_id.encode() == asked.post_id:
                return said
        raise Contradicted("it cannot be opened: its key is lost; have it published once more")


def _read(log: GrowingLog, number: int) -> tuple[Entry, int, bytes]:
    try:
        frame = next(log.frames(number, number + 1))
        return parse_body(frame.body), frame.slot, frame.sealed
    except (Malformed, Misconfigured) as reason:
        raise Contradicted(str(reason)) from None


def _is_now(log: GrowingLog, partition: int) -> bool:
    return log.id.topic == DECISIONS.name and log.id.partition == partition and log.ended is None
