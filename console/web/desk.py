"""Everything that a handler needs, made once per process."""

import asyncio
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

from console.staff.accounts import Accounts
from console.web.sessions import Sessions
from console.web.set_up import SetUp
from ingest.publisher import Place
from moderation.policy import Policy
from records.audit import Audit
from records.base import LINE_CHARS_MAX, Record
from records.settings import Settings
from records.topics import AUDIT, Topic
from search.client import Search

AuditKind = Literal["view", "search", "export", "sign_in", "sign_out", "refusal"]


class Publishing(Protocol):
    """What the console needs of a publisher."""

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """Hands a record over; the future is done when the broker has answered."""
        ...


@dataclass(slots=True)
class Desk:
    """The doors and the memory of the console; `stopping` is set when the process was asked to end.

    `undelivered` says of a queue and a way why its alert could not be delivered.
    """

    settings: Settings
    search: Search
    publisher: Publishing
    set_up: SetUp
    policy: Policy
    accounts: Accounts
    sessions: Sessions
    undelivered: dict[tuple[str, str], str] = field(default_factory=dict)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def publish(self, topic: Topic, record: Record) -> Place:
        """Returns when the broker has it; raises Unavailable, after which it may be published again."""
        answer = await asyncio.to_thread(self.publisher.send, topic, record)
        return await asyncio.wrap_future(answer)

    async def audit(self, staff_id: str, kind: AuditKind, subject: str, detail: str = "") -> None:
        """Puts on record what somebody did; returns when the broker has it."""
        said = Audit(
            kind=kind,
            staff_id=staff_id,
            idempotency_key=f"{kind}-{uuid.uuid4().hex}",
            subject=_line(subject),
            detail=_line(detail),
            happened_at=datetime.now(UTC),
        )
        await self.publish(AUDIT, said)


def _line(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:LINE_CHARS_MAX]
