"""A search as of a time: of what had been seen by then, each post as it stood then, by the facts in the index."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from typer import BadParameter

from console.instants import at_instant
from console.past import by_facts
from console.web.desk import Desk
from console.web.rows import Row, row
from records.documents import PostDocument
from records.errors import Malformed, NewerVersion
from search.finder import Hit, facts_of_many

NOT_YET = "not on record yet"
NOT_TOLD = "how it stood then cannot be told from the index: see its dossier"


def instant_of(said: str) -> datetime | None:
    """The time of a form, or none; raises Malformed."""
    try:
        return at_instant(said) if said else None
    except BadParameter as problem:
        raise Malformed(f"the field as of {problem.message}") from None


async def rows(desk: Desk, hits: Sequence[Hit], at: datetime | None) -> tuple[Row, ...]:
    """Hits as lines; with a time, as they stood then."""
    if at is None:
        return tuple(row(hit) for hit in hits)
    facts = await facts_of_many(desk.search, [hit.document["post_id"] for hit in hits])
    return await asyncio.to_thread(lambda: tuple(_then(hit, facts[hit.document["post_id"]], at) for hit in hits))


async def stood(desk: Desk, documents: Sequence[PostDocument], at: datetime) -> list[PostDocument]:
    """How posts stood, in this order, without those of which that cannot be told; what is erased now stays so."""
    facts = await facts_of_many(desk.search, [one["post_id"] for one in documents])
    then = await asyncio.to_thread(lambda: [_stood(one, facts[one["post_id"]], at) for one in documents])
    return [one for one in then if one is not None]


def _stood(now: PostDocument, facts: Iterable[Mapping[str, Any]], at: datetime) -> PostDocument | None:
    try:
        return now if now.get("erased") else by_facts(facts, at)
    except (Malformed, NewerVersion):
        return None


def _then(hit: Hit, facts: Iterable[Mapping[str, Any]], at: datetime) -> Row:
    """What matches today is marked only where it said the same then; of what is erased now nothing is told."""
    now = row(hit, at)
    if hit.document.get("erased"):
        return now
    try:
        document = by_facts(facts, at)
    except (Malformed, NewerVersion):
        return replace(now, pieces=(), absent=NOT_TOLD, state="", gone=False, labels=())
    if document is None:
        return replace(now, pieces=(), absent=NOT_YET, state="", gone=False, labels=())
    same = document.get("text") == hit.document.get("text")
    return row(replace(hit, document=document, fragments=hit.fragments if same else ()), at)
