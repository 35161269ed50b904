"""What a command asks of the registry, and what it puts on record, each over a connection of its own."""

import uuid
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from records.audit import Audit
from records.base import LINE_CHARS_MAX, Record
from records.settings import Settings
from records.topics import AUDIT, Topic

if TYPE_CHECKING:
    from ingest.publisher import Place
    from ingest.registry import Registered


def registered(settings: Settings) -> "list[Registered]":
    """Everything that people set up, as it stands now; raises Unavailable."""
    from ingest.registry import Registry

    with closing(Registry(settings)) as registry:
        return registry.look()


def publish(settings: Settings, topic: Topic, said: Record) -> "Place":
    """Returns when the broker has it; raises Unavailable."""
    from ingest.publisher import Publisher

    with closing(Publisher(settings)) as publisher:
        return publisher.publish(topic, said)


def audit(
    settings: Settings,
    kind: Literal["sign_in", "refusal", "export", "verified"],
    staff_id: str,
    subject: str,
    detail: str,
) -> "Place":
    """Puts on record who did what, with what outcome; what is longer than a line is cut."""
    said = Audit(
        kind=kind,
        staff_id=staff_id,
        idempotency_key=f"{kind}-{uuid.uuid4().hex}",
        subject=subject[:LINE_CHARS_MAX],
        detail=detail[:LINE_CHARS_MAX],
        happened_at=datetime.now(UTC),
    )
    return publish(settings, AUDIT, said)
