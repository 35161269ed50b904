"""Dead letters: which there are, one of them, its bytes, and what it speaks of published again."""

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import Field

from console.api.asked import Cursor, Replay
from console.api.cursors import WRONG, cursor, place_in
from console.api.operation import Call, Called
from console.api.problems import Conflict
from console.api.values import Instant, Told
from console.web import letters
from console.web.letter_places import at_said, before_of, before_said
from console.web.lettering import content_of, key_of
from ingest.letters import Before, unread
from ingest.letters import Letter as Found
from records.errors import Malformed, NotAllowed

QUESTION = "dead letters"
At = Annotated[str, Path(pattern=r"^[0-9]{1,4}-[0-9]{1,15}$", description="the place of a letter, such as 2-17")]


class LetterLine(Told):
    """Bytes that nobody could read, where they stood, and why; all of it may be a stranger's."""

    at: str
    recorded_at: Instant
    origin: str = Field(description="a topic, or source:NAME for what a source could not read")
    partition: int
    offset: int
    reason: str
    found_by: str
    found_at: Instant
    sha256: str
    size_bytes: int
    cut: bool = Field(description="whether the letter has only the beginning of them")
    replays: int = Field(description="how often it was published again")


class Letters(Told):
    """Some of them, the newest first."""

    letters: list[LetterLine]
    next: str | None


class Letter(LetterLine):
    """One of them, and what became of it."""

    key: str
    unread: str | None = Field(description="why this release would put it aside again")
    refusal: str | None = Field(description="why nobody may publish it again")
    replayed_at: Instant | None
    replayed_by: str | None
    place: str | None = Field(description="where it stands since it was published again")
    again: str | None = Field(description="the letter of whoever could not read it there either")


class Replayed(Told):
    """That it was published again: how often by now, and where it stands."""

    at: str
    times: int
    place: str


async def list_letters(call: Called, cursor_: Annotated[Cursor | None, Query(alias="cursor")] = None) -> Letters:
    """The dead letters that Kafka still has, twenty on a page at most."""
    found = await letters.page_of(call.desk, _before(place_in(QUESTION, cursor_)))
    await call.audit("view", "dead letters")
    lines = [LetterLine(**_line(call, one)) for one in found.letters]
    return Letters(letters=lines, next=cursor(QUESTION, before_said(found.before)))


async def read_letter(call: Called, at: At) -> Letter:
    """Where it stood, why nobody could read it, and what became of it; without its bytes."""
    found = await letters.letter_at(call.desk, at)
    done = letters.newest_replay(call.desk, found.said)
    again = await letters.put_aside_again(call.desk, done) if done else None
    await call.audit("view", found.place)
    return Letter(
        **_line(call, found),
        key=key_of(found.said),
        unread=unread(found.said) or None,
        refusal=letters.refusal(call.desk, found.said) or None,
        replayed_at=done.set_at.isoformat() if done else None,
        replayed_by=done.staff_id if done else None,
        place=done.place if done else None,
        again=at_said(again) if again else None,
    )


async def read_letter_bytes(call: Called, at: At) -> Response:
    """Its bytes as they are. They are a stranger's: taking them is on record."""
    found = await letters.letter_at(call.desk, at)
    return await content_of(call.desk, call.who, found)


async def replay_letter(call: Called, at: At, asked: Replay) -> Replayed:
    """Publishes again what a letter speaks of, byte for byte, from where it stood and never from the letter.

    Where the line is lost in the middle it may be published twice, which is the same fact.
    """
    found = await letters.letter_at(call.desk, at)
    try:
        done = await letters.publish_again(call.desk, call.who, found, asked.times, call.at)
    except NotAllowed as reason:
        await call.desk.refused(call.who.staff_id, f"publishing {found.said.key()} again", call.who.told(str(reason)))
        raise Conflict(str(reason)) from None
    return Replayed(at=at_said(found), times=done.version, place=done.place)


def _before(word: str) -> Before:
    found = before_of(word)
    if word and not found:
        raise Malformed(WRONG)
    return found


def _line(call: Call, found: Found) -> dict[str, object]:
    said, done = found.said, letters.newest_replay(call.desk, found.said)
    same = ("origin", "partition", "offset", "reason", "found_by", "sha256", "size_bytes", "cut")
    return {name: getattr(said, name) for name in same} | {
        "at": at_said(found),
        "recorded_at": found.recorded_at.isoformat(),
        "found_at": said.found_at.isoformat(),
        "replays": done.version if done else 0,
    }
