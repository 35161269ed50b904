"""Tells subscribers what happens to cases, one signed webhook for each: opened, decided, overdue.

Again and again what is so now is compared with what was told, as with the alerts of queues. What was told is remembered
once it was delivered: a crash between the two, and nothing else, tells it twice, under the same id.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from console.web.alert_memory import Stream, Told
from console.web.desk import Desk
from console.web.rounds import Rounds
from console.web.subscribing import stream_of
from ingest.notifying import webhook
from ingest.notifying.event import Event
from records.digests import fact_digest
from records.errors import Malformed
from records.registry import Subscription
from search.entering import POSTS_MAX
from search.handled import parts_of
from search.happening import DECIDED, OPENED, OVERDUE, happened

EVENTS_MAX = 200
"""So many of one subscription and kind are told in one look; the rest wait for the next one."""
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
        found = await happened(self._desk.search, feed.kind)
        if found is None:
            raise Malformed(f"more than {POSTS_MAX:,} cases are so at once, too many to tell what is new")
        told = self._memory.told(feed.stream)
        if told is None or told.query != feed.digest:
            there = {post_id: since for post_id, since in found.items() if since <= feed.since_ms}
            await asyncio.to_thread(self._memory.begin, feed.stream, feed.digest, there)
            told = Told(feed.digest, posts=there)
        if gone := told.posts.keys() - found.keys():
            await asyncio.to_thread(self._memory.keep, feed.stream, gone, {})
        new = news(told.posts, found)[:EVENTS_MAX]
        standing = await parts_of(self._desk.search, [post_id for post_id, _ in new], *STANDING)
        for post_id, since in new:
            await self._tell(feed, post_id, since, standing.get(post_id, {}))
        if new:
            self._log.info("events delivered", subscription=feed.name, kind=feed.kind, events=len(new))

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


def news(told: Mapping[str, int], found: Mapping[str, int]) -> list[tuple[str, int]]:
    """What was not told, or has happened anew since, the earliest first."""
    new = [(post_id, since) for post_id, since in found.items() if post_id not in told or told[post_id] < since]
    return sorted(new, key=lambda one: (one[1], one[0]))
