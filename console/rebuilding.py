"""How the views are made again from the ledger alone, while the fold goes on writing to those in use.

1. Post by post, everything that was signed when the rebuild began: all records of a post are folded at once, and its
   document is written once, with its facts.
2. Log by log what was signed since, as the fold does it (what was watched: from the beginning), until little is left.
   Where entries could not be opened, or are others than they were, it ends here, unless somebody accepts that.
3. The indices in use are closed to writes, and Kafka's end offsets are taken: the fold may have written up to there
   and no further. The keeper must have kept up to them; the rest is applied, and the aliases move. The fold goes on by
   itself, and passes over what it repeats, since each document says how far it was folded.

Of an erased post only what came after its erasure can be opened: its document starts from the stub that the Erasure
keeps. A key goes only once its Erasure is signed: whoever cannot open an entry finds the reason in the registry.

Killed at any moment, the same rebuild goes on where it was, or a few seconds before: doing it again changes nothing.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import Protocol, TypeVar

from console.stubs import Stubs
from moderation.cases import fold_post
from records.documents import PostDocument
from records.errors import Misconfigured, Unavailable
from records.ledger.by_subject import NO_POST, Extent, Posts, Subject, partitions
from records.ledger.opened import Opened, in_order
from records.ledger.reading import LogState, Reader
from records.received import Received
from records.topics import ABOUT_POSTS, COVERAGE
from search.rebuild import Building

FOLDED = tuple(topic.name for topic in (*ABOUT_POSTS, COVERAGE))
BATCH_ENTRIES = 500
BATCH_BYTES = 16_000_000
LAST_PASS_ENTRIES_MAX = 1_000
PASSES_MAX = 20
SAVE_SECONDS = 2.0
RETRY_SECONDS_FIRST, RETRY_SECONDS_MAX = 1.0, 30.0
GIVE_UP_SECONDS = 600.0

T = TypeVar("T")


class Teller(Protocol):
    """Who is told how it goes."""

    def begins(self, what: str, entries: int) -> None:
        """Something that so many entries make."""
        ...

    def goes_on(self, entries: int, posts: int) -> None:
        """So many of them are done, and so many posts with them."""
        ...

    def says(self, sentence: str) -> None:
        """Something a person should know."""
        ...


@dataclass
class Progress:
    """How far a rebuild has come, as it is saved.

    `ends` says how much of each log about posts the first pass takes; it has done all of the partition numbers below
    `partition`, and there all posts up to `slot`. `tails` says where the passes after it go on in each log. What was
    passed over is counted by why, and the first of each is named.
    """

    job: str
    ends: dict[str, int] = field(default_factory=dict)
    partition: int = 0
    slot: int = NO_POST
    tails: dict[str, int] = field(default_factory=dict)
    passed_over: dict[str, int] = field(default_factory=dict)
    first_passed_over: dict[str, str] = field(default_factory=dict)
    posts_without_record: int = 0
    erased_posts: int = 0


class Rebuild:
    """The passes; `ledger` gives a reader that knows what was signed until now."""

    def __init__(self, building: Building, ledger: Callable[[], Reader], progress: Progress, tell: Teller) -> None:
        self.building, self.progress, self.tell = building, progress, tell
        self._ledger = ledger
        self._indexer, self._coverage = building.indexer, building.coverage_indexer
        self._saved_at = 0.0
        self._stubs = Stubs()

    async def first_pass(self) -> None:
        """Everything about posts, post by post."""
        reader = await asyncio.to_thread(self._ledger)
        states = await asyncio.to_thread(reader.logs)
        if not self.progress.ends:
            about_posts = [state for state in states if state.log.topic in FOLDED[:-1] and state.size]
            if not about_posts:
                raise Misconfigured("this ledger has no record about a post, and the indices in use stay as they are")
            self.progress.ends = {state.log.path: state.size for state in about_posts}
            await self._save()
        _refuse_another(states, self.progress.ends)
        await asyncio.to_thread(self._stubs.look, reader, states)
        found = await asyncio.to_thread(partitions, reader, states, self.progress.ends)
        self.tell.begins("posts", sum(size for extents in found.values() for _, size in extents))
        for partition, extents in sorted(found.items()):
            if partition < self.progress.partition:
                self.tell.goes_on(sum(size for _, size in extents), 0)
            else:
                await self._partition(reader, partition, extents)
        await self._save()

    async def until_small(self) -> None:
        """What came meanwhile, until little is left, or until writers are evidently as fast as we are."""
        for _ in range(PASSES_MAX):
            if await self.one_pass() <= LAST_PASS_ENTRIES_MAX:
                return

    async def one_pass(self) -> int:
        """What was signed since the last pass; how many entries that were."""
        reader = await asyncio.to_thread(self._ledger)
        states = await asyncio.to_thread(reader.logs)
        await asyncio.to_thread(self._stubs.look, reader, states)
        states = [state for state in states if state.log.topic in FOLDED]
        left = sum(state.size - self._tail(state) for state in states)
        self.tell.begins("what came since", left)
        for state in states:
            await self._tail_of(reader, state)
        await self._save()
        return left

    def behind(self, ends: Mapping[str, int]) -> int:
        """How many records the ledger has still to keep and to sign up to these ends of logs."""
        sizes = {state.log.path: state.size for state in self._ledger().logs()}
        return sum(max(0, end - sizes.get(path, 0)) for path, end in ends.items())

    def sizes(self) -> dict[str, int]:
        """How many entries are signed of each log, by id of the topic and partition, as documents name them."""
        return {f"{state.log.topic_id}:{state.log.partition}": state.size for state in self._ledger().logs()}

    async def _partition(self, reader: Reader, partition: int, extents: Sequence[Extent]) -> None:
        progress = self.progress
        if partition > progress.partition:
            progress.partition, progress.slot = partition, NO_POST
        posts = await asyncio.to_thread(lambda: Posts(reader, extents, after=progress.slot))
        self.tell.goes_on(sum(size for _, size in extents) - posts.entries, 0)
        begun: dict[str, PostDocument] = {}
        async with aclosing(_ahead(posts.chunks())) as chunks:
            async for chunk in chunks:
                await self._write(chunk, begun)
                done = [subject for subject in chunk if not subject.more]
                progress.slot = done[-1].slot if done else progress.slot
                self.tell.goes_on(sum(len(subject.entries) for subject in chunk), len(done))
                await self._save_now_and_then()
        progress.partition, progress.slot = partition + 1, NO_POST

    async def _write(self, chunk: Sequence[Subject], begun: dict[str, PostDocument]) -> None:
        """Documents of whole posts, and facts; `begun` holds the document of a post that comes in pieces."""
        documents: dict[str, PostDocument] = {}
        facts: list[Received] = []
        stubs = await asyncio.to_thread(self._stubs.of, chunk)
        in_pieces = set(begun)
        for subject in chunk:
            received = self._readable(subject.entries, subject.slot)
            before = begun.pop(subject.post_id, documents.pop(subject.post_id, stubs.get(subject.post_id)))
            document = fold_post(before, received) if received else before
            facts += received
            if document is not None:
                (begun if subject.more else documents)[subject.post_id] = document
            elif not subject.more:
                self.progress.posts_without_record += 1
        conflicts = await self._indexer.write(documents, {}, facts)
        self.progress.erased_posts += len(stubs.keys() & documents.keys() - conflicts)
        # Facts of its first pieces were written before anything said that it is erased.
        if late := {post_id for post_id in in_pieces & documents.keys() if documents[post_id]["erased"]}:
            await self._indexer.scrub(late)
        # There already: a rebuild that was killed had written it, or this post had another key before.
        await self._indexer.apply([one for one in facts if one.record.post_id in conflicts], fold_post)

    async def _tail_of(self, reader: Reader, state: LogState) -> None:
        start = self._tail(state)
        async with aclosing(_ahead(_batches(in_order(reader, state.log, start, state.size)))) as batches:
            async for batch in batches:
                await asyncio.to_thread(self._stubs.explain, batch)
                facts = self._readable(batch)
                if state.log.topic == COVERAGE.name:
                    await self._coverage.apply_statements(facts)
                else:
                    await self._indexer.apply(facts, fold_post)
                self.progress.tails[state.log.path] = batch[-1].entry.offset + 1
                self.tell.goes_on(len(batch), 0)
                await self._save_now_and_then()

    def _tail(self, state: LogState) -> int:
        return self.progress.tails.get(state.log.path, self.progress.ends.get(state.log.path, 0))

    def _readable(self, entries: Iterable[Opened], slot: int | None = None) -> list[Received]:
        found: list[Received] = []
        for one in entries:
            if one.received is not None:
                found.append(one.received)
            elif one.why is not None:
                why = "erased" if self._stubs.explains(one, slot) else one.why
                self.progress.passed_over[why] = self.progress.passed_over.get(why, 0) + 1
                place = f"{one.log.topic}-{one.log.partition}-{one.entry.offset}"
                self.progress.first_passed_over.setdefault(why, place)
        return found

    async def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved_at > SAVE_SECONDS:
            await self._save()

    async def _save(self) -> None:
        await self.building.save(asdict(self.progress))
        self._saved_at = time.monotonic()


async def patiently(attempt: Callable[[], Awaitable[T]], tell: Teller, give_up_seconds: float = GIVE_UP_SECONDS) -> T:
    """Tries again while a server is away, for so long at most; what was tried goes on where it was."""
    waited, seconds = 0.0, RETRY_SECONDS_FIRST
    while True:
        began = time.monotonic()
        try:
            return await attempt()
        except Unavailable as reason:
            if time.monotonic() - began > GIVE_UP_SECONDS:
                waited, seconds = 0.0, RETRY_SECONDS_FIRST
            if waited > give_up_seconds:
                raise
            if not waited:
                tell.says(f"waiting: {reason}")
        await asyncio.sleep(seconds)
        waited, seconds = waited + seconds, min(seconds * 2, RETRY_SECONDS_MAX)


def _refuse_another(states: Iterable[LogState], ends: Mapping[str, int]) -> None:
    sizes = {state.log.path: state.size for state in states}
    for path, end in ends.items():
        if sizes.get(path, 0) < end:
            raise Misconfigured(
                f"this rebuild was begun with a ledger whose log {path} had {end} entries, and here it has "
                f"{sizes.get(path, 0)}: use that ledger again, or begin with `lifeguard rebuild --anew`"
            )


def _batches(entries: Iterator[Opened]) -> Iterator[list[Opened]]:
    """Some entries at a time, by number and by size."""
    batch: list[Opened] = []
    size = 0
    for one in entries:
        batch.append(one)
        size += one.entry.value_size or 0
        if len(batch) >= BATCH_ENTRIES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def _ahead(chunks: Iterator[T]) -> AsyncGenerator[T, None]:
    """Each while the next one is being read, in a thread."""
    coming = asyncio.ensure_future(asyncio.to_thread(next, chunks, None))
    try:
        while (chunk := await asyncio.shield(coming)) is not None:
            coming = asyncio.ensure_future(asyncio.to_thread(next, chunks, None))
            yield chunk
    finally:
        # Nobody may close the ledger, or ask it for something else, while the thread still reads.
        await asyncio.wait([coming])
        coming.exception()
