"""What is like a text, and what is around a post."""

import asyncio
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from console.api.asked import Search
from console.api.operation import Called
from console.api.posts import PostId, given_of, post_of
from console.api.values import FoundPost, Post, Told
from console.web import asked_for
from console.web.gathering import ALIKE_MAX, NEIGHBOURS_MAX, alike, document_of
from console.web.pasting import PASTED_CHARS_MAX, pasted
from records.base import Text
from records.errors import Malformed
from search.conversation import conversation
from search.finder import Hit
from search.handled import by_author


class LikeAsked(Search):
    """A text, as from a screenshot, or the id or address of a post; a search narrows what is looked through."""

    like: Annotated[Text, Field(min_length=1, max_length=PASTED_CHARS_MAX)]


class NearestPost(FoundPost):
    """A post, and how near its meaning comes, where that was worked out: 1 is the same."""

    similarity: float | None


class Likeness(Told):
    """The nearest few: those that say it, or nearly, and those that mean the same, or something like it."""

    said: list[NearestPost]
    meant: list[NearestPost]
    why_not: str | None = Field(description="why nothing could be compared by its meaning")


class AlikePost(Post):
    """A post that says the same, and how nearly: 1 is word for word."""

    similarity: float


class NearPost(Post):
    """A post of the same conversation."""

    place: Literal["parent", "before", "after"]


class Around(Told):
    """What stood around a post, what else its author wrote there, and which other posts say the same."""

    conversation: list[NearPost]
    author_posts: int = Field(description="how many others by the same author at the same source")
    author_actions: dict[str, int] = Field(description="how often which decision stands on them")
    by_author: list[Post]
    alike: list[AlikePost]


async def search_like(call: Called, asked: Annotated[LikeAsked, Query()]) -> Likeness:
    """The posts that say a text, misread as it may be, and those that mean it."""
    given = given_of(asked)
    text = asked.like.strip()
    if not text:
        raise Malformed("say what they are to be like")
    found = await pasted(call.desk, asked_for.looked_for(given), text)
    await call.audit("search", "posts", f"like: {text}; {asked_for.in_words(given)}")
    return Likeness(
        said=[_nearest(hit) for hit in found.said],
        meant=[_nearest(hit) for hit in found.meant],
        why_not=found.why_not or None,
    )


async def read_surroundings(call: Called, post_id: PostId) -> Around:
    """The conversation around a post, its author's other posts, and those that say the same. Looking is on record."""
    document = await document_of(call.desk, post_id)
    near, author, same = await asyncio.gather(
        conversation(call.desk.search, document, NEIGHBOURS_MAX),
        by_author(call.desk.search, document),
        alike(call.desk, document, ALIKE_MAX),
    )
    await call.audit("view", post_id, "with what is around it")
    return Around(
        conversation=[NearPost(**post_of(one).model_dump(), place=place) for place, one in near],
        author_posts=author.posts,
        author_actions=dict(author.by_action),
        by_author=[post_of(one) for one in author.newest],
        alike=[AlikePost(**post_of(one.document).model_dump(), similarity=one.similarity) for one in same],
    )


def _nearest(hit: Hit) -> NearestPost:
    return NearestPost(**post_of(hit.document).model_dump(), says=hit.says, similarity=hit.similarity)
