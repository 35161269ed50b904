"""One site's orders, and the looks afterwards, in a thread of its own: no site waits for another one."""

import random
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from ingest.enforcing import standing
from ingest.enforcing.answered import Look
from ingest.enforcing.carrying import carry_out, place_of, refusal
from ingest.enforcing.desk import Desk, Stopped
from ingest.enforcing.site import Failed, Site
from ingest.enforcing.waiting import Glance, Waiting, Work
from ingest.web import SiteAway
from records.errors import Misconfigured, Problem
from records.orders import Action, Order, Outcome

AGAIN_FIRST_SECONDS = 1.0
AGAIN_SECONDS_MAX = 300.0
LOOK_SECONDS = 0.5

log = structlog.get_logger()


@dataclass(frozen=True)
class Limits:
    """An order is refused when it is older, and fails when its site was away for so long."""

    order_hours: int
    retry_hours: int


class Lane:
    """The site of one source; while it is away it is asked for one thing at a time, and more rarely each time."""

    def __init__(self, name: str, site: Site, can: frozenset[Action], limits: Limits, desk: Desk) -> None:
        self.name, self.waiting_for = name, ""
        self._site, self._can, self._limits, self._desk = site, can, limits, desk
        self._waiting = Waiting()
        self._changed = threading.Condition()
        self._failures = 0
        self._paused_until: datetime | None = None

    def take(self, order: Order) -> None:
        """An order for this site."""
        with self._changed:
            self._waiting.take(order, self._desk.now())
            self._changed.notify()

    def watch(self, look: Look) -> None:
        """A look at one of its posts."""
        with self._changed:
            self._waiting.watch(look)
            self._changed.notify()

    @property
    def orders(self) -> int:
        """How many orders are not answered."""
        with self._changed:
            return self._waiting.orders

    def health(self) -> dict[str, Any]:
        """How it stands, as JSON."""
        with self._changed:
            orders, looks = self._waiting.orders, self._waiting.looks
        can, waiting_for = sorted(self._can), self.waiting_for or None
        return {"name": self.name, "can": can, "orders": orders, "looks": looks, "waiting_for": waiting_for}

    def run(self, stop: threading.Event) -> None:
        """What is due, one after another, until we are asked to stop."""
        try:
            while not stop.is_set():
                self.once()
        except Stopped:
            return

    def once(self) -> None:
        """What is due next; where nothing is, it waits a moment for something to come."""
        with self._changed:
            standing.ORDERS.labels(self.name).set(self._waiting.orders)
            now = self._desk.now()
            paused = self._paused_until is not None and now < self._paused_until
            found = None if paused else self._waiting.next(now)
            if found is None:
                self._changed.wait(LOOK_SECONDS)
                return
        if isinstance(found, Work):
            self._carry_out(found)
        else:
            self._look(found)

    def _carry_out(self, work: Work) -> None:
        work.tries += 1
        work.first_tried_at = work.first_tried_at or self._desk.now()
        outcome = self._tried(work)
        if outcome is None:
            return
        standing.answered(work.order, outcome.happened_at)
        _tell(work.order, outcome)
        self._next(self._desk.answer(outcome), work)

    def _tried(self, work: Work) -> Outcome | None:
        """What comes of it now; None: the site is away, and it is put back."""
        order, now = work.order, self._desk.now()
        why = refusal(order, {self.name: self._can}, now, self._limits.order_hours)
        if why is not None:
            return self._outcome(work, "refused", detail=why)
        try:
            done = carry_out(order, self._site)
        except SiteAway as problem:
            return self._away(work, problem)
        except (Failed, Misconfigured) as problem:
            self._back()
            return self._outcome(work, "failed", getattr(problem, "status", None), self._plain(problem))
        self._back()
        return self._outcome(work, "done", done.status, done.detail)

    def _away(self, work: Work, problem: SiteAway) -> Outcome | None:
        now, since = self._desk.now(), work.first_tried_at or self._desk.now()
        if now - since >= timedelta(hours=self._limits.retry_hours):
            why = f"given up after {self._limits.retry_hours} hours: {self._plain(problem)}"
            return self._outcome(work, "failed", detail=why)
        self._later(work, problem, order=work.order.order_id, action=work.order.action)
        return None

    def _look(self, glance: Glance) -> None:
        look, now = glance.look, self._desk.now()
        glance.tries += 1
        visible, detail = None, None
        try:
            visible = self._site.is_visible(place_of(look.post_id)[1])
            self._back()
        except SiteAway as problem:
            if now < look.until:
                self._later(glance, problem, order=look.order_id, look=look.number)
                return
            detail = f"nobody could look: {self._plain(problem)}"
        except (Failed, Misconfigured) as problem:
            detail = f"nobody could look: {self._plain(problem)}"
        outcome = Outcome(
            post_id=look.post_id, order_id=look.order_id, result="observed", attempt=look.number,
            visible=visible, detail=detail, happened_at=self._desk.now(),
        )  # fmt: skip
        log.info("observed", post=look.post_id, order=look.order_id, look=look.number, visible=visible)
        self._next(self._desk.answer(outcome), glance)

    def _outcome(self, work: Work, result: Any, status: int | None = None, detail: str | None = None) -> Outcome:  # noqa: ANN401  one of the literals of an Outcome
        return Outcome(
            post_id=work.order.post_id, order_id=work.order.order_id, result=result, attempt=work.tries,
            status=status, detail=detail, happened_at=self._desk.now(),
        )  # fmt: skip

    def _next(self, look: Look | None, found: Work | Glance) -> None:
        with self._changed:
            self._waiting.finish(found, self._desk.now())
            if look is not None:
                self._waiting.watch(look)

    def _later(self, found: Work | Glance, problem: SiteAway, **about: Any) -> None:  # noqa: ANN401  what a log line says
        """Puts it back, and leaves the site alone for a while: as long as it asks, else the longer the longer it is."""
        self._failures += 1
        asked = problem.retry_after_seconds or 0.0
        wait = max(_longer(found.tries), asked)
        pause = asked if problem.rate_limited and asked else _longer(self._failures)
        now = self._desk.now()
        with self._changed:
            self._waiting.again(found, now + timedelta(seconds=wait))
            self._paused_until = now + timedelta(seconds=pause)
        self.waiting_for = f"{self.name}: {self._plain(problem)}"
        standing.AWAY.labels(self.name).set(1)
        standing.RETRIES.labels(self.name).inc()
        log.warning(
            "tries again", source=self.name, tries=found.tries, in_seconds=round(wait, 1), problem=str(problem), **about
        )

    def _plain(self, problem: Problem) -> str:
        """The sentence without our name for the source, which a moderator has before their eyes."""
        return str(problem).removeprefix(f"{self.name}: ")

    def _back(self) -> None:
        self._failures, self._paused_until, self.waiting_for = 0, None, ""
        standing.AWAY.labels(self.name).set(0)


def _longer(tries: int) -> float:
    longest = min(AGAIN_FIRST_SECONDS * 2.0 ** min(tries - 1, 30), AGAIN_SECONDS_MAX)
    return longest * random.uniform(0.8, 1.2)  # noqa: S311  spreads the load, protects nothing


def _tell(order: Order, outcome: Outcome) -> None:
    tell = log.info if outcome.result == "done" else log.warning
    tell(
        "answered", post=order.post_id, order=order.order_id, action=order.action, result=outcome.result,
        tries=outcome.attempt, status=outcome.status, detail=outcome.detail,
    )  # fmt: skip
