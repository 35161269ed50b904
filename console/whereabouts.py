"""Whether we were watching where and when something was posted: for a post that we have, and for one that we do not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from console.coverage import Asked, Part, look, said_at
from console.words import parsed

if TYPE_CHECKING:
    from records.documents import PostDocument
    from search.client import Search
    from search.finder import Hit
    from search.places import Place

TEXT_SHOWN_CHARS_MAX = 240
NEAREST_MAX = 3
LATELY = timedelta(days=90)
"""So far back the watch over a surface is told where no time is named; a year of one source takes two seconds ..."""
LATELY_ANYWHERE = timedelta(days=7)
"""... so over all sources it is less."""
MOMENT = timedelta(minutes=1)
"""Where the site does not say when it was posted, so much before it was seen is looked at."""
_NEAR = ("post_id", "source", "surface", "url", "author_name", "posted_at", "first_seen_at")


@dataclass(frozen=True)
class Missing:
    """What was asked for and never captured, with what the person knows of it."""

    asked: str
    surface: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


async def around(search: "Search", source: str, document: Mapping[str, Any], now: datetime) -> Part:
    """What its source was watching from when a post was posted until it was first seen."""
    seen_at = parsed(document["first_seen_at"]) if document.get("first_seen_at") else now
    posted_at = parsed(document["posted_at"]) if document.get("posted_at") else None
    since = min(posted_at or seen_at - MOMENT, seen_at)
    parts = await look(search, Asked(since, seen_at, (source,)), now)
    return {
        "source": source,
        "posted_at": said_at(posted_at),
        "first_seen_at": said_at(seen_at),
        "backfill": bool(document.get("backfill")),
        "coverage": parts[0] if parts else None,
    }


async def whereabouts(search: "Search", missing: Missing, now: datetime) -> Part:
    """Since when we have watched the place that something never captured may have been on, and what comes nearest."""
    address, found = await _places(search, missing)
    kind = kind_of(missing.asked)
    sources = tuple(dict.fromkeys(place.source for place in found)) or _source_in(missing.asked, kind)
    from_at = missing.from_at or now - (LATELY if sources else LATELY_ANYWHERE)
    coverage = await look(search, Asked(from_at, missing.until_at, sources), now)
    return {
        "asked": missing.asked,
        "captured": False,
        "looked_for_as": kind,
        "asked_from_at": said_at(missing.from_at),
        "asked_until_at": said_at(missing.until_at),
        "address": address or None,
        "surfaces": [_place(place) for place in found],
        "coverage": coverage,
        "nearest": [near_part(hit) for hit in await _nearest(search, missing, kind)],
    }


async def captured(search: "Search", asked: str) -> "PostDocument | None":
    """The post that was asked for: by id, by address, or by what it says."""
    from search.finder import get_post
    from search.places import post_with_text

    post_id = await post_with_text(search, asked) if kind_of(asked) == "text" else asked
    return await get_post(search, post_id) if post_id else None


def kind_of(asked: str) -> str:
    """What somebody asked for: an address, a text, or an id."""
    from search.places import addresses

    if addresses(asked):
        return "address"
    return "text" if len(asked.split()) > 1 else "id"


def near_part(hit: "Hit") -> Part:
    """A post that we have and that comes near to the text asked for."""
    from search.marks import plain

    text = " … ".join(plain(fragment) for fragment in hit.fragments) or hit.document.get("text") or ""
    told = {name: hit.document.get(name) for name in _NEAR}
    return {**told, "text": text[:TEXT_SHOWN_CHARS_MAX], "says": hit.says}


async def _places(search: "Search", missing: Missing) -> tuple[str, Sequence["Place"]]:
    from search.places import places, places_at

    if missing.surface:
        return "", await places(search, surface=missing.surface)
    if kind_of(missing.asked) == "address":
        return await places_at(search, missing.asked)
    source = missing.asked.partition(":")[0]
    return "", await places(search, source=source) if kind_of(missing.asked) == "id" and ":" in missing.asked else []


async def _nearest(search: "Search", missing: Missing, kind: str) -> Sequence["Hit"]:
    """What a reader may have meant: the words asked for without their quotes, as many of them as one search takes."""
    from search.finder import find
    from search.queries import Wanted
    from search.words import piece_of

    words = piece_of(missing.asked)
    if kind != "text" or not words:
        return ()
    return (await find(search, Wanted(text=words, before=True, size=NEAREST_MAX))).hits


def _source_in(asked: str, kind: str) -> tuple[str, ...]:
    """The source that an id of ours begins with; none: all of them."""
    return (asked.partition(":")[0],) if kind == "id" and ":" in asked else ()


def _place(place: "Place") -> Part:
    return {
        "surface": place.surface,
        "source": place.source,
        "posts": place.posts,
        "first_seen_at": said_at(place.first_seen_at),
    }
