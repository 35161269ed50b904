"""Whether we were watching, in words, for a post that we do not have."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from console import telling_watching
from console.terminal import safe_line
from console.words import clock, counted, minute

ASKED_CHARS_MAX = 200
_WANTED = {"address": "at this address", "id": "with this id", "text": "that says just this"}

Part = Mapping[str, Any]
Lines = Iterator[tuple[str, str]]


def not_captured(missing: Part, now: datetime) -> Iterator[tuple[str, Lines]]:
    """Sections of an answer about something that we never had."""
    if missing["nearest"]:
        yield "The nearest that were captured", _nearest(missing)
    if missing["surfaces"]:
        yield "Where it may have been", _places(missing)
    yield "What we were watching", _watched(missing, now)


def headline(missing: Part) -> str:
    """The answer in one line."""
    asked = missing["asked"]
    shown = asked[:ASKED_CHARS_MAX] + ("…" if len(asked) > ASKED_CHARS_MAX else "")
    return f"not captured: nothing {_WANTED[missing['looked_for_as']]} is in the index ({safe_line(shown)})"


def _places(missing: Part) -> Lines:
    if missing["address"]:
        yield "posts were captured at", safe_line(missing["address"])
    for place in missing["surfaces"]:
        first = f", the first seen {clock(place['first_seen_at'])}" if place["first_seen_at"] else ""
        yield safe_line(place["surface"]), f"{counted(place['posts'], 'post')} by the source {place['source']}{first}"


def _watched(missing: Part, now: datetime) -> Lines:
    somewhere = missing["looked_for_as"] != "id" and not missing["surfaces"]
    if not missing["coverage"]:
        yield "watched since", "not known: no source has said that it was watching there"
    elif somewhere:
        yield "on which surface", "not known (--surface NAME names it), so here is every source"
    tell = telling_watching.short if somewhere else telling_watching.told
    tell = telling_watching.whole if missing["asked_from_at"] else tell
    for part in missing["coverage"]:
        first, *more = tell(part, now)
        yield part["source"], first
        yield from (("", line) for line in more)


def _nearest(missing: Part) -> Lines:
    for near in missing["nearest"]:
        at = minute(near["posted_at"] or near["first_seen_at"])
        who = f", {safe_line(near['author_name'])}" if near["author_name"] else ""
        yield safe_line(near["post_id"]), f"{safe_line(near['surface'] or 'unknown')}{who}, {at} UTC"
        when = "before: " if near["says"] == "before" else ""
        yield "", f"{when}“{safe_line(near['text'])}”"
