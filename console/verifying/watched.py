"""The index of what was watched against the ledger: every statement, and the document of every hour of heartbeats."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from console.comparing import differing
from console.verifying.contents import Contents, is_erased
from console.verifying.differences import Difference, Named
from console.verifying.folded import Folded
from console.verifying.outcome import Indexed
from console.verifying.seen import Posted
from records.ledger.opened import Opened, in_order
from records.ledger.reading import LogState, Reader
from records.received import Received
from search.client import Search
from search.coverage_documents import hour_document, hour_id, is_beat, statement_document
from search.walking import documents

BATCH_ENTRIES = 500
HOURS_HELD_MAX = 5_000
"""So many hours are waited with for more heartbeats; what is compared too early is compared again at the end."""


class ComparedWatching:
    """Compares one log of statements after another."""

    def __init__(self, search: Search, reader: Reader, folded: Folded, seen: Posted) -> None:
        self.contents, self.indexed, self.named = Contents(), Indexed(), Named()
        self.doubted: set[str] = set()
        self._search, self._reader, self.folded, self._seen = search, reader, folded, seen
        self._hours: OrderedDict[str, list[Received]] = OrderedDict()

    async def log(self, state: LogState) -> AsyncIterator[int]:
        """Everything in it; gives how many entries each step had."""
        async for entries in self._batches(state):
            received = self._opened(state, entries)
            self._gather(one for one in received if is_beat(one.record))
            await self._statements([one for one in received if not is_beat(one.record)])
            while len(self._hours) > HOURS_HELD_MAX:
                await self._compare_hours([self._hours.popitem(last=False) for _ in range(BATCH_ENTRIES)])
            yield len(entries)
        await self._compare_hours(list(self._hours.items()))
        self._hours.clear()

    async def again(self, states: Sequence[LogState]) -> AsyncIterator[int]:
        """The hours that were not as they should be, once more, with what came since."""
        doubted = frozenset(self.doubted)
        for state in states:
            async for entries in self._batches(state):
                received = _records(entries)
                self._gather(one for one in received if is_beat(one.record) and hour_id(one.record) in doubted)
                self._note(received)
                yield len(entries)
        self.doubted -= self._hours.keys()  # what no log has at the moment stays in doubt
        await self._compare_hours(list(self._hours.items()))
        self._hours.clear()

    def name_doubted(self) -> None:
        """What is still not as it should be, is so."""
        for hour in sorted(self.doubted):
            text = f"the heartbeats of {hour} are not in the index as they are in the ledger"
            self.named.add(Difference("coverage", hour, text))

    async def _batches(self, state: LogState) -> AsyncIterator[Sequence[Opened]]:
        for start in range(0, state.size, BATCH_ENTRIES):
            yield list(in_order(self._reader, state.log, start, min(state.size, start + BATCH_ENTRIES)))

    def _opened(self, state: LogState, entries: Sequence[Opened]) -> list[Received]:
        if any(one.why == "unopened" for one in entries):
            first = entries[0].entry.offset
            slots = self._reader.slots(state.log, first, first + len(entries)).tolist()
        else:
            slots = [0] * len(entries)
        for one, slot in zip(entries, slots, strict=True):
            self.contents.take(one, is_erased(self._reader, slot) if one.why == "unopened" else None, slot)
        received = _records(entries)
        self._note(received)
        self.indexed.watched += len(received)
        return received

    def _note(self, received: Iterable[Received]) -> None:
        for one in received:
            self._seen.add(_id(one))

    def _gather(self, beats: Iterable[Received]) -> None:
        for one in beats:
            hour = hour_id(one.record)
            self._hours.setdefault(hour, []).append(one)
            self._hours.move_to_end(hour)

    async def _compare_hours(self, hours: Sequence[tuple[str, list[Received]]]) -> None:
        found = await documents(self._search, self._search.coverage, [hour for hour, _ in hours])
        for hour, beats in hours:
            if not self._is_one_of(found.get(hour), beats):
                self.doubted.add(hour)

    def _is_one_of(self, document: dict[str, Any] | None, beats: Sequence[Received]) -> bool:
        """Is the document that of the heartbeats that must be there, and perhaps of some that may be?"""
        sure = sum(self._must_have(one) for one in beats)
        if document is None:
            return not sure
        made = (
            hour_document(None, [one.record for one in beats[:count]]) for count in range(max(1, sure), len(beats) + 1)
        )
        return any(not differing(document, one) for one in made)

    async def _statements(self, statements: Sequence[Received]) -> None:
        found = await documents(self._search, self._search.coverage, [one.record.record_id for one in statements])
        for one in statements:
            record_id = one.record.record_id
            document = found.get(record_id)
            fields = differing(document, statement_document(one.record)) if document else []
            if document is None and self._must_have(one):
                self._name(one, "is missing in the index of what was watched")
            elif fields:
                self._name(one, f"is not in the index as it is in the ledger: {', '.join(fields)} differ")

    def _name(self, one: Received, said: str) -> None:
        record_id = one.record.record_id
        self.named.add(
            Difference("coverage", record_id, f"the statement {record_id} of {one.place} {said}", one.offset)
        )

    def _must_have(self, one: Received) -> bool:
        return self.folded.must_have(one.topic_id, one.partition, one.offset, one.recorded_at)


def _records(entries: Iterable[Opened]) -> list[Received]:
    return [one.received for one in entries if one.received is not None]


def _id(one: Received) -> str:
    return hour_id(one.record) if is_beat(one.record) else one.record.record_id
