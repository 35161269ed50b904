"""The work of dispatch: what decisions want of the sites leaves as orders, once their grace is over.

The index says which posts may want something; what each wants now is derived again from its document as it is at this
moment. An order is named by the place of the decision behind it: a crash or a rebuild can repeat one, and never invent
one. What became of an order is the fold's to know; until it shows, the order is remembered here and not repeated.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from moderation.cases import wanted
from moderation.cases.instants import iso
from records.orders import Order
from records.topics import ORDERS
from search.indexer import Held
from search.wanting import Due
from stream import metrics
from stream.batches import or_end, waited_out
from stream.worker import Publish

DISPATCH_SECONDS = 1.0
SETTLES = timedelta(seconds=1)
"""An undo that is recorded in the last moment of the grace is folded by then."""
ORDERS_AT_ONCE_MAX = 200
ON_THEIR_WAY_MAX = 1_000
"""Orders that were published and do not show in the index yet; beyond so many, no more leave for a while."""
REPEAT_SECONDS = 60.0

log = structlog.get_logger()
Find = Callable[[datetime, int], Awaitable[Collection[Due]]]
Read = Callable[[Iterable[str]], Awaitable[Mapping[str, Held]]]


class Dispatching:
    """One round a second. `find` asks the index, `read` the documents; `ours` are this worker's partitions."""

    def __init__(self, find: Find, read: Read, ours: Callable[[], Collection[int]]) -> None:
        self._find, self._read, self._ours = find, read, ours
        self._sent: dict[Due, float] = {}

    async def round(self, publish: Publish) -> None:
        """Waits out a server that is away; ends the process for what nobody foresaw."""
        await or_end(waited_out(metrics.dispatch_waiting, lambda: self.orders(publish)))

    async def orders(self, publish: Publish) -> None:
        """Everything whose time has come leaves, so many at once; returns when the broker holds the orders."""
        now, ticks = datetime.now(UTC), time.monotonic()
        self._sent = {due: at for due, at in self._sent.items() if ticks - at < REPEAT_SECONDS}
        room = min(ORDERS_AT_ONCE_MAX, ON_THEIR_WAY_MAX - len(self._sent))
        ours = self._ours()
        if room <= 0 or not ours:
            return
        found = await self._find(now - SETTLES, room + len(self._sent))
        waiting = [due for due in found if due not in self._sent][:room]
        held = await self._read([due.post_id for due in waiting]) if waiting else {}
        leaving = {
            due: order_of(post_id, want, now)
            for post_id, one in held.items()
            if (want := _pending(one.document["parts"], now - SETTLES)) is not None
            and (due := Due(post_id, want["action"], want["after"])) not in self._sent
            and partition_of(want["place"]) in ours
        }
        if leaving:
            await publish(ORDERS, list(leaving.values()))
            self._sent |= dict.fromkeys(leaving, ticks)
            metrics.ORDERED.inc(len(leaving))
            log.info("orders left", orders=len(leaving), on_their_way=len(self._sent))


def order_of(post_id: str, want: Mapping[str, Any], now: datetime) -> Order:
    """What the site is asked, under the name of the decision's place."""
    return Order(
        post_id=post_id,
        order_id=want["place"],
        decision_record_id=want["record_id"],
        action=want["action"],
        revision_id=want["revision_id"],
        reply_text=want["reply_text"],
        ordered_at=now,
    )


def partition_of(place: str) -> int:
    """Of `topic-partition-offset`."""
    return int(place.rsplit("-", 2)[1])


def _pending(parts: Mapping[str, Any], before: datetime) -> Mapping[str, Any] | None:
    want = wanted(parts["decided"], parts["carried_out"])
    return want if want is not None and want["after"] < iso(before) else None
