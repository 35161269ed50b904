"""When a batch is acknowledged: after its work is durable, and never otherwise."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from records.audit import Audit
from records.base import Record
from records.codec import encode
from records.dead_letters import DeadLetter
from records.errors import Unavailable
from records.received import Received
from records.topics import Topic
from stream import batches
from stream.batches import EXIT_BUG, EXIT_PROBLEM, Limits, each_batch
from stream.breaker import Breaker

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass
class FakeStream:
    """Gives batches of messages as Faust does, and remembers what was acknowledged, in order."""

    given: list[list[bytes]]
    enable_acks: bool = True
    acknowledged: list[int] = field(default_factory=list)

    async def noack_take(self, most: int, within: float) -> AsyncIterator[list[Any]]:
        """The batches, one after another."""
        assert not self.enable_acks, "acknowledging must be off before the first batch is taken"
        assert (most, within) == (10, 0.1)
        offsets = iter(range(1000))
        for values in self.given:
            yield [SimpleNamespace(message=_message(next(offsets), value)) for value in values]

    async def ack(self, event: Any) -> None:
        """Takes note."""
        self.acknowledged.append(event.message.offset)


class Ended(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes that the process would have ended with."""
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(batches, "RETRY_SECONDS_FIRST", 0.001)
    return codes


async def test_acknowledged_in_order_once_the_work_is_done() -> None:
    """While the work runs nothing is acknowledged; then all of the batch, then the next one."""
    stream, seen = FakeStream([[_audit(0), _audit(1)], [_audit(2)]]), []

    async def work(batch: Sequence[Received], _: Any) -> None:
        seen.append((len(batch), list(stream.acknowledged)))

    await each_batch(stream, _limits(), work, _publishes_nothing)
    assert seen == [(2, []), (1, [0, 1])]
    assert stream.acknowledged == [0, 1, 2]


async def test_an_unavailable_server_is_waited_out_inside_the_batch(ends: list[int]) -> None:
    """The same batch is tried again until it is done, and only then acknowledged."""
    stream, tries = FakeStream([[_audit(0)]]), []

    async def work(_: Sequence[Received], __: Any) -> None:
        tries.append(list(stream.acknowledged))
        if len(tries) < 4:
            raise Unavailable("Elasticsearch does not answer")

    await each_batch(stream, _limits(), work, _publishes_nothing)
    assert (tries, stream.acknowledged, ends) == ([[]] * 4, [0], [])


async def test_a_cancelled_batch_acknowledges_nothing(ends: list[int]) -> None:
    """A worker that is asked to stop in the middle leaves the batch to its successor."""
    stream = FakeStream([[_audit(0)]])

    async def work(_: Sequence[Received], __: Any) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await each_batch(stream, _limits(), work, _publishes_nothing)
    assert (stream.acknowledged, ends) == ([], [])


async def test_any_other_exception_ends_the_process_without_acknowledging(ends: list[int]) -> None:
    """A bug must not cost a record: its batch comes again after the restart."""
    stream = FakeStream([[_audit(0)], [_audit(1)]])

    async def work(_: Sequence[Received], __: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(Ended):
        await each_batch(stream, _limits(), work, _publishes_nothing)
    assert (stream.acknowledged, ends) == ([], [EXIT_BUG])


async def test_a_record_of_a_newer_version_stops_the_worker(ends: list[int]) -> None:
    """It is no dead letter: the worker has to be upgraded first."""
    stream = FakeStream([[_audit(0).replace(b'"v":1', b'"v":2')]])
    with pytest.raises(Ended):
        await each_batch(stream, _limits(), _works, _publishes_nothing)
    assert (stream.acknowledged, ends) == ([], [EXIT_PROBLEM])


async def test_what_cannot_be_read_is_kept_whole_before_it_is_acknowledged() -> None:
    """The bytes and the reason are published; the rest of the batch is worked on."""
    stream, kept, worked = FakeStream([[b"\xff\x00", _audit(1)]]), [], []

    async def publish(_: Topic, letters: Sequence[Record]) -> None:
        assert stream.acknowledged == []
        kept.extend(letters)

    async def work(batch: Sequence[Received], _: Any) -> None:
        worked.extend(received.offset for received in batch)

    await each_batch(stream, _limits(), work, publish)
    [letter] = kept
    assert isinstance(letter, DeadLetter)
    assert (letter.value, letter.origin, letter.offset, bool(letter.reason)) == (b"\xff\x00", "audit", 0, True)
    assert (worked, stream.acknowledged) == ([1], [0, 1])


async def test_too_much_that_cannot_be_read_stops_the_worker(ends: list[int]) -> None:
    """The circuit breaker: nothing of that batch is acknowledged."""
    stream = FakeStream([[b"?"] * 4])
    with pytest.raises(Ended):
        await each_batch(stream, _limits(), _works, _publishes_nothing)
    assert (stream.acknowledged, ends) == ([], [EXIT_PROBLEM])


async def test_a_record_under_a_wrong_key_is_unreadable() -> None:
    """What stands in the wrong partition would escape the worker that folds its post."""
    stream, kept = FakeStream([[_audit(7)]]), []

    async def publish(_: Topic, letters: Sequence[Record]) -> None:
        kept.extend(letters)

    await each_batch(stream, _limits(), _works, publish)
    assert [letter.reason for letter in kept] == ["the message's key is not the key of its record"]


def _audit(number: int) -> bytes:
    staff_id = "s-ana" if number < 7 else "s-bob"
    return encode(Audit(kind="view", staff_id=staff_id, idempotency_key=f"k{number}", happened_at=NOW))


def _message(offset: int, value: bytes) -> SimpleNamespace:
    return SimpleNamespace(
        topic="ns.audit", partition=0, offset=offset, timestamp=NOW.timestamp(), key=b"s-ana", value=value
    )


def _limits() -> Limits:
    return Limits("fold", 10, 0.1, {"audit": "topic-id"}, Breaker(3))


async def _works(batch: Sequence[Received], publish: Any) -> None:
    """Work that is done at once."""


async def _publishes_nothing(topic: Topic, records: Sequence[Record]) -> None:
    """A broker that takes everything."""
