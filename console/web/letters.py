"""Dead letters without their pages: some of them, one, what became of it, and it is published again by a person."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from console.web.desk import Desk, ReadingLetters
from console.web.letter_places import at_of
from console.web.registering import publish
from console.web.route import Missing, Visitor
from ingest.letters import Before, Letter, Letters, why_not
from records.dead_letters import DeadLetter
from records.errors import NotAllowed, Problem, Unavailable
from records.registry import Erasure, Replay

ANSWER_SECONDS_MAX = 25.0
REPLAYS_MAX = 5
"""So often what a letter speaks of can be published again."""
Result = TypeVar("Result")


class Meanwhile(Problem):
    """Somebody has published it again since this letter was looked at."""


async def page_of(desk: Desk, before: Before) -> Letters:
    """Some of them, the newest first."""
    return await _ask(desk, lambda box: box.page(before))


async def letter_at(desk: Desk, word: str) -> Letter:
    """The one at a place such as `2-17`; raises Missing."""
    place = at_of(word)
    found = await _ask(desk, lambda box: box.letter(*place)) if place else None
    if found is None:
        raise Missing("Kafka has no dead letter there, or not any more")
    return found


async def put_aside_again(desk: Desk, done: Replay) -> Letter | None:
    """The letter of whoever could not read it under its new place either."""
    return await _ask(desk, lambda box: box.later(done.place, done.set_at))


async def publish_again(desk: Desk, who: Visitor, found: Letter, times: int, at: datetime | None = None) -> Replay:
    """Publishes what a letter speaks of, which was done so many `times` before; raises Meanwhile and NotAllowed.

    Asked for by one person at one time (`at`, else now) it is published once.
    """
    async with desk.replaying:
        await asyncio.to_thread(desk.set_up.look)
        before = desk.set_up.said_at("replay", found.said.key(), who.staff_id, at) if at else None
        if isinstance(before, Replay):
            return before
        done = newest_replay(desk, found.said)
        if times != (done.version if done else 0):
            raise Meanwhile("meanwhile it was published again already")
        if reason := refusal(desk, found.said):
            raise NotAllowed(reason)
        told = who.told(f"as {found.place} says, time {times + 1}")
        await desk.audit(who.staff_id, "replay", found.said.key(), told)
        place = await _ask(desk, lambda box: box.replay(found))
        said = _record(found, times + 1, str(place), who, at)
        await publish(desk, said)
        return said


def newest_replay(desk: Desk, said: DeadLetter) -> Replay | None:
    """The last time that the bytes which stood there were published again."""
    found = desk.set_up.newest("replay").get(said.key())
    entry = found.said if found else None
    return entry if isinstance(entry, Replay) and entry.sha256 == said.sha256 else None


def refusal(desk: Desk, said: DeadLetter) -> str:
    """Why nobody may publish it again; empty where one may."""
    if reason := why_not(said):
        return reason
    key = (said.message_key or b"").decode("utf-8", "replace")
    erasure = desk.set_up.newest("erasure").get(key)
    if erasure and isinstance(erasure.said, Erasure):
        return "it is about a post that was erased"
    done = newest_replay(desk, said)
    return f"it was published again {REPLAYS_MAX} times already" if done and done.version >= REPLAYS_MAX else ""


def _record(found: Letter, times: int, place: str, who: Visitor, at: datetime | None) -> Replay:
    return Replay(
        registry_id=found.said.key(),
        version=times,
        staff_id=who.staff_id,
        set_at=at or datetime.now(UTC),
        via=who.via,
        letter=found.place,
        sha256=found.said.sha256,
        place=place,
    )


async def _ask(desk: Desk, question: Callable[[ReadingLetters], Result]) -> Result:
    """In a thread of its own, for so long at most; what was begun then may still come to its end."""
    box = desk.letters
    if box is None:
        raise Unavailable("dead letters cannot be read here")
    try:
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            return await desk.reading.run(lambda: question(box))
    except TimeoutError:
        raise Unavailable(f"the broker has not answered within {ANSWER_SECONDS_MAX:.0f} s") from None
