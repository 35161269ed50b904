"""Tells subscribers what happens to cases, one signed webhook for each: opened, decided, overdue.

Again and again what came to be so lately is compared with what was told. That is remembered once it was delivered: a
crash between the two, and nothing else, tells it twice, under the same id. What is told goes by the newest that was:
while nobody can be told, or nothing comes, nothing is forgotten and nothing is left out.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from console.web.alert_memory import Stream, Told
from console.web.desk import Desk
from console.web.rounds import Rounds
from console.web.subscribing import stream_of
from ingest.notifying import webhook
from ingest.notifying.event import Event
from records.digests import fact_digest
from records.registry import Subscription
from search.handled import parts_of
from search.happening import DECIDED, OPENED, OVERDUE, Happened, happened

EVENTS_MAX = 200
"""So many of one subscription and kind are told in one look; the rest wait for the next one."""
LATE_MS = 2 * 24 * 3600 * 1000
"""So late, after the newest that was told, may something come to be known and still be told."""
BEGUN: Final = ""
"""What is remembered under this, which is no post's id, is since when anything is told."""
STANDING = ("version", "state", "labels", "severity", "action", "decided_by", "opened_at", "due_at", "decided_at")


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of event for one subscription: to whom, and since when."""

    name: str
    kind: str
    url: str
    since_ms: int

    @property
    def stream(self) -> Stream:
        """What is remembered of it is found by this."""
        return stream_of(self.name, self.kind)

    @property
    def digest(self) -> str:
        """Another address begins anew."""
        return fact_digest("feed", self.url)


class Telling(Rounds[Feed]):
    """The webhooks of one console."""

    ways = (OPENED, DECIDED, OVERDUE)

    def standing(self) -> list[Feed]:
        """Everything that somebody has subscribed to."""
        return feeds_of(self._desk)

    async def compare(self, feed: Feed) -> None:
        """What has happened with what was told."""
        told, now_ms = await self._told(feed), int(self._now() * 1000)
        if gone := outdated(told.posts, now_ms):
            await asyncio.to_thread(self._memory.keep, feed.stream, gone, {})
        new = await self._news(feed, told.posts, after_of(told.posts, now_ms))
        standing = await parts_of(self._desk.search, [post_id for post_id, _ in new], *STANDING)
        for post_id, since in new:
            await self._tell(feed, post_id, since, standing.get(post_id, {}))
        if new:
            self._log.info("events delivered", subscription=feed.name, kind=feed.kind, events=len(new))

    async def _told(self, feed: Feed) -> Told:
        told = self._memory.told(feed.stream)
        if told and told.posts and told.query == feed.digest:
            return told
        begun = {BEGUN: max(feed.since_ms, int(self._now() * 1000) - LATE_MS)}
        await asyncio.to_thread(self._memory.begin, feed.stream, feed.digest, begun)
        return Told(feed.digest, posts=begun)

    async def _news(self, feed: Feed, told: Mapping[str, int], after_ms: int) -> list[Happened]:
        new: list[Happened] = []
        async for page in happened(self._desk.search, feed.kind, after_ms):
            new += news(told, page)
            if len(new) >= EVENTS_MAX:
                break
        return new[:EVENTS_MAX]

    async def _tell(self, feed: Feed, post_id: str, since: int, standing: Mapping[str, object]) -> None:
        said = {name: standing.get(name) for name in STANDING}
        event = Event(feed.kind, post_id, since, said, datetime.fromtimestamp(self._now(), UTC))
        await asyncio.to_thread(webhook.send, self._desk.settings, feed.url, event)
        await asyncio.to_thread(self._memory.keep, feed.stream, (), {post_id: since}, self._now())


def feeds_of(desk: Desk) -> list[Feed]:
    """Everything that somebody has subscribed to and that stands; raises Unavailable."""
    found = desk.set_up.newest("subscription").values()
    said = [(one.said, one.recorded_ms) for one in found if isinstance(one.said, Subscription)]
    standing = [(one, recorded_ms) for one, recorded_ms in said if not one.removed]
    return [Feed(one.registry_id, kind, one.url, since) for one, since in standing for kind in one.events]


def news(told: Mapping[str, int], found: Iterable[Happened]) -> list[Happened]:
    """What was not told, or has happened anew since."""
    return [(post_id, since) for post_id, since in found if post_id not in told or told[post_id] < since]


def after_of(told: Mapping[str, int], now_ms: int) -> int:
    """Only what happened after this is news: what is older was told, or happened before anybody wanted to know."""
    return max(_oldest(told, now_ms), told.get(BEGUN, 0))


def outdated(told: Mapping[str, int], now_ms: int) -> set[str]:
    """What nothing is compared with any more."""
    oldest = _oldest(told, now_ms)
    return {post_id for post_id, since in told.items() if since <= oldest}


def _oldest(told: Mapping[str, int], now_ms: int) -> int:
    """What a wrong clock says of the time to come is no measure."""
    return max((since for since in told.values() if since <= now_ms), default=now_ms) - LATE_MS
