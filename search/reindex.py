"""Moves an index to the schema of this release while it is being searched and written to.

The new index is filled in passes: first everything, then what was written meanwhile (by sequence number), until a pass
is small. Then the old index is closed to writes, which brings those under way to their end; the last pass copies the
rest, and the alias is moved. Searches never stop. A writer meets Unavailable during the last pass, waits, and
goes on with the new index; what it holds from the old one it has to read again (`Indexer.write` calls it a conflict).
A document of an older schema is given what repeats what is there (`findable`, `evidence`); the rest takes a fold to
tell, which is for `lifeguard rebuild`. Documents are never deleted, so no deletions are carried over. The old index
stays, closed, until the next `setup`.
A reindex that was interrupted is simply started again.
"""

import base64
from array import array
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import structlog

from records.documents import evidence, findable
from records.errors import Misconfigured
from search.client import Search, trouble
from search.indices import FIELDS, body_of, drop_replaced, index_behind, number_of, numbered
from search.walking import pages

PAGE_DOCUMENTS = 100
"""A fact with its capture is 1.2 MB at most."""
LAST_PASS_DOCUMENTS_MAX = 1_000
PASSES_MAX = 20
_CREATED, _OK = 201, 200

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Moved:
    """What a reindex did."""

    old: str
    new: str
    documents: int
    passes: int


async def reindex(search: Search, name: str) -> Moved:
    """Copies one of the views into a new index of this release and moves the alias to it; nothing is lost."""
    alias = search.settings.named(name)
    old = await index_behind(search, alias)
    if old is None:
        raise Misconfigured(f"there is no index {alias}: run `python -m search setup`")
    await drop_replaced(search, alias, old)
    new = f"{alias}-{max(number_of(alias, index) for index in await numbered(search, alias)) + 1}"
    await search.ask("PUT", f"/{new}", body_of(name), params={"wait_for_active_shards": "1"})
    copy = Copy(search, name, old, new)
    await copy.until_small()
    async with closed_to_writes(search, old):
        await copy.one_pass()
        await search.ask("POST", f"/{new}/_refresh")
        await move_aliases(search, [(alias, old, new)])
    log.info("index moved", alias=alias, old=old, new=new, documents=copy.documents, passes=copy.passes)
    return Moved(old, new, copy.documents, copy.passes)


class Copy:
    """Copies one index into another, pass by pass; `mark` is the sequence number up to which all is copied."""

    def __init__(self, search: Search, name: str, old: str, new: str) -> None:
        self.search, self.fields, self.old, self.new = search, FIELDS[name], old, new
        self.mark, self.documents, self.passes = -1, 0, 0

    async def until_small(self) -> None:
        """Passes until there is little left, or until writers are evidently as fast as we are."""
        while await self.one_pass() > LAST_PASS_DOCUMENTS_MAX and self.passes < PASSES_MAX:
            pass

    async def one_pass(self) -> int:
        """Copies what was written since the last pass; how many documents that were."""
        upto = await _checkpoint(self.search, self.old)
        await self.search.ask("POST", f"/{self.old}/_refresh")
        copied = 0
        async with aclosing(pages(self.search, self.old, _above(self.mark))) as found:
            async for hits in found:
                await self._write(hits)
                copied += len(hits)
        self.mark = upto
        self.documents += copied
        self.passes += 1
        log.info("index copied", old=self.old, new=self.new, documents=copied, number=self.passes)
        return copied

    async def _write(self, hits: list[dict[str, Any]]) -> None:
        # Only this process writes to the new index, and a later pass brings the newer document: plain writes will do.
        lines = [line for hit in hits for line in self._lines(hit)]
        for result in await self.search.bulk(lines):
            if result["status"] not in (_OK, _CREATED):
                raise trouble(result["status"], result["error"]["type"], result["error"]["reason"])

    def _lines(self, hit: dict[str, Any]) -> tuple[bytes, bytes]:
        document = {field: value for field, value in hit["_source"].items() if field in self.fields}
        if "text_plain" in self.fields:
            document |= findable(document.get("text"), document.get("url")) | _evidence(document)
        if isinstance(vector := document.get("embedding"), list):
            document["embedding"] = base64.b64encode(array("b", vector).tobytes()).decode("ascii")
        return orjson.dumps({"index": {"_index": self.new, "_id": hit["_id"]}}), orjson.dumps(document)


def _evidence(document: dict[str, Any]) -> dict[str, int]:
    """Of a post of an older schema; what else is new in this one takes a fold to tell."""
    verdicts = document.get("parts", {}).get("judged", {}).get("verdicts")
    if "evidence" in document or verdicts is None:
        return {}
    current = (one for one in verdicts if one["revision_id"] == document.get("revision_id"))
    scores = [finding["score"] for verdict in current for finding in verdict["findings"]]
    return {"evidence": evidence(document.get("reports", 0), scores)}


@asynccontextmanager
async def closed_to_writes(search: Search, index: str) -> AsyncIterator[None]:
    """Inside, nobody writes to the index, and every earlier write is done; opened again only if something failed."""
    await search.ask("PUT", f"/{index}/_block/write")
    try:
        yield
    except BaseException:
        await search.ask("PUT", f"/{index}/_settings", {"index.blocks.write": False})
        raise


def _above(sequence_number: int) -> dict[str, Any]:
    # Vectors are not part of `_source` unless asked for.
    query = {"range": {"_seq_no": {"gt": sequence_number}}}
    return {"query": query, "size": PAGE_DOCUMENTS, "_source": {"exclude_vectors": False}}


async def _checkpoint(search: Search, index: str) -> int:
    """The sequence number below which everything is written; with several shards the lowest, so that none is missed."""
    stats = await search.ask("GET", f"/{index}/_stats", params={"level": "shards", "filter_path": "**.seq_no"})
    copies = [copy for shard in stats["indices"][index]["shards"].values() for copy in shard]
    return min(int(copy["seq_no"]["local_checkpoint"]) for copy in copies)


async def move_aliases(
    search: Search, moves: Sequence[tuple[str, str, str]], *, without: Sequence[tuple[str, str]] = ()
) -> None:
    """All at once: each alias from its old index to its new one, and the pairs of alias and index in `without` end."""
    actions: list[dict[str, Any]] = []
    for alias, old, new in moves:
        actions.append({"remove": {"index": old, "alias": alias, "must_exist": True}})
        actions.append({"add": {"index": new, "alias": alias, "is_write_index": True}})
    actions += [{"remove": {"index": index, "alias": alias, "must_exist": True}} for alias, index in without]
    await search.ask("POST", "/_aliases", {"actions": actions})
