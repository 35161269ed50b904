"""What the topic `outcomes` says: which orders are answered, and when which post is looked at again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from records.orders import Outcome

OBSERVE_SECONDS = (600.0, 86_400.0)
"""After the first look at once and the second one, whose time is a setting, so long after the site did something."""
LATE_SECONDS_MAX = 86_400.0
"""The last look is given up so long after its time."""


@dataclass(frozen=True)
class Look:
    """A look at a post as a visitor: the number of it, when, and when it is given up."""

    post_id: str
    order_id: str
    number: int
    due_at: datetime
    until: datetime


@dataclass(frozen=True)
class _Watched:
    order_id: str
    done_at: datetime
    looks: int = 0


class Answered:
    """Folds outcomes in the order of each partition; `first_seconds` after `done` is the second look."""

    def __init__(self, first_seconds: float) -> None:
        self._seconds: Sequence[float] = sorted((0.0, first_seconds, *OBSERVE_SECONDS))
        self._orders: set[str] = set()
        self._watched: dict[str, _Watched] = {}

    def __contains__(self, order_id: str) -> bool:
        return order_id in self._orders

    def fold(self, outcome: Outcome) -> None:
        """One outcome more; of several orders that were done on a post the last one is looked after."""
        post_id, watched = outcome.post_id, self._watched.get(outcome.post_id)
        if outcome.result != "observed":
            self._orders.add(outcome.order_id)
        if outcome.result == "done" and (watched is None or watched.order_id != outcome.order_id):
            self._watched[post_id] = _Watched(outcome.order_id, outcome.happened_at)
        if outcome.result == "observed" and watched is not None and watched.order_id == outcome.order_id:
            watched = replace(watched, looks=max(watched.looks, outcome.attempt))
            self._watched[post_id] = watched
            if watched.looks >= len(self._seconds):
                del self._watched[post_id]

    def next_look(self, post_id: str, now: datetime) -> Look | None:
        """The next one at this post; of those whose time has passed only the last."""
        watched = self._watched.get(post_id)
        if watched is None:
            return None
        times = [watched.done_at + timedelta(seconds=seconds) for seconds in self._seconds]
        number = max(watched.looks + 1, sum(time <= now for time in times))
        due_at, last = times[number - 1], number == len(times)
        until = due_at + timedelta(seconds=LATE_SECONDS_MAX) if last else times[number]
        return Look(post_id, watched.order_id, number, due_at, until)

    def looks(self, now: datetime) -> Iterator[Look]:
        """The next one at every post that is still looked after."""
        for post_id in tuple(self._watched):
            look = self.next_look(post_id, now)
            if look is not None and look.until > now:
                yield look
