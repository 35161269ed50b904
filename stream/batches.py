"""How a batch is read, worked on, waited for and acknowledged: the one place where Faust can lose a record.

What held under kill -9, rebalances, frozen brokers and exceptions: raw bytes decoded here; `enable_acks` off before
`noack_take` (its exit restores the old value); wait out `Unavailable` inside the body; acknowledge each event, in
order, only after the work is durable; a cancelled batch acknowledges nothing; any other exception ends the process at
once, because every gentler end acknowledges what it has not done. `stream.take()` must never be used.
"""

import asyncio
import os
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from records.codec import decode
from records.dead_letters import DeadLetter, contents_of
from records.errors import Malformed, Problem, Unavailable
from records.received import Received
from records.topics import BY_NAME, DEAD_LETTERS
from stream import metrics
from stream.breaker import Breaker
from stream.worker import Publish

RETRY_SECONDS_FIRST = 0.5
RETRY_SECONDS_MAX = 5.0
EXIT_BUG = 70
EXIT_PROBLEM = 78

log = structlog.get_logger()
Work = Callable[[Sequence[Received], Publish], Awaitable[None]]


@dataclass
class Limits:
    """How much is taken at once, and how long a batch waits for company.

    With a `breaker`, this worker puts aside what it cannot read; without, another worker of the same topic does.
    """

    group: str
    batch_max: int
    wait_seconds: float
    topic_ids: dict[str, str] = field(default_factory=dict)
    breaker: Breaker | None = None


async def each_batch(stream: Any, limits: Limits, work: Work, publish: Publish) -> None:  # noqa: ANN401
    """Gives every batch of the stream to `work`, and acknowledges it once the work is durable."""
    stream.enable_acks = False
    await or_end(_each_batch(stream, limits, work, publish))


async def or_end(work: Awaitable[None]) -> None:
    """Ends the process where this fails, instead of whatever the caller would make of it."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Problem as problem:
        _end(EXIT_PROBLEM, type(problem).__name__, str(problem))
    except BaseException as bug:  # noqa: BLE001  whatever it is, nothing unfinished may be acknowledged
        _end(EXIT_BUG, type(bug).__name__, "".join(traceback.format_tb(bug.__traceback__)[-3:]))


async def waited_out(says: Callable[[str | None], None], attempt: Callable[[], Awaitable[None]]) -> None:
    """Tries until it is done; a server that is away is waited for, and `says` is told for what, and when it is back."""
    seconds, waited = RETRY_SECONDS_FIRST, 0.0
    while True:
        try:
            await attempt()
        except Unavailable as reason:
            if not waited:
                log.warning("waiting for a server", reason=str(reason))
            says(str(reason))
            await asyncio.sleep(seconds)
            waited, seconds = waited + seconds, min(seconds * 2, RETRY_SECONDS_MAX)
        else:
            if waited:
                log.info("the server is back", waited_seconds=round(waited, 1))
            says(None)
            return


async def _each_batch(stream: Any, limits: Limits, work: Work, publish: Publish) -> None:  # noqa: ANN401
    async for events in stream.noack_take(limits.batch_max, within=limits.wait_seconds):
        await _one_batch(events, limits, work, publish)
        for event in events:
            await stream.ack(event)
        metrics.batch_finished(limits.group, len(events))


async def _one_batch(events: Sequence[Any], limits: Limits, work: Work, publish: Publish) -> None:
    readable, unreadable = _decoded([event.message for event in events], limits)
    says = partial(metrics.waiting, limits.group)
    if unreadable and limits.breaker:
        limits.breaker.count(len(unreadable))
        metrics.DEAD_LETTERS.labels(limits.group).inc(len(unreadable))
        await waited_out(says, lambda: publish(DEAD_LETTERS, unreadable))
    if readable:
        await waited_out(says, lambda: work(readable, publish))


def _decoded(messages: Sequence[Any], limits: Limits) -> tuple[list[Received], list[DeadLetter]]:
    readable: list[Received] = []
    unreadable: list[DeadLetter] = []
    for message in messages:
        try:
            readable.append(_received(message, limits.topic_ids))
        except Malformed as reason:
            place = f"{message.topic}-{message.partition}-{message.offset}"
            log.warning("record unreadable", place=place, reason=str(reason))
            unreadable.append(_dead_letter(message, str(reason), limits.group))
    return readable, unreadable


def _received(message: Any, topic_ids: dict[str, str]) -> Received:  # noqa: ANN401
    name = _our_name(message.topic)
    recorded_at = datetime.fromtimestamp(message.timestamp, UTC)
    record = decode(BY_NAME[name], message.value or b"")
    if message.key != record.key().encode():
        raise Malformed("the message's key is not the key of its record")
    return Received(name, topic_ids[name], message.partition, message.offset, recorded_at, record)


def _dead_letter(message: Any, reason: str, group: str) -> DeadLetter:  # noqa: ANN401
    contents: dict[str, Any] = contents_of(message.value or b"")
    return DeadLetter(
        origin=_our_name(message.topic),
        partition=message.partition,
        offset=message.offset,
        message_key=message.key,
        reason=reason,
        found_by=group,
        found_at=datetime.now(UTC),
        **contents,
    )


def _our_name(topic: str) -> str:
    return topic.rpartition(".")[2]


def _end(code: int, kind: str, sentence: str) -> None:
    log.error("worker ends, nothing that is under way is acknowledged", kind=kind, reason=sentence)
    os._exit(code)
