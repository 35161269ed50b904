"""Everything that a handler needs, made once per process."""

import asyncio
import uuid
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, Protocol

import structlog

from console.staff.accounts import Accounts
from console.web.attempts import Attempts
from console.web.bounded import Bounded
from console.web.exposure import Exposure
from console.web.latest import Latest
from console.web.personal import PersonalFile
from console.web.provider import Provider
from console.web.refusals import NOBODY, WINDOW_SECONDS, Refusals
from console.web.route import Visitor
from console.web.sessions import Sessions
from console.web.set_up import SetUp
from ingest.letters import Before, Letter, Letters
from ingest.publisher import Place
from moderation.policy import Policy
from moderation.replies import improper
from moderation.scorer import Scorer, scorer_of
from records.audit import Audit
from records.base import LINE_CHARS_MAX, Record
from records.errors import Unavailable
from records.settings import Settings
from records.topics import AUDIT, Topic
from search.client import Search

AuditKind = Literal["view", "search", "export", "sign_in", "sign_out", "refusal", "verified", "replay"]
PUBLISH_SECONDS_MAX = 10.0
SENDING_THREADS, SENDING_MAX = 4, 200
"""While the broker is away each of these threads may wait for it; nobody else does."""
READING_THREADS, READING_MAX = 2, 20
TRIALS_MAX = 10
"""So many may be at work on what a tag or a list of words would find, one after the other."""
PASSPHRASES_MAX = 30
"""So many may wait to be looked at, a tenth of a second each, one after the other."""
VERIFYING_THREADS, VERIFYING_MAX = 1, 10
EXPORTING_THREADS, EXPORTING_MAX = 1, 4
"""Each takes a second or a few, in which nobody else waits for it."""


class Publishing(Protocol):
    """What the console needs of a publisher."""

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """Hands a record over; the future is done when the broker has answered."""
        ...


class ReadingLetters(Protocol):
    """What the console needs of the dead letters; each raises Unavailable."""

    def page(self, before: Before) -> Letters:
        """The newest before some place."""
        ...

    def letter(self, partition: int, offset: int) -> Letter | None:
        """One of them, whole."""
        ...

    def later(self, key: str, after: datetime) -> Letter | None:
        """A letter about what stands at this place."""
        ...

    def replay(self, letter: Letter) -> Place:
        """Publishes again what it speaks of; raises NotAllowed."""
        ...


@dataclass(slots=True)
class Desk:
    """The doors and the memory of the console; `stopping` is set when the process was asked to end.

    Under `publishing` tags and lists of words are compared with what stands, and published, one after the other.
    `abilities` says of each source that takes orders which actions its site can be asked for.
    `undelivered` says of a queue and a way why its alert could not be delivered.
    """

    settings: Settings
    search: Search
    publisher: Publishing
    set_up: SetUp
    policy: Policy
    accounts: Accounts
    sessions: Sessions
    provider: Provider | None = None
    attempts: Attempts = field(default_factory=Attempts)
    refusals: Refusals = field(default_factory=Refusals)
    passphrases: Bounded = field(default_factory=lambda: Bounded("looking at passphrases", 1, PASSPHRASES_MAX))
    abilities: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scorer: Scorer | None = None
    trials: Bounded = field(default_factory=lambda: Bounded("trying tags and lists", 1, TRIALS_MAX))
    sending: Bounded = field(default_factory=lambda: Bounded("publishing", SENDING_THREADS, SENDING_MAX))
    verifying: Bounded = field(default_factory=lambda: Bounded("verifying", VERIFYING_THREADS, VERIFYING_MAX))
    exporting: Bounded = field(default_factory=lambda: Bounded("exporting", EXPORTING_THREADS, EXPORTING_MAX))
    undelivered: dict[tuple[str, str], str] = field(default_factory=dict)
    letters: ReadingLetters | None = None
    reading: Bounded = field(default_factory=lambda: Bounded("reading dead letters", READING_THREADS, READING_MAX))
    replaying: asyncio.Lock = field(default_factory=asyncio.Lock)
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock)
    pipeline: Latest = field(default_factory=Latest)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    personal: PersonalFile = field(init=False)
    exposure: Exposure = field(init=False)

    def __post_init__(self) -> None:
        self.personal, self.exposure = PersonalFile(self.settings), Exposure(self.settings)

    async def improper(self, reply: str) -> list[str]:
        """What the judge finds in a reply of ours that must not be there; the model is loaded by the first reply."""
        return await asyncio.to_thread(self._improper, reply)

    def _improper(self, reply: str) -> list[str]:
        return improper(reply, self.policy, self.model(), datetime.now(UTC))

    def model(self) -> Scorer:
        """Loaded once, by whoever needs it first, which takes a second or two; not for the event loop."""
        self.scorer = self.scorer or scorer_of(self.settings)
        return self.scorer

    async def publish(self, topic: Topic, record: Record) -> Place:
        """Returns when the broker has it; raises Unavailable, after which it may still come, or be published again."""
        try:
            async with asyncio.timeout(PUBLISH_SECONDS_MAX):
                answer = await self.sending.run(lambda: self.publisher.send(topic, record))
                return await asyncio.wrap_future(answer)
        except TimeoutError:
            raise Unavailable(f"the broker has not answered within {PUBLISH_SECONDS_MAX:.0f} s") from None

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

    async def refused(self, staff_id: str, what: str, reason: str) -> None:
        """Puts a refusal on record; empty for nobody. Where the broker is away it is in the log: it stays refused."""
        try:
            for who, more in self.refusals.left_out().items():
                told = f"{more} more within {WINDOW_SECONDS:.0f} seconds, which have no record of their own"
                await self.audit(who, "refusal", "requests to the console", told)
            if self.refusals.count(staff_id or NOBODY):
                await self.audit(staff_id or NOBODY, "refusal", what, reason)
        except Unavailable as away:
            structlog.get_logger().warning("a refusal is not on record", what=what, problem=str(away))

    async def stands(self, visitor: Visitor) -> bool:
        """Whether somebody who was let in is still signed in, with the same role; for whoever streams for long."""
        if not await asyncio.to_thread(self.sessions.stands, visitor.session_key):
            return False
        return self.set_up.role(visitor.staff_id) == visitor.role

    def close(self) -> None:
        """Gives back what is its own."""
        self.passphrases.close()
        self.sending.close()
        self.verifying.close()
        self.exporting.close()
        self.reading.close()
        self.trials.close()
        if self.provider:
            self.provider.close()


def _line(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:LINE_CHARS_MAX]
