"""Dossiers of a batch of posts: their facts in a few requests, and what is the same for all of them looked up once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.coverage import Asked as CoverageAsked
from console.coverage import Part, said_at, source_part
from console.dossier.gathering import Gathered
from console.dossier.making import dossier
from console.dossier.material import Fact, Known, Material
from console.whereabouts import MOMENT
from console.words import parsed

if TYPE_CHECKING:
    from records.documents import PostDocument
    from search.client import Search
    from search.coverage import Statement, Watcher

AT_ONCE = 16
"""Posts whose surroundings are asked for at once."""


@dataclass
class Watching:
    """What the sources told of their watching; who they are is looked up once."""

    search: "Search"
    now: datetime
    _watchers: "dict[str, Watcher] | None" = None
    _compared: "Sequence[Statement]" = ()
    _said: dict[tuple[str, datetime, datetime], "Sequence[Statement]"] = field(default_factory=dict)

    async def begin(self) -> None:
        """Who watches, and what they compared."""
        from search.coverage import compared, watchers

        self._watchers = {one.source: one for one in await watchers(self.search)}
        self._compared = await compared(self.search)

    async def around(self, source: str, told: Mapping[str, Any]) -> Part:
        """As `console.whereabouts.around`, from when a post was posted until it was first seen."""
        seen_at = parsed(told["first_seen_at"]) if told.get("first_seen_at") else self.now
        posted_at = parsed(told["posted_at"]) if told.get("posted_at") else None
        since = min(posted_at or seen_at - MOMENT, seen_at)
        return {
            "source": source,
            "posted_at": said_at(posted_at),
            "first_seen_at": said_at(seen_at),
            "backfill": bool(told.get("backfill")),
            "coverage": await self._coverage(source, since, seen_at),
        }

    async def _coverage(self, source: str, since: datetime, until: datetime) -> Part | None:
        from search.coverage import statements

        watcher = (self._watchers or {}).get(source)
        if watcher is None:
            return None
        said = await statements(self.search, since, until, sources=[source])
        compared = [one for one in self._compared if one["source"] == source]
        return source_part(watcher, said, compared, CoverageAsked(since, until, (source,)), self.now)


async def gathered(
    search: "Search", documents: "Sequence[PostDocument]", known: Known, watching: Watching
) -> list[Gathered]:
    """A dossier of each post, without its integrity."""
    from search.finder import facts_of_many

    facts = await facts_of_many(search, [one["post_id"] for one in documents])
    found: list[Gathered] = []
    for first in range(0, len(documents), AT_ONCE):
        some = documents[first : first + AT_ONCE]
        found += await asyncio.gather(*(_one(search, one, facts[one["post_id"]], known, watching) for one in some))
    return found


async def _one(
    search: "Search", document: "PostDocument", facts: Sequence[Fact], known: Known, watching: Watching
) -> Gathered:
    from search.conversation import conversation, others_at

    material = Material(document["post_id"], document, facts)
    posts_max = 0 if material.erased else known.context_posts_max
    context, others, watched = await asyncio.gather(
        conversation(search, document, posts_max),
        others_at(search, document),
        watching.around(document.get("source") or document["post_id"].partition(":")[0], document),
    )
    material = replace(material, context=context, others_at_this_address=others, watched=watched)
    return Gathered(dossier(material, known), facts)
