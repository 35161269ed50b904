"""Gathers what the page of a case shows, all at once."""

import asyncio

from console.web.case import Alike, Material
from console.web.desk import Desk
from console.web.route import Missing
from records.documents import PostDocument
from records.errors import Malformed
from search.conversation import conversation
from search.finder import Hit, get_post
from search.grouping import NEAR
from search.handled import by_author, handling, observations, same_text
from search.likeness import like, meaning_of
from search.queries import Wanted

NEIGHBOURS_MAX = 3
ALIKE_MAX = 5


async def document_of(desk: Desk, post_id: str) -> PostDocument:
    """The document as it stands this moment; raises Missing."""
    document = await get_post(desk.search, post_id)
    if document is None or document["post_id"] != post_id:
        raise Missing(f"there is no post {post_id[:200]}")
    return document


async def material_of(desk: Desk, document: PostDocument) -> Material:
    """Everything around a document."""
    post_id = document["post_id"]
    near, author, same, seen, handled = await asyncio.gather(
        conversation(desk.search, document, NEIGHBOURS_MAX),
        by_author(desk.search, document),
        alike(desk, document, ALIKE_MAX),
        _seen(desk, document),
        handling(desk.search, post_id),
    )
    abilities = desk.abilities.get(document["source"], frozenset())
    return Material(document, near, author, same, seen, handled, abilities)


async def _seen(desk: Desk, document: PostDocument) -> list[dict[str, object]]:
    """How its text changed; of most posts there is one text only."""
    return await observations(desk.search, document["post_id"]) if document["revisions"] > 1 else []


async def alike(desk: Desk, document: PostDocument, size: int) -> list[Alike]:
    """The other posts that say the same: word for word first, then reworded, the nearest first."""
    if document.get("erased"):
        return []
    same, near = await asyncio.gather(same_text(desk.search, document, size), _reworded(desk, document, size))
    known = {one["post_id"] for one in same}
    reworded = [Alike(hit.document, hit.similarity or 0.0) for hit in near if hit.document["post_id"] not in known]
    return [*(Alike(one, 1.0) for one in same), *reworded][:size]


async def _reworded(desk: Desk, document: PostDocument, size: int) -> list[Hit]:
    try:
        meaning = await meaning_of(desk.search, document["post_id"])
    except Malformed:
        return []  # no model has judged it, or its text says too little to be compared
    found = await like(desk.search, Wanted(size=size), meaning)
    return [hit for hit in found.hits if (hit.similarity or 0.0) >= NEAR]
