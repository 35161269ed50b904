"""`python -m ingest enforce`: orders are read, given to the threads of their sites, and committed once answered.

Nothing is remembered on disk: what is done, and what is still to be looked at, stands in the topic `outcomes`.
"""

import threading
import time
from collections.abc import Mapping, Sequence

import structlog

from ingest import pages
from ingest.enforcing.broker import Ordered, Orders, outcomes
from ingest.enforcing.carrying import place_of, refusal
from ingest.enforcing.desk import Desk, Stopped
from ingest.enforcing.lane import Lane, Limits
from ingest.enforcing.standing import Standing
from ingest.patience import patiently, waits
from ingest.publisher import Publisher
from ingest.sources.configured import sites
from records.errors import Misconfigured, Unavailable
from records.orders import Action, Order, Outcome
from records.settings import Settings

POLL_SECONDS = 0.2
STOP_SECONDS_MAX = 10.0
ORDERS_WAITING_MAX = 50_000
"""So many orders are held at most; then no more are read until some are answered."""

log = structlog.get_logger()


class Enforcer:
    """Reads orders for all sites; `lanes` are those that take any, by the name of their source."""

    def __init__(self, desk: Desk, lanes: Mapping[str, Lane], limits: Limits, orders: Orders) -> None:
        self._desk, self._lanes, self._limits, self._orders = desk, lanes, limits, orders
        self._committed: dict[int, int] = {}

    def once(self) -> None:
        """What has come, given to its site or refused at once; then says to Kafka how far we are."""
        if sum(lane.orders for lane in self._lanes.values()) < ORDERS_WAITING_MAX:
            for ordered in self._orders.poll(POLL_SECONDS):
                self._take(ordered)
        else:
            self._desk.pause(POLL_SECONDS)
        self.commit()

    def commit(self) -> None:
        """Says to Kafka up to where everything is answered, where that has changed; raises Unavailable."""
        done = self._desk.offsets()
        moved = {part: offset for part, offset in done.items() if self._committed.get(part) != offset}
        if moved:
            self._orders.commit(moved)
            self._committed |= moved

    def _take(self, ordered: Ordered) -> None:
        order = self._desk.take(ordered)
        if order is None:
            return
        lane = self._lanes.get(place_of(order.post_id)[0])
        if lane is None:
            self._refuse(order)
        else:
            lane.take(order)

    def _refuse(self, order: Order) -> None:
        none: Mapping[str, frozenset[Action]] = {}
        outcome = Outcome(
            post_id=order.post_id, order_id=order.order_id, result="refused",
            detail=refusal(order, none, self._desk.now(), self._limits.order_hours), happened_at=self._desk.now(),
        )  # fmt: skip
        log.warning("answered", post=order.post_id, order=order.order_id, action=order.action, result="refused")
        self._desk.answer(outcome)


def enforce(settings: Settings, stop: threading.Event) -> None:
    """Runs until told to stop; raises Misconfigured with a sentence."""
    limits = Limits(settings.enforce_order_hours_max, settings.enforce_retry_hours_max)
    publisher, orders = Publisher(settings), Orders(settings)
    desk = Desk(publisher, settings.enforce_observe_seconds, stop)
    lanes = _lanes(settings, limits, desk)
    standing = Standing(desk, tuple(lanes.values()))
    served = {"/healthz": standing.health_page, "/metrics": standing.metrics_page}
    server = pages.serve(settings.enforce_port, served, settings.metrics_host)
    log.info("enforcing", sources=list(lanes), port=server.server_address[1])
    if settings.sources_file is not None and not settings.sources_file.exists():
        log.warning("the file of sources is not there: every order is refused", file=str(settings.sources_file))
    try:
        patiently(lambda: desk.know(outcomes(settings)), desk.pause)
        for look in desk.looks():
            lane = lanes.get(place_of(look.post_id)[0])
            if lane is not None:
                lane.watch(look)
        _until_stopped(Enforcer(desk, lanes, limits, orders), standing, stop)
    except Stopped:
        return
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        orders.close()
        publisher.close()


def _until_stopped(enforcer: Enforcer, standing: Standing, stop: threading.Event) -> None:
    threads = [threading.Thread(target=lane.run, args=(stop,), name=lane.name, daemon=True) for lane in standing.lanes]
    for thread in threads:
        thread.start()
    waiting = waits()
    try:
        while not stop.is_set():
            _refuse_if_gone(threads)
            try:
                enforcer.once()
            except Unavailable as problem:
                standing.waits(str(problem))
                stop.wait(next(waiting))
                continue
            standing.waits(None)
            waiting = waits()
    finally:
        stop.set()
        _join(threads)
        try:
            enforcer.commit()
        except Unavailable as problem:
            log.warning(
                "how far we are is not told", problem=str(problem)
            )  # answered orders are known by their outcomes


def _refuse_if_gone(threads: Sequence[threading.Thread]) -> None:
    if gone := [thread.name for thread in threads if not thread.is_alive()]:
        raise Unavailable(f"the thread of {', '.join(gone)} has ended, see above")


def _join(threads: Sequence[threading.Thread]) -> None:
    ends_at = time.monotonic() + STOP_SECONDS_MAX
    for thread in threads:
        thread.join(max(0.0, ends_at - time.monotonic()))  # one that still waits for its site is left behind


def _lanes(settings: Settings, limits: Limits, desk: Desk) -> dict[str, Lane]:
    """A lane for each source that takes orders; raises Misconfigured with all that keeps any from being made."""
    lanes, problems = {}, []
    for one in sites(settings):
        name = one.options.name
        try:
            site = one.site()
        except Misconfigured as problem:
            problems.append(f"{name}: {problem}")
            continue
        if site is not None:
            lanes[name] = Lane(name, site, one.orders, limits, desk)
    if problems:
        raise Misconfigured("\n".join(problems))
    return lanes
