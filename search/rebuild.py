"""New indices of all views beside those in use: made, filled through aliases of their own, and put in their place.

How far a rebuild has come stands in the new index of posts (`_meta.rebuild`), so that the same command goes on from
any machine. Until the aliases move, in one act, nobody else knows of the new indices.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any

from records.errors import Misconfigured
from search.client import Search
from search.coverage_indexer import CoverageIndexer
from search.indexer import Indexer
from search.indices import FIELDS, body_of, create_first, drop_replaced, index_behind, number_of, numbered
from search.mappings import SCHEMA_VERSION
from search.reindex import closed_to_writes, move_aliases
from search.walking import walk

BUILDING = "-rebuilding"
"""After the alias of a view: the alias of the index that is to take its place."""
FILLING = {"index.refresh_interval": "-1"}
IN_USE = {"index.refresh_interval": "1s"}

State = dict[str, Any]


class Building:
    """The new indices; `names` are their own, by view."""

    def __init__(self, search: Search, names: dict[str, str]) -> None:
        self.search, self.names = search, names

    @property
    def indexer(self) -> Indexer:
        """Writes posts and history as the fold does, into the new indices."""
        return Indexer(self.search, _building(self.search, "posts"), _building(self.search, "history"))

    @property
    def coverage_indexer(self) -> CoverageIndexer:
        """The same for coverage."""
        return CoverageIndexer(self.search, _building(self.search, "coverage"))

    async def state(self) -> State | None:
        """What was saved last; None where nothing was."""
        return await _state(self.search, self.names["posts"])

    async def save(self, state: State) -> None:
        """Remembers how far this has come; everything up to there is on disk."""
        await self._save({"schema_version": SCHEMA_VERSION, "rebuild": state})

    @asynccontextmanager
    async def in_use_closed(self) -> AsyncIterator[None]:
        """Inside, nobody writes to the indices in use; they are opened again only if something fails."""
        async with AsyncExitStack() as stack:
            for name in FIELDS:
                await stack.enter_async_context(closed_to_writes(self.search, await self._in_use(name)))
            yield

    async def applied_in_use(self) -> dict[str, int]:
        """The highest offset that is folded into any document in use, by log (`topic_id:partition`)."""
        await self.search.ask("POST", f"/{self.search.posts}/_refresh")
        found: dict[str, int] = {}
        async with aclosing(walk(self.search, self.search.posts, ["applied"])) as pages:
            async for page in pages:
                for _, document in page:
                    told = document.get("applied")
                    for log, offset in told.items() if isinstance(told, dict) else ():
                        if isinstance(offset, int):
                            found[log] = max(offset, found.get(log, -1))
        return found

    async def counts(self) -> dict[str, int]:
        """How many documents each of them has."""
        await self._refresh()
        return {
            name: int((await self.search.ask("GET", f"/{index}/_count"))["count"]) for name, index in self.names.items()
        }

    async def take_their_place(self) -> None:
        """Moves every alias at once; the indices that were in use stay, closed, until the next `setup`."""
        for index in self.names.values():
            await self.search.ask("PUT", f"/{index}/_settings", IN_USE)
        await self._refresh()
        settings = self.search.settings
        moves = [(settings.named(name), await self._in_use(name), self.names[name]) for name in FIELDS]
        own = [(_building(self.search, name), index) for name, index in self.names.items()]
        await move_aliases(self.search, moves, without=own)
        await self._save({"schema_version": SCHEMA_VERSION, "rebuild": None})

    async def _refresh(self) -> None:
        await self.search.ask("POST", f"/{','.join(self.names.values())}/_refresh")

    async def _save(self, meta: dict[str, Any]) -> None:
        await self.search.ask("PUT", f"/{self.names['posts']}/_mapping", {"_meta": meta})

    async def _in_use(self, name: str) -> str:
        alias = self.search.settings.named(name)
        behind = await index_behind(self.search, alias)
        if behind is None or not _later(self.search, name, self.names[name], behind):
            raise Misconfigured(
                f"the index behind {alias} was replaced meanwhile by a reindex: run `lifeguard rebuild --anew`"
            )
        return behind


async def building(search: Search, *, anew: bool = False) -> Building:
    """The new indices that a rebuild has left, else ones without content; `anew`: those in any case.

    What it has left is given up, too, where those in use were made later: by a reindex, or because there were none.
    """
    in_use = {name: await _in_use_or_made(search, name) for name in FIELDS}
    found = {name: await index_behind(search, _building(search, name)) for name in FIELDS}
    kept = {name: index for name, index in found.items() if index is not None}
    fits = len(kept) == len(FIELDS) and all(_later(search, name, kept[name], in_use[name]) for name in FIELDS)
    if fits and not anew and await _is_of_this_release(search, kept["posts"]):
        return Building(search, kept)
    for index in kept.values():
        await search.ask("DELETE", f"/{index}", may_lack=True)
    return Building(search, {name: await _made(search, name) for name in FIELDS})


def _later(search: Search, name: str, index: str, other: str) -> bool:
    """Whether an index of a view was made after another one."""
    alias = search.settings.named(name)
    return number_of(alias, index) > number_of(alias, other)


async def _in_use_or_made(search: Search, name: str) -> str:
    # The fold goes on meanwhile: without an index it would stop. What it writes there is made anew, too.
    alias = search.settings.named(name)
    behind = await index_behind(search, alias)
    if behind is None:
        await create_first(search, name, alias)
        return await index_behind(search, alias) or alias
    await drop_replaced(search, alias, behind)
    return behind


async def _made(search: Search, name: str) -> str:
    alias = search.settings.named(name)
    new = f"{alias}-{max(number_of(alias, index) for index in await numbered(search, alias)) + 1}"
    body = body_of(name, behind_alias=_building(search, name))
    body["settings"] |= FILLING
    await search.ask("PUT", f"/{new}", body, params={"wait_for_active_shards": "1"})
    return new


async def _is_of_this_release(search: Search, index: str) -> bool:
    found = await search.ask("GET", f"/{index}/_mapping")
    return bool(found[index]["mappings"]["_meta"]["schema_version"] == SCHEMA_VERSION)


async def _state(search: Search, index: str) -> State | None:
    found = await search.ask("GET", f"/{index}/_mapping")
    state: State | None = found[index]["mappings"]["_meta"].get("rebuild")
    return state


def _building(search: Search, name: str) -> str:
    return search.settings.named(name) + BUILDING
