"""Tells people that something has entered a queue: again and again, what is in it is compared with what was told.

A post enters when it is found and was not before, or when it waits anew. What was told is remembered once it was
delivered, so that a crash between the two, and nothing else, tells it twice.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from console.web.address import public_url
from console.web.alert_memory import NOT_WAITING, Stream, Told
from console.web.desk import Desk
from console.web.rounds import Rounds
from console.web.saved import queues_in
from ingest.notifying.alert import Alert
from ingest.notifying.ways import MAIL, WEBHOOK, Way
from records.digests import fact_digest
from records.errors import Malformed
from search.entering import POSTS_MAX, Inside, inside
from search.queues import Queue, for_person

ALERT_PAUSE_SECONDS = 300.0
"""What enters so soon after an alert is told by the next one, all at once."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One queue that is told by one way: since when, and to whom; `query` is the digest of its search."""

    queue: Queue
    query: str
    saved_ms: int
    way: Way
    to: str

    @property
    def stream(self) -> Stream:
        """What is remembered of it is found by this."""
        return self.queue.name, self.way.name


class Alerting(Rounds[Watch]):
    """The alerts of one console."""

    ways = (WEBHOOK.name, MAIL.name)

    def standing(self) -> list[Watch]:
        """Every queue that wants to be told of."""
        return watches_of(self._desk)

    def rests(self, stream: Stream) -> bool:
        """For a while after each alert."""
        told = self._memory.told(stream)
        return told is not None and 0 <= self._now() - told.told_at < ALERT_PAUSE_SECONDS

    async def compare(self, watch: Watch) -> None:
        """What is in a queue with what was told."""
        found = await inside(self._desk.search, watch.queue.wanted)
        if found is None:
            raise Malformed(f"more than {POSTS_MAX:,} posts are in it, too many to tell what is new: narrow its search")
        told = self._memory.told(watch.stream)
        if told is None or told.query != watch.query:
            there = {post_id: _opened(one) for post_id, one in found.items() if _is_before(one, watch.saved_ms)}
            await asyncio.to_thread(self._memory.begin, watch.stream, watch.query, there)
            told = Told(watch.query, posts=there)
        gone, come = told.posts.keys() - found.keys(), entered(told.posts, found)
        if come:
            await self._tell(watch, come)
        if come or gone:
            opened, at = {post_id: _opened(one) for post_id, one in come.items()}, self._now() if come else None
            await asyncio.to_thread(self._memory.keep, watch.stream, gone, opened, at)

    async def _tell(self, watch: Watch, come: Mapping[str, Inside]) -> None:
        alert = alert_of(watch, come, public_url(self._desk.settings), datetime.fromtimestamp(self._now(), UTC))
        await asyncio.to_thread(watch.way.send, self._desk.settings, watch.to, alert)
        self._log.info("alert delivered", queue=watch.queue.name, way=watch.way.name, entered=alert.entered)


def watches_of(desk: Desk) -> list[Watch]:
    """Every queue that stands and wants to be told of, as its owner sees it, by each way; raises Unavailable."""
    found = []
    for saved in queues_in(desk.set_up.newest("queue")):
        query = fact_digest("query", json.dumps(saved.said.query, sort_keys=True))
        for way, to in ((WEBHOOK, saved.said.alert_url), (MAIL, saved.said.alert_email)):
            if saved.queue and to:
                wanted = for_person(saved.queue.wanted, saved.owner, desk.set_up.role(saved.owner))
                found.append(Watch(replace(saved.queue, wanted=wanted), query, saved.recorded_ms, way, to))
    return found


def entered(told: Mapping[str, int], found: Mapping[str, Inside]) -> dict[str, Inside]:
    """What is found and was not told, or waits since later than what was told."""
    return {
        post_id: one
        for post_id, one in found.items()
        if post_id not in told or NOT_WAITING != told[post_id] < _opened(one)
    }


def alert_of(watch: Watch, come: Mapping[str, Inside], console: str, now: datetime) -> Alert:
    """What is said of these posts; of the same ones always under the same id."""
    facts = [part for post_id in sorted(come) for part in (post_id, _opened(come[post_id]))]
    since = [one.since_ms for one in come.values() if one.since_ms is not None]
    return Alert(
        alert_id=fact_digest("alert", *watch.stream, *facts),
        queue=watch.queue.name,
        title=watch.queue.title,
        entered=len(come),
        oldest_at=datetime.fromtimestamp(min(since) / 1000, UTC) if since else None,
        address=f"{console}/queue?{urlencode({'queue': watch.queue.name})}",
        made_at=now,
    )


def _opened(one: Inside) -> int:
    return NOT_WAITING if one.opened_ms is None else one.opened_ms


def _is_before(one: Inside, saved_ms: int) -> bool:
    return one.since_ms is None or one.since_ms <= saved_ms
