"""Dead letters as the broker has them, the newest first; and what one speaks of, published again byte for byte.

What is published again is read from where it stood, and never from the letter: a letter that somebody has made up
brings nothing onto a topic that was not there.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from ingest.between import between, one_at, parts_of, reading, since
from ingest.publisher import Place
from records.codec import decode
from records.dead_letters import DeadLetter, contents_of
from records.digests import sha256_hex
from records.errors import Malformed, NewerVersion, NotAllowed
from records.settings import Settings
from records.topics import BY_NAME, COVERAGE, DEAD_LETTERS, DECISIONS, ORDERS, OUTCOMES, POSTS, VERDICTS, Topic

LETTERS_MAX = 20
"""On one page."""
LATER_MAX = 500
"""So many letters of each partition are looked at for a later one about the same place."""
CLOCKS_APART_MAX = timedelta(minutes=5)
REPLAYED = (POSTS, VERDICTS, DECISIONS, ORDERS, OUTCOMES, COVERAGE)
"""The topics whose readers put dead letters aside."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Before = Mapping[int, int]
"""Of each partition, the offset before which to look; a partition that is not there: from its end."""


class Sending(Protocol):
    """What is needed of a publisher."""

    def send_bytes(self, topic: Topic, value: bytes, key: bytes | None) -> Future[Place]:
        """Hands bytes over as they are."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter and its own place; in a list, without its bytes."""

    partition: int
    offset: int
    recorded_at: datetime
    said: DeadLetter

    @property
    def place(self) -> str:
        """`dead-letters-partition-offset`."""
        return f"{DEAD_LETTERS.name}-{self.partition}-{self.offset}"


@dataclass(frozen=True, slots=True)
class Letters:
    """One page, the newest first; `before` begins the next one, empty at the end."""

    letters: tuple[Letter, ...]
    before: Before


class LetterBox:
    """The dead letters that Kafka still has; every question is a connection of its own, and raises Unavailable."""

    def __init__(self, settings: Settings, publisher: Sending) -> None:
        self._settings = settings
        self._publisher = publisher

    def page(self, before: Before) -> Letters:
        """The newest before some place."""
        with self._reading() as consumer:
            parts = parts_of(consumer, self._settings.named(DEAD_LETTERS.name))
            firsts, ends = consumer.beginning_offsets(parts), consumer.end_offsets(parts)
            until = {part: min(ends[part], before.get(part.partition, ends[part])) for part in parts}
            bounds = {part: (max(firsts[part], until[part] - LETTERS_MAX), until[part]) for part in parts}
            found = [_letter(record, whole=False) for record in between(consumer, bounds)]
        return page_of(found, {part.partition: (firsts[part], until[part]) for part in parts})

    def letter(self, partition: int, offset: int) -> Letter | None:
        """One letter, whole; None where Kafka has none there, or not any more."""
        with self._reading() as consumer:
            part = TopicPartition(self._settings.named(DEAD_LETTERS.name), partition)
            found = one_at(consumer, part, offset)
        return _letter(found) if found else None

    def later(self, key: str, after: datetime) -> Letter | None:
        """The first letter since then about what stands at a place, such as `posts-1-17`; among the next LATER_MAX."""
        with self._reading() as consumer:
            parts = parts_of(consumer, self._settings.named(DEAD_LETTERS.name))
            at_ms = int((after - CLOCKS_APART_MAX).timestamp() * 1000)
            bounds = since(consumer, parts, at_ms, LATER_MAX)
            found = [_letter(one, whole=False) for one in between(consumer, bounds) if one.key == key.encode()]
        return min(found, key=_order, default=None)

    def replay(self, letter: Letter) -> Place:
        """Publishes what the letter speaks of again, as it stands on its topic; raises NotAllowed with the reason."""
        said = letter.said
        if reason := why_not(said):
            raise NotAllowed(reason)
        with self._reading() as consumer:
            part = TopicPartition(self._settings.named(said.origin), said.partition)
            found = one_at(consumer, part, said.offset)
        if found is None:
            raise NotAllowed(f"Kafka does not have {said.key()} any more; the ledger has")
        if sha256_hex(found.value or b"") != said.sha256 or found.key != said.message_key:
            raise NotAllowed(f"what stands at {said.key()} is not what this letter speaks of")
        return self._publisher.send_bytes(BY_NAME[said.origin], found.value or b"", found.key).result()

    def _reading(self) -> AbstractContextManager[KafkaConsumer]:
        return reading(self._settings)


def why_not(said: DeadLetter) -> str:
    """Why what a letter speaks of cannot be published again; empty where it can be."""
    if said.origin.startswith("source:"):
        name = said.origin.partition(":")[2]
        return f"it never was on a topic: the source {name} could not read it, and has to bring it again"
    if BY_NAME.get(said.origin) not in REPLAYED:
        return f"nobody puts letters of {said.origin} aside"
    return ""


def unread(said: DeadLetter) -> str:
    """Why this release would put the bytes aside again; empty where it reads them."""
    if why_not(said):
        return ""
    if said.cut:
        return "too long to be tried here"
    try:
        record = decode(BY_NAME[said.origin], said.value)
    except (Malformed, NewerVersion) as reason:
        return str(reason)
    return "" if said.message_key == record.key().encode() else "the message's key is not the key of its record"


def page_of(found: list[Letter], bounds: Mapping[int, tuple[int, int]]) -> Letters:
    """The newest of what was found between these bounds of each partition, and where the others begin."""
    shown = sorted(found, key=_order, reverse=True)[:LETTERS_MAX]
    before = {partition: until for partition, (_, until) in bounds.items()}
    for letter in shown:
        before[letter.partition] = min(before[letter.partition], letter.offset)
    more = any(before[partition] > first for partition, (first, _) in bounds.items())
    return Letters(tuple(shown), before if more and shown else {})


def _order(letter: Letter) -> tuple[datetime, int, int]:
    return letter.recorded_at, letter.partition, letter.offset


def _letter(found: ConsumerRecord, *, whole: bool = True) -> Letter:
    recorded_at, value = _EPOCH + timedelta(milliseconds=found.timestamp), found.value or b""
    try:
        said = decode(DEAD_LETTERS, value)
    except (Malformed, NewerVersion) as reason:
        said = _unreadable(found, value, f"is itself no dead letter: {reason}"[:2_000], recorded_at)
    said = said if whole else said.model_copy(update={"value": b""})
    return Letter(found.partition, found.offset, recorded_at, said)


def _unreadable(found: ConsumerRecord, value: bytes, reason: str, recorded_at: datetime) -> DeadLetter:
    return DeadLetter.model_validate(
        {
            "origin": DEAD_LETTERS.name,
            "partition": found.partition,
            "offset": found.offset,
            "reason": reason,
            "found_by": "console",
            "found_at": recorded_at,
            **contents_of(value),
        }
    )
