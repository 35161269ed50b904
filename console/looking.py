"""What `lifeguard find` asks of the index, and what it is answered, as values."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from records.errors import Malformed, Misconfigured
from records.settings import Settings

if TYPE_CHECKING:
    from moderation.scorer import Scorer
    from search.client import Search
    from search.finder import Found, Hit
    from search.likeness import Meaning
    from search.overview import Facet, Histogram, Interval
    from search.queries import Wanted

ID_CHARS_MAX = 2_048
"""What is longer is a text, and no id or address."""


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody asks for: posts, or those like a post or a text, page by page or not, with counts or not."""

    wanted: "Wanted"
    like: str | None = None
    facets: bool = False
    by: "Interval | None" = None
    pages: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; `token` leads to the next page where pages were asked for and there is one."""

    found: "Found"
    token: str | None = None
    facets: "Mapping[str, Facet] | None" = None
    histogram: "Histogram | None" = None


async def look(settings: Settings, asked: Look) -> Answer:
    """One question, one answer."""
    from search.client import Search
    from search.finder import find, nearest_to
    from search.likeness import like
    from search.overview import facets, histogram

    async with Search(settings) as search:
        if asked.like is not None:
            meant = await meaning(search, asked.like, lambda: _scorer(settings))
            return Answer(await like(search, asked.wanted, meant))
        if asked.pages or asked.after:
            return await _page(search, asked)
        found = await find(search, asked.wanted)
        counted = nearest_to(asked.wanted) if found.nearest else asked.wanted
        return Answer(
            found,
            facets=await facets(search, counted) if asked.facets else None,
            histogram=await histogram(search, counted, asked.by) if asked.by else None,
        )


async def every(settings: Settings, wanted: "Wanted") -> "AsyncIterator[Hit]":
    """All posts that are wanted, as they stood at the beginning."""
    from search.client import Search
    from search.pages import every as every_post

    async with Search(settings) as search:
        async for hit in every_post(search, wanted):
            yield hit


async def _page(search: "Search", asked: Look) -> Answer:
    from search.pages import first_page, is_of, next_page, place_of, token

    if asked.after is None:
        found, place = await first_page(search, asked.wanted)
        return Answer(found, token(place) if place else None)
    place = place_of(asked.after)
    if not _is_bare(asked.wanted) and not is_of(place, asked.wanted):
        raise Malformed("this token belongs to another search: --after alone goes on with the search that it is of")
    found, place = await next_page(search, replace(place, wanted=replace(place.wanted, size=asked.wanted.size)))
    return Answer(found, token(place) if place else None)


def _is_bare(wanted: "Wanted") -> bool:
    from search.queries import Wanted

    return wanted == Wanted(size=wanted.size, sort=wanted.sort, before=wanted.before)


async def meaning(search: "Search", like: str, scorer: "Callable[[], Scorer]") -> "Meaning":
    """That of the post with this id or address, else that of the text itself, for which the scorer is made."""
    from search.finder import get_post
    from search.likeness import Meaning, meaning_of

    post = await get_post(search, like) if len(like) <= ID_CHARS_MAX else None
    if post is not None:
        return await meaning_of(search, post["post_id"])
    if ":" in like and not any(char.isspace() for char in like.strip()):
        raise Malformed(f"there is no post with the id or address {like}")
    return Meaning(*await asyncio.to_thread(_embedded, search.settings, like, scorer))


def _scorer(settings: Settings) -> "Scorer":
    from moderation.scorer import scorer_of

    return scorer_of(settings)


def _embedded(settings: Settings, text: str, scorer_made: "Callable[[], Scorer]") -> tuple[bytes, str]:
    scorer = scorer_made()
    (scored,) = scorer.score([text])
    if scored.embedding is None or scorer.model_digest is None:
        reason = scored.unscored or f"the scorer {settings.scorer!r} gives no embedding"
        raise Misconfigured(f"the text cannot be compared: {reason}")
    if not any(scored.embedding):
        raise Misconfigured(f"the text cannot be compared: the scorer {settings.scorer!r} gives no meaning")
    return scored.embedding, scorer.model_digest
