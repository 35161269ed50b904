"""The dead letters: a list, one with its bytes, and what it speaks of published again by a person, on record."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from starlette.responses import Response

from console.web.bytes_shown import Shown, shown
from console.web.desk import Desk, ReadingLetters
from console.web.letter_places import at_of, at_said, before_of, before_said
from console.web.registering import publish
from console.web.rendering import go, page
from console.web.route import REPLAYERS, Asked, Missing
from console.words import clock, counted, size
from ingest.letters import Letter, unread, why_not
from records.dead_letters import DeadLetter
from records.errors import NotAllowed, Unavailable
from records.registry import Erasure, Replay

ANSWER_SECONDS_MAX = 25.0
REPLAYS_MAX = 5
"""So often what a letter speaks of can be published again."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Line:
    """A letter in the list."""

    address: str
    found: str
    origin: str
    reason: str
    size: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """That what a letter speaks of was published again: how often, where it stands now, and what became of it there."""

    times: int
    said: str
    again: str = ""
    reason: str = ""


async def letters(desk: Desk, asked: Asked) -> Response:
    """One page of them, the newest first."""
    found = await _ask(desk, lambda box: box.page(before_of(asked.query("before"))))
    await desk.audit(asked.staff.staff_id, "view", "dead letters")
    return page(
        asked,
        "dead_letters.html",
        lines=[line(desk, one) for one in found.letters],
        more=before_said(found.before),
        here=bool(asked.query("before")),
        days=desk.settings.transport_days,
    )


async def letter(desk: Desk, asked: Asked) -> Response:
    """One of them: where it stood, why nobody could read it, its bytes, and what became of it."""
    found = await _found(desk, asked.query("at"))
    done = newest_replay(desk, found.said)
    await desk.audit(asked.staff.staff_id, "view", found.place)
    return page(
        asked,
        "dead_letter.html",
        letter=found,
        at=at_said(found),
        found=clock(found.said.found_at.isoformat()),
        size=size(found.said.size_bytes),
        key=key_of(found.said),
        content=_shown(found.said),
        unread=unread(found.said),
        why_not=refusal(desk, found.said),
        replayed=await _replayed(desk, done) if done else None,
        may=asked.staff.role in REPLAYERS,
    )


async def content(desk: Desk, asked: Asked) -> Response:
    """The bytes as a file that no browser opens by itself."""
    found = await _found(desk, asked.query("at"))
    await desk.audit(asked.staff.staff_id, "export", found.place, counted(len(found.said.value), "byte"))
    named = {"content-disposition": f'attachment; filename="dead-letter-{at_said(found)}.bin"'}
    return Response(found.said.value, media_type="application/octet-stream", headers=named)


async def replay(desk: Desk, asked: Asked) -> Response:
    """Publishes again what a letter speaks of, once for each time that somebody asks for it."""
    found = await _found(desk, asked.said("at"))
    address = f"/dead-letters/letter?at={at_said(found)}"
    async with desk.replaying:
        await asyncio.to_thread(desk.set_up.look)
        done = newest_replay(desk, found.said)
        times = done.version if done else 0
        if asked.said("sure") != "yes":
            return go(asked, address, "Nothing was published: say first that you are sure.")
        if asked.said("times") != str(times):
            return go(asked, address, "Nothing was published: meanwhile it was published again already.")
        if reason := refusal(desk, found.said):
            raise NotAllowed(reason)
        await desk.audit(asked.staff.staff_id, "replay", found.said.key(), f"as {found.place} says, time {times + 1}")
        place = await _ask(desk, lambda box: box.replay(found))
        await publish(desk, _record(found, times + 1, str(place), asked.staff.staff_id))
    return go(asked, address, f"It was published again, and stands at {place}.")


def line(desk: Desk, found: Letter) -> Line:
    """A letter as a line of the list."""
    said, done = found.said, newest_replay(desk, found.said)
    return Line(
        address=f"/dead-letters/letter?at={at_said(found)}",
        found=found.recorded_at.isoformat(),
        origin=said.key(),
        reason=said.reason,
        size=size(said.size_bytes),
        replayed=f"{counted(done.version, 'time')}, last by {done.staff_id}" if done else "",
    )


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


def key_of(said: DeadLetter) -> str:
    """The key of the message, as far as it is a text."""
    return "none" if said.message_key is None else said.message_key.decode("utf-8", "backslashreplace")


def _shown(said: DeadLetter) -> Shown:
    return shown(said.value, said.size_bytes)


def _record(found: Letter, times: int, place: str, staff_id: str) -> Replay:
    return Replay(
        registry_id=found.said.key(),
        version=times,
        staff_id=staff_id,
        set_at=datetime.now(UTC),
        letter=found.place,
        sha256=found.said.sha256,
        place=place,
    )


async def _replayed(desk: Desk, done: Replay) -> Replayed:
    """What is known of it now: who cannot read it puts it aside again, under its new place."""
    said = f"{counted(done.version, 'time')}, last at {clock(done.set_at.isoformat())} by {done.staff_id}: {done.place}"
    later = await _ask(desk, lambda box: box.later(done.place, done.set_at))
    return Replayed(done.version, said, at_said(later), later.said.reason) if later else Replayed(done.version, said)


async def _found(desk: Desk, word: str) -> Letter:
    place = at_of(word)
    found = await _ask(desk, lambda box: box.letter(*place)) if place else None
    if found is None:
        raise Missing("Kafka has no dead letter there, or not any more")
    return found


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
