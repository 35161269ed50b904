"""The dead letters: a list, one with its bytes, and what it speaks of published again by a person, on record."""

from dataclasses import dataclass

from starlette.responses import Response

from console.web.bytes_shown import Shown, shown
from console.web.desk import Desk
from console.web.letter_places import at_said, before_of, before_said
from console.web.letters import (
    REPLAYS_MAX,
    Meanwhile,
    letter_at,
    newest_replay,
    page_of,
    publish_again,
    put_aside_again,
    refusal,
)
from console.web.rendering import go, page
from console.web.route import REPLAYERS, Asked, Visitor
from console.words import clock, counted, size
from ingest.letters import Letter, unread
from records.dead_letters import DeadLetter
from records.registry import Replay

BYTES = "application/octet-stream"


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
    found = await page_of(desk, before_of(asked.query("before")))
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
    found = await letter_at(desk, asked.query("at"))
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
    """The bytes of one of them."""
    return await content_of(desk, asked.staff, await letter_at(desk, asked.query("at")))


async def content_of(desk: Desk, who: Visitor, found: Letter) -> Response:
    """The bytes as a file that no browser opens by itself; that they were taken is on record."""
    await desk.audit(who.staff_id, "export", found.place, who.told(counted(len(found.said.value), "byte")))
    named = {"content-disposition": f'attachment; filename="dead-letter-{at_said(found)}.bin"'}
    return Response(found.said.value, media_type=BYTES, headers=named)


async def replay(desk: Desk, asked: Asked) -> Response:
    """Publishes again what a letter speaks of, once for each time that somebody asks for it."""
    found = await letter_at(desk, asked.said("at"))
    address = f"/dead-letters/letter?at={at_said(found)}"
    if asked.said("sure") != "yes":
        return go(asked, address, "Nothing was published: say first that you are sure.")
    try:
        done = await publish_again(desk, asked.staff, found, _times(asked.said("times")))
    except Meanwhile as reason:
        return go(asked, address, f"Nothing was published: {reason}.")
    return go(asked, address, f"It was published again, and stands at {done.place}.")


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


def key_of(said: DeadLetter) -> str:
    """The key of the message, as far as it is a text."""
    return "none" if said.message_key is None else said.message_key.decode("utf-8", "backslashreplace")


def _shown(said: DeadLetter) -> Shown:
    return shown(said.value, said.size_bytes)


def _times(said: str) -> int:
    """A number that a form of ours can have; no letter was published -1 times."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= len(str(REPLAYS_MAX)) else -1


async def _replayed(desk: Desk, done: Replay) -> Replayed:
    """What is known of it now: who cannot read it puts it aside again, under its new place."""
    said = f"{counted(done.version, 'time')}, last at {clock(done.set_at.isoformat())} by {done.staff_id}: {done.place}"
    later = await put_aside_again(desk, done)
    return Replayed(done.version, said, at_said(later), later.said.reason) if later else Replayed(done.version, said)
