"""What `lifeguard verify --continuously` tells about itself: one health document, and metrics."""

import json
from datetime import UTC, datetime
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest

from console.verifying.differences import Difference
from console.verifying.outcome import Outcome

DIFFERENCES_SHOWN_MAX = 20

STEPS = Counter("lifeguard_verified_steps", "Entries and documents that were looked at, each several times a cycle.")
CYCLES = Counter("lifeguard_verify_cycles", "Whole cycles.")
CYCLE_SECONDS = Gauge("lifeguard_verify_cycle_seconds", "How long the last whole cycle took.")
DIFFERENCES = Gauge("lifeguard_verify_differences", "What differs, by this cycle and the last whole one.")
WAITING = Gauge("lifeguard_verify_waiting", "1 while a server is waited for.")

log = structlog.get_logger()


class Standing:
    """How the process stands; read by the thread of its pages."""

    def __init__(self) -> None:
        self.current: Outcome | None = None
        self._last: Outcome | None = None
        self._last_at: str | None = None
        self._rounds: list[Difference] = []
        self._waits: dict[str, str] = {}
        self._told: set[tuple[str, str, int | None]] = set()

    def waits(self, who: str, reason: str | None) -> None:
        """A part of the process waits for a server, or no longer; one log line each."""
        if reason and who not in self._waits:
            log.warning("waiting for a server", reason=reason)
        elif not reason and who in self._waits:
            log.info("going on")
        self._waits = {name: said for name, said in self._waits.items() if name != who}
        if reason:
            self._waits = {**self._waits, who: reason}
        WAITING.set(bool(self._waits))

    def round_found(self, found: list[Difference]) -> None:
        """What the last short look found."""
        self._rounds = found
        self.tell()

    def cycle_ended(self, outcome: Outcome) -> None:
        """A whole cycle has its outcome."""
        self._last, self._last_at = outcome, datetime.now(UTC).isoformat(timespec="seconds")
        CYCLES.inc()
        CYCLE_SECONDS.set(outcome.seconds)
        log.info("verified", ok=outcome.ok, entries=outcome.entries, differences=outcome.named.count)

    def tell(self) -> None:
        """Each difference is one log line, once, though its sentence may count on."""
        found = self.differences()
        DIFFERENCES.set(len(found))
        for one in found:
            place = (one.kind, one.where, one.entry)
            if place not in self._told:
                self._told.add(place)
                log.error("something differs", kind=one.kind, where=one.where, entry=one.entry)

    def differences(self) -> list[Difference]:
        """Those of the last whole cycle, of this one so far, and of the last short look."""
        parts = [one.named.first for one in (self._last, self.current) if one is not None]
        return list(dict.fromkeys([*self._rounds, *(difference for part in parts for difference in part)]))

    def health(self) -> dict[str, Any]:
        """The health document: `ok` is false once something differs, or while a server is waited for."""
        found, waiting_for = self.differences(), next(iter(self._waits.values()), None)
        not_done = [] if self._last is None else self._last.not_done
        detail = f"{len(found)} differences, the first: {found[0].said}" if found else None
        return {
            "ok": not found and not not_done and waiting_for is None,
            "detail": detail or (f"waits: {waiting_for}" if waiting_for else next(iter(not_done), None)),
            "waiting_for": waiting_for,
            "differences": [one.value() for one in found[:DIFFERENCES_SHOWN_MAX]],
            "last_cycle_at": self._last_at,
            "last_cycle_seconds": None if self._last is None else round(self._last.seconds, 1),
            "not_done": not_done,
        }

    def health_page(self) -> tuple[int, str, bytes]:
        """The document as a page."""
        document = self.health()
        return 200 if document["ok"] else 503, "application/json", json.dumps(document).encode()

    def metrics_page(self) -> tuple[int, str, bytes]:
        """For Prometheus."""
        return 200, CONTENT_TYPE_LATEST, generate_latest()
