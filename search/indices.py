"""The three indices behind their aliases: made when missing, and checked against the schema that this release knows."""

from typing import Any

from records.errors import Misconfigured, NewerVersion
from search.client import Search
from search.mappings import COVERAGE, HISTORY, POSTS, SCHEMA_VERSION, Field

SHARDS = 1
"""One shard holds tens of millions of posts; more of them only cost a search that has to ask each."""
REPLICAS = "0-1"
"""A copy as soon as there is a second node to hold it."""
FIELDS: dict[str, dict[str, Field]] = {"posts": POSTS, "history": HISTORY, "coverage": COVERAGE}


def body_of(name: str, *, behind_alias: str | None = None) -> dict[str, Any]:
    """The settings and mappings of a new index, to stand behind an alias at once or later."""
    alias = {} if behind_alias is None else {"aliases": {behind_alias: {"is_write_index": True}}}
    return {
        "settings": {
            "number_of_shards": SHARDS,
            "auto_expand_replicas": REPLICAS,
            "refresh_interval": "1s",
            # Every answered write is on disk: a node that is killed loses nothing.
            "translog.durability": "request",
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"schema_version": SCHEMA_VERSION},
            "properties": FIELDS[name],
        },
        **alias,
    }


async def setup(search: Search) -> None:
    """Makes what is missing and refuses what is not ours to use; doing it again changes nothing."""
    for name in FIELDS:
        alias = search.settings.named(name)
        behind = await index_behind(search, alias)
        if behind is None:
            await create_first(search, name, alias)
            behind = await index_behind(search, alias)
        check_version(alias, await schema_version(search, alias))
        await drop_replaced(search, alias, behind or "")


async def create_first(search: Search, name: str, alias: str) -> None:
    """The first index of a view, behind its alias; fine where another process makes it at the same time."""
    try:
        await _create(search, name, alias, 1)
    except Misconfigured:
        raise
    except RuntimeError:
        # Another process was faster by a moment; or there are indices that no alias leads to any more; else it stands.
        if await index_behind(search, alias) is None:
            left = await numbered(search, alias)
            if not left:
                raise
            await _create(search, name, alias, max(number_of(alias, index) for index in left) + 1)


async def _create(search: Search, name: str, alias: str, number: int) -> None:
    body = body_of(name, behind_alias=alias)
    await search.ask("PUT", f"/{alias}-{number}", body, params={"wait_for_active_shards": "1"})


async def index_behind(search: Search, alias: str) -> str | None:
    """The one index behind an alias; None if there is none."""
    found = await search.ask("GET", f"/_alias/{alias}", may_lack=True)
    if not found:
        return None
    if len(found) > 1:
        raise Misconfigured(f"the alias {alias} stands for several indices: {', '.join(sorted(found))}")
    return str(next(iter(found)))


async def schema_version(search: Search, alias: str) -> int:
    """The version of the schema that an index was made with; 0 where it does not say."""
    found = await search.ask("GET", f"/{alias}/_mapping")
    meta = next(iter(found.values()))["mappings"].get("_meta", {})
    return int(meta.get("schema_version", 0))


def check_version(alias: str, version: int) -> None:
    """Raises NewerVersion or Misconfigured unless this release works with an index of that version."""
    if version > SCHEMA_VERSION:
        raise NewerVersion(
            f"the index {alias} has schema version {version} and this worker knows {SCHEMA_VERSION}: "
            "upgrade this worker first",
        )
    if version < SCHEMA_VERSION:
        raise Misconfigured(
            f"the index {alias} has schema version {version} and this release needs {SCHEMA_VERSION}: "
            "run `python -m search reindex`, and `lifeguard rebuild` after it",
        )


async def drop_replaced(search: Search, alias: str, behind: str) -> None:
    """Deletes what an earlier reindex has replaced: indices of this alias with a lower number than the one in use."""
    current = number_of(alias, behind)
    for index in await numbered(search, alias):
        if number_of(alias, index) < current:
            await search.ask("DELETE", f"/{index}", may_lack=True)


async def numbered(search: Search, alias: str) -> list[str]:
    """Every index that was made for an alias, in use or not."""
    found = await search.ask("GET", f"/{alias}-*/_alias", may_lack=True) or {}
    return sorted(index for index in found if number_of(alias, index))


def number_of(alias: str, index: str) -> int:
    """The number after the alias in the name of an index; 0 where there is none."""
    number = index.removeprefix(f"{alias}-")
    return int(number) if number.isascii() and number.isdigit() and index != number else 0
