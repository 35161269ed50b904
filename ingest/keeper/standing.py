"""How the keeper stands: what it waits for, what has stopped, what is not cosigned; for /healthz and Prometheus."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, TypeVar

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from ingest.keeper.cosigning import Cosigner
from ingest.keeper.partition import Partition
from ingest.patience import waits
from records.errors import Misconfigured, Unavailable
from records.ledger.entries import parse_body
from records.ledger.growing import GrowingLog
from records.ledger.log import Log
from records.ledger.store import Ledger
from records.machine import whereabouts

PREFIX = "lifeguard_keeper"
Result = TypeVar("Result")


class Stopped(Exception):
    """The process was asked to stop while it waited."""


class Standing:
    """What other threads may ask; each value is replaced whole."""

    def __init__(self, ledger: Ledger, cosigner: Cosigner) -> None:
        self._ledger, self._cosigner = ledger, cosigner
        self.parts: dict[tuple[str, int], Partition] = {}
        self.missing: dict[str, str] = {}
        self.waiting_for: str | None = None
        self.erasures_waiting = 0
        self.erasures_refused: dict[str, str] = {}
        self._registry = kept = CollectorRegistry()
        self._records = Counter("records", "Records kept since the start.", (), PREFIX, registry=kept)
        self._signed = Counter("checkpoints", "Rounds of signing since the start.", (), PREFIX, registry=kept)
        gauges: tuple[tuple[str, str, Callable[[], float]], ...] = (
            ("entries", "Entries of all logs.", lambda: self.entries),
            ("stopped", "Partitions of which nothing more is kept.", lambda: len(self.stopped())),
            ("waiting", "1 while the keeper waits for the broker or the disk.", lambda: bool(self.waiting_for)),
            ("erasures_waiting", "Erasures whose decisions are not kept yet.", lambda: self.erasures_waiting),
            ("erasures_refused", "Erasures that the record contradicts.", lambda: len(self.erasures_refused)),
            ("uncosigned_seconds", "Age of the oldest entry that no witness has cosigned.", self._uncosigned_or_0),
        )
        for name, text, value in gauges:
            Gauge(name, text, (), PREFIX, registry=kept).set_function(value)

    @property
    def entries(self) -> int:
        """Of all logs, signed or not."""
        return sum(log.next for log in list(self._ledger))

    def signed(self, records: int) -> None:
        """Counts a round of signing."""
        self._records.inc(records)
        self._signed.inc()

    def stopped(self) -> list[dict[str, Any]]:
        """Every partition that a person must look at."""
        stopped = [(one.log.origin, one.stopped, one.gap) for one in list(self.parts.values()) if one.stopped]
        told = [
            {"origin": origin, "reason": reason}
            | ({"gap": {"from": gap.from_offset, "until": gap.until_offset}} if gap else {})
            for origin, reason, gap in stopped
        ]
        return [*told, *({"origin": origin, "reason": reason} for origin, reason in list(self.missing.items()))]

    def uncosigned_seconds(self) -> float | None:
        """The age of the oldest entry that no witness has cosigned; None without witnesses."""
        return self._uncosigned(self._cosigner.covered) if self._cosigner.witnesses else None

    def health(self) -> dict[str, Any]:
        """Everything, as one document."""
        stopped, waiting, refused = self.stopped(), self.waiting_for, self.erasures_refused
        detail = f"waits: {waiting}" if waiting else None
        if refused:
            place, reason = next(iter(refused.items()))
            erasures = _counted(len(refused), "erasure was", "erasures were")
            detail = f"{erasures} not carried out, the first, {place}: {reason}"
        if stopped:
            parts = _counted(len(stopped), "partition has", "partitions have")
            detail = f"{parts} stopped, the first: {stopped[0]['reason']}"
        return {
            "ok": detail is None,
            "detail": detail,
            "waiting_for": waiting,
            "entries": self.entries,
            "logs": len(list(self._ledger)),
            "stopped": stopped,
            "erasures_waiting": self.erasures_waiting,
            "erasures_refused": [{"place": place, "reason": reason} for place, reason in refused.items()],
            "uncosigned_seconds": self.uncosigned_seconds(),
            "witnesses": [
                {**one, "uncosigned_seconds": self._uncosigned_by(one["name"])} for one in self._cosigner.told()
            ],
            **whereabouts(),
        }

    def metrics(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)

    def _uncosigned_or_0(self) -> float:
        return self.uncosigned_seconds() or 0.0

    def _uncosigned_by(self, name: str) -> float:
        """The same of one witness."""
        return self._uncosigned(lambda log: self._cosigner.covered_by(name, log))

    def _uncosigned(self, covered: Callable[[GrowingLog], int]) -> float:
        behind = [(log, size) for log in list(self._ledger) if (size := covered(log)) < log.signed.size]
        oldest = min((_append_ms(log, size) for log, size in behind), default=None)
        return 0.0 if oldest is None else max(0.0, time.time() - oldest / 1000)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _append_ms(log: GrowingLog, entry: int) -> int:
    try:
        with closing(Log(log.folder)) as read:
            return parse_body(next(read.frames(entry, entry + 1)).body).append_ms
    except Misconfigured:
        return 0


class Patience:
    """Does things until they work; only Unavailable is waited out, told once, and shown while it lasts."""

    def __init__(self, stop: threading.Event, standing: Standing) -> None:
        self.stop, self._standing = stop, standing

    def __call__(self, act: Callable[[], Result]) -> Result:
        """Raises Stopped where the process is asked to stop meanwhile."""
        log, began_at = structlog.get_logger(), time.monotonic()
        for tries, wait in enumerate(waits()):
            try:
                result = act()
            except Unavailable as problem:
                self._standing.waiting_for = str(problem)
                if not tries:
                    log.warning("waiting", problem=str(problem))
                if self.stop.wait(wait):
                    raise Stopped from None
                continue
            if tries:
                log.info("going on", waited_seconds=round(time.monotonic() - began_at, 1), tries=tries)
                self._standing.waiting_for = None
            return result
        raise AssertionError  # waits() never ends
