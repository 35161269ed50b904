"""The indices of posts and facts against the ledger: post by post, each document folded again from its entries.

Of an erased post there is not enough left to fold: its document must be there, and be a stub without content.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from console.comparing import differing
from console.verifying.contents import Contents, is_erased
from console.verifying.differences import Difference, Named
from console.verifying.folded import Folded
from console.verifying.outcome import Indexed
from console.verifying.seen import SEALED, Facts, Posted, applied_of, place_of
from console.verifying.stubs import is_scrubbed, not_of_a_stub, scrubbed
from moderation.cases import fold_post
from records.documents import PostDocument
from records.ledger.by_subject import Extent, Posts, Subject
from records.ledger.entries import LogId
from records.ledger.erasures import Erasures
from records.ledger.opened import Opened
from records.ledger.reading import Reader
from records.received import Received
from search.client import Search
from search.history import history_document
from search.indexer import document_id
from search.walking import documents

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIELDS_SHOWN_MAX = 8


@dataclass(frozen=True, slots=True)
class Later:
    """A post whose document knows more than the ledger had signed: up to these offsets."""

    post_id: str
    applied: Mapping[str, int]


@dataclass(slots=True)
class Compared:
    """What one pass over posts has found so far; `later` by partition number and slot."""

    contents: Contents = field(default_factory=Contents)
    indexed: Indexed = field(default_factory=Indexed)
    named: Named = field(default_factory=Named)
    later: dict[int, dict[int, Later]] = field(default_factory=dict)
    contradicted: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The first and the last entry of each log whose fact is another or is missing."""

    def contradicts(self, one: Received) -> None:
        """The index says otherwise of an entry."""
        path = LogId("", one.topic, one.topic_id, one.partition).path
        first, last = self.contradicted.get(path, (one.offset, one.offset))
        self.contradicted[path] = (min(first, one.offset), max(last, one.offset))

    def stretches(self) -> list[Difference]:
        """Where more than one entry of a log is contradicted: from which on, for only the first facts are named."""
        return [
            Difference("fact", path, f"the index of facts contradicts entries of {path} from entry {first} on", first)
            for path, (first, last) in self.contradicted.items()
            if first < last
        ]


@dataclass(slots=True)
class _Post:
    """A post that is being folded again, up to what its document says was applied."""

    post_id: str
    found: dict[str, Any] | None
    document: PostDocument | None = None
    missing: list[tuple[str, int, bool]] = field(default_factory=list)
    unreadable: bool = False
    erased: bool = False


class Some(Posts):
    """Only these posts of a partition number."""

    def __init__(self, reader: Reader, extents: Sequence[Extent], only: Collection[int]) -> None:
        super().__init__(reader, extents)
        kept = np.isin(self._slots, np.fromiter(only, np.uint32, len(only)))
        self._slots, self._order = self._slots[kept], self._order[kept]
        self._edges = np.flatnonzero(np.diff(self._slots)) + 1


class ComparedPosts:
    """Compares the posts of one partition number after another; what it has seen tells later what was invented."""

    def __init__(self, search: Search, reader: Reader, folded: Folded, facts: Facts, posted: Posted) -> None:
        self.result = Compared()
        self._search, self._reader, self.folded = search, reader, folded
        self._facts, self._posted = facts, posted
        self._open: _Post | None = None
        self._erasures = Erasures()
        self.stubs: set[str] = set()
        self._again = False
        self._sizes: dict[str, int] = {}

    async def partition(
        self, number: int, extents: Sequence[Extent], only: Collection[int] | None = None
    ) -> AsyncIterator[int]:
        """Compares a partition number, or only these slots of it again; gives how many entries each chunk had."""
        self._sizes = {f"{log.topic_id}:{log.partition}": size for log, size in extents}
        self._again = only is not None
        posts = Posts(self._reader, extents) if only is None else Some(self._reader, extents, only)
        for chunk in posts.chunks():
            await self._chunk(number, chunk)
            yield sum(len(subject.entries) for subject in chunk)

    def name_later(self, sizes: Mapping[str, int]) -> None:
        """What documents say was applied, and the ledger has not signed by now, is named."""
        for slots in self.result.later.values():
            for later in slots.values():
                beyond = [f"{log}:{offset}" for log, offset in later.applied.items() if offset >= sizes.get(log, 0)]
                if beyond:
                    text = f"the document of post {later.post_id} has records applied that the ledger has not: "
                    self.result.named.add(Difference("document", later.post_id, text + _shown(beyond)))

    async def _chunk(self, number: int, chunk: Sequence[Subject]) -> None:
        ids = [document_id(subject.post_id) for subject in chunk]
        found = await documents(self._search, self._search.posts, ids)
        entries = [one for subject in chunk for one in subject.entries]
        await asyncio.to_thread(self._erasures.look_again, self._reader, entries)
        for subject, id_ in zip(chunk, ids, strict=True):
            if self._open is None:
                self._open = _Post(subject.post_id, found.get(id_))
            self._subject(subject, self._open)
            if not subject.more:
                self._finish(number, subject.slot, self._open)
                self._open = None
        erased = {
            subject.post_id for subject, id_ in zip(chunk, ids, strict=True) if (found.get(id_) or {}).get("erased")
        }
        await self._compare_facts(list(_records(entries)), erased)

    def _subject(self, subject: Subject, post: _Post) -> None:
        post.erased |= self._erasures.is_after(post.post_id.encode("utf-8", "replace"), subject.slot)
        for one in subject.entries:
            if not self._again:
                is_gone = is_erased(self._reader, subject.slot) if one.why == "unopened" else None
                self.result.contents.take(one, is_gone, subject.slot)
            self._facts.note(one)
            explained = one.why == "unopened" and self._erasures.explains(
                one.log.topic, one.entry.key or b"", subject.slot
            )
            post.erased |= explained
            post.unreadable |= one.why in SEALED and not explained
        applied = applied_of(post.found or {})
        received = list(_records(subject.entries))
        there = [one for one in received if one.offset <= applied.get(one.log, -1)]
        post.missing += [(one.place, _append_ms(one), self._must_have(one)) for one in received if one not in there]
        post.document = fold_post(post.document, there) if there else post.document

    def _finish(self, number: int, slot: int, post: _Post) -> None:
        result = self.result
        if not self._again:
            self._posted.add(document_id(post.post_id))
            result.indexed.posts += not post.unreadable and not post.erased
            result.indexed.skipped += post.unreadable
        if post.unreadable:
            return
        for _, append_ms, must_be_there in post.missing:
            if not must_be_there and not self._again:
                result.indexed.awaited(append_ms)
        lacking = [place for place, _, must_be_there in post.missing if must_be_there]
        if lacking and not (post.erased and post.found is None):
            without = f"without {_shown(lacking)}, which it should have" if post.found else "not at all"
            result.named.add(Difference("document", post.post_id, f"the index has post {post.post_id} {without}"))
        if post.erased:
            self._compare_stub(post)
        elif post.found is not None:
            self._compare_document(number, slot, post, post.found)

    def _compare_stub(self, post: _Post) -> None:
        """Once, though the post may have keys from before and from after its erasure."""
        if post.post_id in self.stubs:
            return
        self.stubs.add(post.post_id)
        self.result.indexed.erased += 1
        if post.found is None:
            text = f"the index has not the stub of the erased post {post.post_id}"
        elif fields := not_of_a_stub(post.found):
            text = f"the document of the erased post {post.post_id} is no stub: {_shown(fields)} differ"
        else:
            return
        self.result.named.add(Difference("document", post.post_id, text))

    def _compare_document(self, number: int, slot: int, post: _Post, found: dict[str, Any]) -> None:
        result, applied = self.result, applied_of(found)
        if any(offset >= self._sizes.get(log, 0) for log, offset in applied.items()):
            result.later.setdefault(number, {})[slot] = Later(post.post_id, applied)
        elif fields := differing(found, post.document or {}):
            text = f"the document of post {post.post_id} is not what its records say: {_shown(fields)} differ"
            result.named.add(Difference("document", post.post_id, text))

    async def _compare_facts(self, received: Sequence[Received], erased: Collection[str]) -> None:
        """A fact that is told again stays as it was told first: its document is that of one of its entries.

        Of posts that are erased what a person wrote is taken out, while their keys are still there and later.
        """
        by_id: dict[str, list[Received]] = {}
        for one in received:
            by_id.setdefault(one.record.record_id, []).append(one)
        found = await documents(self._search, self._search.history, by_id)
        for id_, entries in by_id.items():
            self._compare_fact(entries, found.get(id_), entries[0].record.post_id in erased)

    def _compare_fact(self, entries: Sequence[Received], fact: dict[str, Any] | None, erased: bool) -> None:
        one, result = entries[0], self.result
        if fact is None:
            if self._must_have(one):
                result.contradicts(one)
                result.named.add(_fact(one, "is missing in the index"))
            return
        result.indexed.facts += not self._again
        expected = history_document(self._meant(entries, fact))
        if erased and is_scrubbed(fact):
            expected = scrubbed(expected)
        if fields := differing(fact, expected):
            result.contradicts(one)
            result.named.add(_fact(one, f"is not in the index as it is in the ledger: {_shown(fields)} differ"))

    def _meant(self, entries: Sequence[Received], fact: dict[str, Any]) -> Received:
        """Of several entries with one fact the one that its document names."""
        one = next((entry for entry in entries if entry.place == fact.get("place")), None)
        place = place_of(fact)
        if one is None and place and self._facts.behind(entries[0].record.record_id, fact) == "stands":
            # In another piece of a large post.
            return Received(entries[0].topic, *place, self._facts.recorded_at(place), entries[0].record)
        return one or entries[0]

    def _must_have(self, one: Received) -> bool:
        return self.folded.must_have(one.topic_id, one.partition, one.offset, one.recorded_at)


def _records(entries: Sequence[Opened]) -> Iterator[Received]:
    return (one.received for one in entries if one.received is not None)


def _fact(one: Received, said: str) -> Difference:
    record_id = one.record.record_id
    return Difference("fact", record_id, f"the fact {record_id} of {one.place} {said}", one.offset)


def _shown(fields: Sequence[str]) -> str:
    more = len(fields) - FIELDS_SHOWN_MAX
    return ", ".join(fields[:FIELDS_SHOWN_MAX]) + (f" and {more} more" if more > 0 else "")


def _append_ms(one: Received) -> int:
    return (one.recorded_at - _EPOCH) // _MILLISECOND
