"""All indices against the ledger, in small steps: posts and facts, what was watched, and what nothing stands behind.

The ledger is read up to a fixed size while the fold goes on. What an index knows beyond that size is compared once
more with what is signed by then, until nothing is open, or for `RECHECKS_MAX` times.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from console.verifying.contents import Contents
from console.verifying.differences import Named
from console.verifying.folded import Folded, folded
from console.verifying.invented import Invented
from console.verifying.outcome import Indexed
from console.verifying.pace import Pace
from console.verifying.posts import ComparedPosts
from console.verifying.seen import Facts, Posted
from console.verifying.watched import ComparedWatching
from records.errors import Unavailable
from records.ledger.by_subject import partitions
from records.ledger.reading import LogState, Reader
from records.settings import Settings
from records.topics import COVERAGE
from search.client import Search

RECHECKS_MAX = 10
RECHECK_SECONDS_MIN = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was compared, what was opened for it, and what differs."""

    indexed: Indexed
    contents: Contents
    named: Named


async def compare_indices(search: Search, reader: Reader, states: Sequence[LogState], pace: Pace) -> Found:
    """Compares everything; raises Unavailable where the index or the ledger is away."""
    comparison = _Comparison(search, reader, await _folded(search.settings, pace), pace)
    await comparison.all_of(states)
    await comparison.again_and_again(states)
    return comparison.found()


async def _folded(settings: Settings, pace: Pace) -> Folded:
    try:
        return await asyncio.to_thread(folded, settings)
    except Unavailable as reason:
        pace.says(f"the broker cannot be asked how far the fold is: what is younger than an hour may lack ({reason})")
        return Folded()


class _Comparison:
    def __init__(self, search: Search, reader: Reader, known: Folded, pace: Pace) -> None:
        facts, posted, watched = Facts(), Posted(), Posted()
        self._settings, self._reader, self._pace = search.settings, reader, pace
        self._posts = ComparedPosts(search, reader, known, facts, posted)
        self._watching = ComparedWatching(search, reader, known, watched)
        self._invented = Invented(search, facts, posted, watched, self._posts.stubs)

    async def all_of(self, states: Sequence[LogState]) -> None:
        """Everything once."""
        for number, extents in (await asyncio.to_thread(partitions, self._reader, states)).items():
            self._pace.begins(f"posts, partition {number}", sum(size for _, size in extents))
            async for count in self._posts.partition(number, extents):
                await self._pace.goes_on(count)
        for state in _watched(states):
            self._pace.begins(f"what was watched, partition {state.log.partition}", state.size)
            async for count in self._watching.log(state):
                await self._pace.goes_on(count)
        for what, walk in (
            ("facts of the index", self._invented.facts()),
            ("posts of the index", self._invented.posts()),
            ("what was watched, of the index", self._invented.watched()),
        ):
            self._pace.begins(what, 0)
            async for count in walk:
                await self._pace.goes_on(count)

    async def again_and_again(self, states: Sequence[LogState]) -> None:
        """What is still open, with what was signed meanwhile; what stays open is named."""
        for _ in range(RECHECKS_MAX):
            if not (self._posts.result.later or self._watching.doubted or self._invented.waits):
                return
            await asyncio.sleep(max(RECHECK_SECONDS_MIN, self._settings.checkpoint_seconds))
            known = await _folded(self._settings, self._pace)
            before, states = states, await asyncio.to_thread(self._reader.logs)
            await self._once_more(states, known)
            if [state.size for state in before] == [state.size for state in states] and known.known is False:
                break
        self._posts.name_later({f"{one.log.topic_id}:{one.log.partition}": one.size for one in states})
        self._watching.name_doubted()
        self._invented.name_rest()

    async def _once_more(self, states: Sequence[LogState], known: Folded) -> None:
        self._posts.folded = self._watching.folded = known
        later, self._posts.result.later = self._posts.result.later, {}
        extents = await asyncio.to_thread(partitions, self._reader, states)
        for number, slots in later.items():
            async for count in self._posts.partition(number, extents[number], slots):
                await self._pace.goes_on(count)
        if self._watching.doubted or self._invented.waits:
            async for count in self._watching.again(_watched(states)):
                await self._pace.goes_on(count)
        await asyncio.to_thread(self._invented.explain, self._reader, states)
        await self._invented.look_again()

    def found(self) -> Found:
        """All of it."""
        result, watching = self._posts.result, self._watching
        indexed, contents, named = result.indexed, result.contents, Named()
        indexed.watched, indexed.on_their_way = watching.indexed.watched, indexed.on_their_way
        contents.join(watching.contents)
        named.add(*result.stretches())
        for part in (result.named, watching.named, self._invented.named):
            named.most += part.most
            named.join(part)
        return Found(indexed, contents, named)


def _watched(states: Sequence[LogState]) -> list[LogState]:
    return [state for state in states if state.log.topic == COVERAGE.name and state.size]
