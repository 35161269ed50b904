"""Dossiers of a batch of posts: their facts in a few requests, and what is the same for all of them looked up once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from console.coverage import Asked as CoverageAsked
from console.coverage import Part, said_at, source_part
from console.dossier.gathering import Gathered
from console.dossier.making import dossier
from console.dossier.material import Known, Material
from console.whereabouts import MOMENT
from console.words import parsed

if TYPE_CHECKING:
    from records.documents import PostDocument
    from search.client import Search
    from search.coverage import Statement, Watcher


@dataclass
class Watching:
    """What the sources told of their watching; who they are is looked up once."""

    search: "Search"
    now: datetime
    _watchers: "dict[str, Watcher] | None" = None
    _compared: "Sequence[Statement]" = ()

    async def begin(self) -> None:
        """Who watches, and what they compared."""
        from search.coverage import compared, watchers

        self._watchers = {one.source: one for one in await watchers(self.search)}
        self._compared = await compared(self.search)

    async def around(self, told: "PostDocument") -> Part:
        """As `console.whereabouts.around`, from when a post was posted until it was first seen."""
        source = told.get("source") or told["post_id"].partition(":")[0]
        seen_at = parsed(seen) if (seen := told.get("first_seen_at")) else self.now
        posted_at = parsed(posted) if (posted := told.get("posted_at")) else None
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
    from search.conversation import conversations, others_at
    from search.finder import facts_of_many

    facts = await facts_of_many(search, [one["post_id"] for one in documents])
    alone = [Material(one["post_id"], one, facts[one["post_id"]]) for one in documents]
    wanted = [0 if one.erased else known.context_posts_max for one in alone]
    contexts, others, watched = await asyncio.gather(
        conversations(search, list(zip(documents, wanted, strict=True))),
        others_at(search, documents),
        asyncio.gather(*(watching.around(one) for one in documents)),
    )
    whole = (
        replace(material, context=context, others_at_this_address=at_address, watched=around)
        for material, context, at_address, around in zip(alone, contexts, others, watched, strict=True)
    )
    return [Gathered(dossier(material, known), material.facts) for material in whole]
