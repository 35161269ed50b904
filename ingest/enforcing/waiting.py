"""What is still to be done on one site: orders, one after another for each post, and looks; whatever is due first."""

import heapq
import itertools
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from ingest.enforcing.answered import Look
from records.orders import Order


@dataclass
class Work:
    """An order under way: how often the site was asked, and since when."""

    order: Order
    tries: int = 0
    first_tried_at: datetime | None = None


@dataclass
class Glance:
    """A look under way."""

    look: Look
    tries: int = 0


class Waiting:
    """One thread at a time uses it; what `next` gives is not given again before it is put back or finished."""

    def __init__(self) -> None:
        self._orders: dict[str, deque[Work]] = {}
        self._looks: dict[str, Glance] = {}
        self._due: list[tuple[datetime, int, Work | Glance]] = []
        self._number = itertools.count()

    @property
    def orders(self) -> int:
        """How many orders are not answered."""
        return sum(map(len, self._orders.values()))

    @property
    def looks(self) -> int:
        """How many posts are still looked after."""
        return len(self._looks)

    def take(self, order: Order, now: datetime) -> None:
        """One order more, behind those about the same post."""
        queue, work = self._orders.setdefault(order.post_id, deque()), Work(order)
        queue.append(work)
        if len(queue) == 1:
            self._put(now, work)

    def watch(self, look: Look) -> None:
        """One look more, instead of any other at the same post."""
        self._looks[look.post_id] = glance = Glance(look)
        self._put(look.due_at, glance)

    def next(self, now: datetime) -> Work | Glance | None:
        """What is due, if anything is."""
        while self._due and self._due[0][0] <= now:
            _, _, found = heapq.heappop(self._due)
            if isinstance(found, Work) or self._looks.get(found.look.post_id) is found:
                return found
        return None

    def again(self, found: Work | Glance, at: datetime) -> None:
        """Puts it back until then; what waits behind it goes on waiting."""
        self._put(at, found)

    def finish(self, found: Work | Glance, now: datetime) -> None:
        """Done with it: the next one about the same post is due."""
        if isinstance(found, Glance):
            if self._looks.get(found.look.post_id) is found:
                del self._looks[found.look.post_id]
            return
        queue = self._orders[found.order.post_id]
        queue.popleft()
        if queue:
            self._put(now, queue[0])
        else:
            del self._orders[found.order.post_id]

    def _put(self, at: datetime, found: Work | Glance) -> None:
        heapq.heappush(self._due, (at, next(self._number), found))
