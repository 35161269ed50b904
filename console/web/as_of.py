"""A search as of a time: of what had been seen by then, each post as it stood then, by the facts in the index."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from typer import BadParameter

from console.instants import at_instant
from console.past import by_facts
from console.web.desk import Desk
from console.web.rows import Row, row
from records.errors import Malformed, NewerVersion
from search.finder import Hit, facts_of_many
from search.marks import pieces, plain

Facts = Iterable[Mapping[str, Any]]
Told = TypeVar("Told")
NOT_YET = "not on record yet"
ANOTHER = "another text of it says this, not that of then"
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
    return tuple(await _each(desk, hits, at, _then))


async def stood(desk: Desk, hits: Sequence[Hit], at: datetime | None) -> Sequence[Hit]:
    """Hits; with a time, as they stood then, without those of which that cannot be told. What is erased stays so."""
    if at is None:
        return hits
    return [hit for hit in await _each(desk, hits, at, _stood) if hit is not None]


async def _each(
    desk: Desk, hits: Sequence[Hit], at: datetime, tell: Callable[[Hit, Facts, datetime], Told]
) -> list[Told]:
    facts = await facts_of_many(desk.search, [hit.document["post_id"] for hit in hits])
    return await asyncio.to_thread(lambda: [tell(hit, facts[hit.document["post_id"]], at) for hit in hits])


def _stood(hit: Hit, facts: Facts, at: datetime) -> Hit | None:
    if hit.document.get("erased"):
        return hit
    try:
        document = by_facts(facts, at)
    except (Malformed, NewerVersion):
        return None
    return replace(hit, document=document) if document else None


def _then(hit: Hit, facts: Facts, at: datetime) -> Row:
    """What matched is marked where it stood there then, whatever stands now; of what is erased now nothing is told."""
    now = row(hit, at)
    if hit.document.get("erased"):
        return now
    try:
        document = by_facts(facts, at)
    except (Malformed, NewerVersion):
        return replace(now, pieces=(), absent=NOT_TOLD, state="", gone=False, labels=(), says="")
    if document is None:
        return replace(now, pieces=(), absent=NOT_YET, state="", gone=False, labels=(), says="")
    text = document.get("text") or ""
    marked = tuple(fragment for fragment in hit.fragments if plain(fragment) in text)
    shown = row(replace(hit, document=document, fragments=marked, matched=()), at)
    return shown if _said(hit, text) else replace(shown, says=ANOTHER)


def _said(hit: Hit, text: str) -> bool:
    """Whether each word that matched stands in this text; of a hit by title or name nothing is said of its text."""
    words = {part.casefold() for fragment in hit.fragments for part, matched in pieces(fragment) if matched}
    return all(word in text.casefold() for word in words) and (bool(words) or hit.says != "before")
