"""Page after page of one search as it stood when it began, whatever is written meanwhile; and the token of a page."""

import base64
import zlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from records.errors import Malformed
from search.client import WHOLE, Search
from search.finder import Found, Hit, found_in, is_as_asked, nearest_to
from search.queries import HITS_MAX, Wanted, search_body

KEPT_MINUTES = 5
"""How long an answer is kept after its last page; longer costs the server disk and memory."""
TOKEN_BYTES_MAX = 20_000
_KEEP_ALIVE = f"{KEPT_MINUTES}m"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in an answer: the search, with the post that was last, and the point in time it belongs to."""

    wanted: Wanted
    pit: str


_PLACE = TypeAdapter(Place)


async def first_page(search: Search, wanted: Wanted) -> tuple[Found, Place | None]:
    """The first page of an answer that is kept from now on, and the place where the next begins, if there is one."""
    place = Place(replace(wanted, after=()), await _keep(search))
    found, following = await next_page(search, place)
    if is_as_asked(found, wanted):
        return found, following
    if following:
        await _let_go(search, following.pit)
    return await first_page(search, nearest_to(wanted))


async def next_page(search: Search, place: Place) -> tuple[Found, Place | None]:
    """The page that begins at a place, and the next place; after the last page the answer is let go."""
    found, pit = await _page(search, place)
    if found.after:
        return found, Place(replace(place.wanted, after=found.after), pit)
    await _let_go(search, pit)
    return found, None


async def every(search: Search, wanted: Wanted) -> AsyncGenerator[Hit, None]:
    """Every post that is wanted, in order, as it stood at the beginning."""
    wanted = replace(wanted, size=HITS_MAX, after=())
    found, place = await first_page(search, replace(wanted, size=HITS_MAX))
    try:
        while True:
            for hit in found.hits:
                yield hit
            if place is None:
                return
            found, place = await next_page(search, place)
    finally:
        if place:
            await _let_go(search, place.pit)


def token(place: Place) -> str:
    """A place as one word, which carries the whole search with it."""
    packed = zlib.compress(_PLACE.dump_json(place, exclude_defaults=True), 9)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def place_of(word: str) -> Place:
    """The place that a token stands for; raises Malformed for what is none."""
    try:
        packed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        return _PLACE.validate_json(zlib.decompressobj().decompress(packed, TOKEN_BYTES_MAX), strict=False)
    except (ValueError, zlib.error):
        raise Malformed("this is not the token of a page: copy it whole, from --after on") from None


def is_of(place: Place, wanted: Wanted) -> bool:
    """Does a place belong to this search?"""
    where: dict[str, Any] = {"after": (), "size": wanted.size, "nearest": wanted.nearest, "sort": wanted.sort}
    return replace(place.wanted, **where) == replace(wanted, after=())


async def _page(search: Search, place: Place) -> tuple[Found, str]:
    body = search_body(place.wanted) | {"pit": {"id": place.pit, "keep_alive": _KEEP_ALIVE}}
    answer = await search.ask("POST", "/_search", body, params=WHOLE, may_lack=True)
    if answer is None:
        raise Malformed(f"these pages are no longer there: they are kept for {KEPT_MINUTES} minutes; search again")
    return found_in(answer, place.wanted), answer["pit_id"]


async def _keep(search: Search) -> str:
    return str((await search.ask("POST", f"/{search.posts}/_pit", params={"keep_alive": _KEEP_ALIVE}))["id"])


async def _let_go(search: Search, pit: str) -> None:
    await search.ask("DELETE", "/_pit", {"id": pit}, may_lack=True)
