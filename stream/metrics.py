"""What a worker tells about itself: Prometheus metrics and one health document."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

from records.received import Received
from records.verdicts import Verdict

LATENCY_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)
BATCH_RECORDS = (1, 4, 16, 64, 128, 256, 512, 1000)

BATCHES = Histogram("lifeguard_batch_records", "Records in a finished batch.", ["group"], buckets=BATCH_RECORDS)
DEAD_LETTERS = Counter("lifeguard_dead_letters", "Records that could not be read.", ["group"])
JUDGED = Counter("lifeguard_judged", "Revisions judged.")
UNSCORED = Counter("lifeguard_unscored", "Revisions that the model could not judge.")
FLAGGED = Counter("lifeguard_flagged", "Revisions with at least one finding.")
WRITTEN = Histogram(
    "lifeguard_seen_to_written_seconds",
    "From seen to written in the index; it can be found after the next refresh, at most one second later.",
    buckets=LATENCY_SECONDS,
)
LAG = Gauge("lifeguard_lag_records", "Records not yet finished, as the broker counts them.", ["group", "topic"])
MODEL_LOADED = Gauge("lifeguard_model_loaded", "1 while the model is in use, 0 while posts pass unscored.")
WAITING = Gauge("lifeguard_waiting", "1 while the worker waits for a server.", ["group"])

ORDERED = Counter("lifeguard_ordered", "Orders that left for sites.")
DISPATCH_WAITING = Gauge("lifeguard_dispatch_waiting", "1 while orders wait for a server before they can leave.")
BROKER_AWAY = Gauge("lifeguard_broker_away", "1 while the broker does not answer.", ["group"])

log = structlog.get_logger()
_health: dict[str, Any] = {
    "waiting_for": None,
    "dispatch_waiting_for": None,
    "broker": None,
    "model_loaded": None,
    "lag": None,
    "last_batch_at": None,
}
_last_progress = time.monotonic()


def batch_finished(group: str, records: int) -> None:
    """A batch is durable and acknowledged."""
    BATCHES.labels(group).observe(records)
    _health["last_batch_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    _made_progress()


def waiting(group: str, reason: str | None) -> None:
    """The worker waits for a server, and says so; that is not a stall."""
    WAITING.labels(group).set(reason is not None)
    _health["waiting_for"] = reason
    _made_progress()


def dispatch_waiting(reason: str | None) -> None:
    """Dispatch waits for a server, or does not. It reads no topic, so that this is no progress of the worker."""
    DISPATCH_WAITING.set(reason is not None)
    _health["dispatch_waiting_for"] = reason


def broker_answers(group: str, reason: str | None) -> None:
    """Whether the broker answered the watchdog; a change is one log line, and silence is not a stall."""
    if (reason is None) != (_health["broker"] is None):
        log.warning("waiting for a server", reason=reason) if reason else log.info("the broker is back")
    if reason:
        _made_progress()
    _health["broker"] = reason
    BROKER_AWAY.labels(group).set(reason is not None)


def judged(verdicts: Sequence[Verdict]) -> None:
    """So many revisions were judged."""
    JUDGED.inc(len(verdicts))
    UNSCORED.inc(sum(verdict.unscored is not None for verdict in verdicts))
    FLAGGED.inc(sum(bool(verdict.findings) for verdict in verdicts))


def folded(batch: Sequence[Received]) -> None:
    """These facts are in the index."""
    now = datetime.now(UTC)
    for received in batch:
        if received.topic == "posts" and not received.record.backfill:
            WRITTEN.observe(max(0.0, (now - received.record.seen_at).total_seconds()))


def model_loaded(loaded: bool) -> None:
    """Whether the model is in use."""
    MODEL_LOADED.set(loaded)
    _health["model_loaded"] = loaded


def lag_seen(group: str, lag: Mapping[str, int]) -> None:
    """The group's lag by topic, as the broker counts it; where nothing is to be done, nothing stalls."""
    for topic, records in lag.items():
        LAG.labels(group, topic).set(records)
    _health["lag"] = dict(lag)
    if not any(lag.values()):
        _made_progress()


def seconds_since_progress() -> float:
    """How long ago a batch was finished, a server waited for, or nothing was to be done."""
    return time.monotonic() - _last_progress


def health() -> dict[str, Any]:
    """The health document: `ok` is false while the worker waits or the model is missing."""
    waits = any(_health[name] is not None for name in ("waiting_for", "dispatch_waiting_for", "broker"))
    return {"ok": not waits and _health["model_loaded"] is not False, **_health}


def _made_progress() -> None:
    global _last_progress  # noqa: PLW0603  one worker a process
    _last_progress = time.monotonic()
