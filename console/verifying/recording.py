"""The record of a verification on the topic `audit`: that it was done, by whom, and with what outcome."""

import uuid
from datetime import UTC, datetime

from console.verifying.outcome import Outcome
from records.audit import Audit
from records.settings import Settings
from records.topics import AUDIT

LINE_CHARS_MAX = 2_048


def record(settings: Settings, outcome: Outcome, subject: str, staff_id: str) -> None:
    """Returns when the broker has it; raises Unavailable."""
    from ingest.publisher import Publisher

    publisher = Publisher(settings)
    try:
        publisher.publish(AUDIT, verified(outcome, subject, staff_id, datetime.now(UTC)))
    finally:
        publisher.close()


def verified(outcome: Outcome, subject: str, staff_id: str, now: datetime) -> Audit:
    """The record of this outcome."""
    return Audit(
        kind="verified",
        staff_id=staff_id,
        idempotency_key=f"verify-{uuid.uuid4().hex}",
        subject=subject[:LINE_CHARS_MAX],
        detail=outcome.line()[:LINE_CHARS_MAX],
        happened_at=now,
    )
