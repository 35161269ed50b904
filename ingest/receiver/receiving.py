"""One delivery from its bytes to the broker's word: read within limits, verified, mapped, published once."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from starlette.requests import Request

from ingest.capture import Whole, capture_of
from ingest.posts import Reading
from ingest.publisher import Place, Publishing
from ingest.receiver.body import facts_of, headers_of, refuse_other_types, room_of, whole_body
from ingest.receiver.coverage import Counts
from ingest.receiver.limits import Gate
from ingest.receiver.metrics import Metrics
from ingest.receiver.problems import KINDS, MEDIA_TYPE, Refusal, problem_bytes
from ingest.receiver.replays import Answer, Delivery, Replays
from ingest.receiver.signatures import Signed, claims, verify
from ingest.sources.source import Bad
from ingest.worker import dead_letter
from records.base import Record
from records.codec import parse_json
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.errors import Malformed, Misconfigured, Unavailable
from records.posts import Http, Post
from records.topics import DEAD_LETTERS, POSTS, Topic

ACCEPTED = 202
REPLAYED = 200


class Connection(Publishing, Protocol):
    """A publisher that may be without its broker; `send` does not block while it is connected."""

    @property
    def connected(self) -> bool:
        """Whether the broker has answered."""
        ...

    def connect(self) -> None:
        """Reaches the broker; blocks."""
        ...


@dataclass
class Receiver:
    """Everything that one receiver knows; it lives on one event loop."""

    reading: Reading
    keys: Iterable[bytes]
    tolerance_seconds: int
    publisher: Connection
    watch: Counts
    gate: Gate = field(default_factory=Gate)
    replays: Replays = field(default_factory=Replays)
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.metrics = Metrics(self.gate)

    async def receive(self, request: Request) -> Answer:
        """Takes one delivery; what is not taken is a Refusal."""
        if not self.publisher.connected:
            raise Refusal("broker")
        headers = headers_of(request)
        refuse_other_types(headers)
        signed = claims(headers)
        with self.gate.room_for(room_of(headers)):
            body = await whole_body(request)
            try:
                verify(signed, body, self.keys, self.clock(), self.tolerance_seconds)
                return await self._once(facts_of(request, headers), signed, body)
            except Refusal as refusal:
                refusal.body_was_read = True
                raise

    async def _once(self, http: Http, signed: Signed, body: bytes) -> Answer:
        whole = Whole.of(body)
        before = self.replays.find(signed.webhook_id)
        if before is not None:
            return await _as_before(before, whole)
        delivery = self.replays.begin(signed.webhook_id, whole.sha256)
        answer = None
        try:
            answer = await self._published(http, body, whole)
        except (Unavailable, Misconfigured) as problem:
            raise Refusal("broker", str(problem)) from None
        finally:
            self.replays.end(signed.webhook_id, delivery, answer)
        return answer

    async def _published(self, http: Http, body: bytes, whole: Whole) -> Answer:
        try:
            post = self._post(http, body, whole)
        except Malformed as problem:
            return await self._kept(body, whole, str(problem))
        place = await self._send(POSTS, post)
        self.watch.took()
        said = {"post_id": post.post_id, "record_id": post.record_id, "place": str(place)}
        return Answer(ACCEPTED, json.dumps(said).encode("ascii"))

    def _post(self, http: Http, body: bytes, whole: Whole) -> Post:
        value = parse_json(body)
        capture = capture_of(body, whole, media_type="application/json", http=http)
        return self.reading.post(value, capture, datetime.now(UTC))

    async def _kept(self, body: bytes, whole: Whole, reason: str) -> Answer:
        bad = Bad(0, body[:DEAD_LETTER_BYTES_MAX], whole.sha256, whole.size_bytes, reason)
        await self._send(DEAD_LETTERS, dead_letter(bad, self.reading.source, "ingest webhook", datetime.now(UTC)))
        self.watch.refused("422 body")
        return Answer(KINDS["body"].status, problem_bytes("body", reason), MEDIA_TYPE)

    async def _send(self, topic: Topic, record: Record) -> Place:
        return await asyncio.wrap_future(self.publisher.send(topic, record))


async def _as_before(before: Delivery, whole: Whole) -> Answer:
    if before.body_sha256 != whole.sha256:
        raise Refusal("reused")
    answer = await asyncio.shield(before.answer)
    if answer is None:
        raise Refusal("broker")
    return Answer(REPLAYED, answer.body) if answer.status == ACCEPTED else answer
