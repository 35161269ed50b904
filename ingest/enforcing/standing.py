"""What the enforcing process tells about itself: metrics, and one health document."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from records.orders import Order, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.enforcing.desk import Desk
    from ingest.enforcing.lane import Lane

OUTCOMES = Counter("lifeguard_enforce_outcomes", "Answers to orders, and looks afterwards, by result.", ["result"])
LOOKS = Counter("lifeguard_enforce_looks", "Looks at a post as a visitor, by what was visible.", ["visible"])
RETRIES = Counter("lifeguard_enforce_retries", "Tries that the site did not answer, by source.", ["source"])
SECONDS = Histogram(
    "lifeguard_enforce_ordered_to_answered_seconds",
    "From the order to the site's answer.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43200, 86400),
)
ORDERS = Gauge("lifeguard_enforce_orders_waiting", "Orders that are not answered yet, by source.", ["source"])
AWAY = Gauge("lifeguard_enforce_site_away", "1 while a site does not answer, by source.", ["source"])
WAITING = Gauge("lifeguard_enforce_waiting", "1 while the broker is waited for.")


def told(outcome: Outcome) -> None:
    """The broker has an outcome."""
    OUTCOMES.labels(outcome.result).inc()
    if outcome.result == "observed":
        seen = {True: "yes", False: "no", None: "not told"}[outcome.visible]
        LOOKS.labels(seen).inc()


def answered(order: Order, now: "datetime") -> None:
    """A site has answered an order."""
    SECONDS.observe(max(0.0, (now - order.ordered_at).total_seconds()))


class Standing:
    """How the process stands; read by the thread of its pages."""

    def __init__(self, desk: "Desk", lanes: Sequence["Lane"]) -> None:
        self.lanes = lanes
        self._desk = desk
        self._waiting_for: str | None = "the broker"

    def waits(self, reason: str | None) -> None:
        """The broker is waited for, or no longer."""
        self._waiting_for = reason
        WAITING.set(reason is not None)

    def health_page(self) -> tuple[int, str, bytes]:
        """The document; 503 while a server or a site is waited for."""
        broker = self._desk.waiting_for or self._waiting_for
        waiting = [said for said in (broker, *(lane.waiting_for for lane in self.lanes)) if said]
        document = {
            "ok": not waiting,
            "waiting_for": "; ".join(waiting) or None,
            "sources": [lane.health() for lane in self.lanes],
        }
        return 503 if waiting else 200, "application/json", json.dumps(document).encode("ascii")

    def metrics_page(self) -> tuple[int, str, bytes]:
        """For Prometheus."""
        return 200, CONTENT_TYPE_LATEST, generate_latest()
