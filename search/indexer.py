"""How the fold reads the documents of its batch and writes them back, together with the facts behind them."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import orjson

from records.documents import PostDocument
from records.received import Received
from search.client import Search, is_moved, trouble
from search.expunging import scrub, without_content
from search.history import history_document

READ_POSTS_MAX = 500
"""Documents of one read; the largest a post can be is about 1.6 MB."""
BULK_BYTES_MAX = 8_000_000
"""A body above this size becomes several; the server takes 100 MB at most, and is fastest well below."""
ID_BYTES_MAX = 512
"""Elasticsearch's own limit for an `_id`; one longer id would fail the whole bulk."""
_CREATED, _OK, _CONFLICT, _NO_SHARD = 201, 200, 409, 503

Fold = Callable[[PostDocument | None, Sequence[Received]], PostDocument]
"""The document of a post and the next records about it give its next document."""


@dataclass(frozen=True, slots=True)
class Held:
    """A document as it was read, and what must still be true of it for a write to replace it."""

    document: PostDocument
    seq_no: int
    primary_term: int
    index: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a bulk: its line, the document's line, and whose it is (None: a fact's)."""

    lines: tuple[bytes, bytes]
    post_id: str | None
    index: str

    @property
    def size_bytes(self) -> int:
        """What it adds to the body."""
        return len(self.lines[0]) + len(self.lines[1]) + 2


class Indexer:
    """Reads by id in real time, writes only over what it has read, and does nothing twice."""

    def __init__(self, search: Search, view: str | None = None, history: str | None = None) -> None:
        self.search = search
        self.view = view or search.posts
        self.history = history or search.history

    async def apply(self, batch: Sequence[Received], fold: Fold) -> None:
        """Reads each document once, applies, writes it once; on a conflict reads and applies again.

        What is about a post that was erased has no content when this returns, whoever wrote it, and in which order:
        the last of those who write about it at one moment finds the facts of all of them. Whoever is killed before
        that does it again, since nothing of the batch was acknowledged.
        """
        erased: set[str] = set()
        pending: dict[str, list[Received]] = defaultdict(list)
        for received in batch:
            pending[received.record.post_id].append(received)
        history = batch
        while pending:
            held = await self.read(list(pending))
            documents = {
                post_id: fold(held[post_id].document if post_id in held else None, facts)
                for post_id, facts in pending.items()
            }
            erased |= {post_id for post_id, document in documents.items() if document.get("erased")}
            conflicted = await self.write(documents, held, history)
            pending = {post_id: pending[post_id] for post_id in conflicted}
            history = ()
        if erased:
            await self.scrub(erased)

    async def scrub(self, post_ids: Iterable[str]) -> None:
        """Takes the content out of every fact about these posts that is there."""
        await scrub(self.search, self.history, post_ids)

    async def read(self, post_ids: Iterable[str]) -> dict[str, Held]:
        """The documents that there are, newest state, whether searchable yet or not; embeddings are not given back."""
        found: dict[str, Held] = {}
        wanted = iter(dict.fromkeys(post_ids))
        while some := tuple(islice(wanted, READ_POSTS_MAX)):
            by_id = {document_id(post_id): post_id for post_id in some}
            answer = await self.search.ask("POST", f"/{self.view}/_mget", {"ids": list(by_id)})
            for item in answer["docs"]:
                if held := _held(item):
                    found[by_id[item["_id"]]] = held
        return found

    async def write(
        self,
        documents: Mapping[str, PostDocument] | Mapping[str, dict[str, Any]],
        held: Mapping[str, Held],
        history: Sequence[Received],
    ) -> set[str]:
        """Writes facts, then posts; gives back the posts that somebody else wrote meanwhile: read and fold those again.

        When it returns, everything else is on disk. A fact that is there already stays as it is; of a post that was
        erased a new one is written without content.
        """
        erased = {post_id for post_id, document in documents.items() if document.get("erased")}
        actions = [self._fact(received, erased) for received in history]
        for post_id, document in documents.items():
            if not _nothing_new(document, before := held.get(post_id)):
                actions.append(self._post(post_id, document, before))
        conflicts: set[str] = set()
        for some in _bodies(actions):
            results = await self.search.bulk([line for action in some for line in action.lines])
            for action, result in zip(some, results, strict=True):
                if result["status"] not in (_OK, _CREATED) and await self._lost(action, result):
                    conflicts.add(cast("str", action.post_id))
        return conflicts

    def _fact(self, received: Received, erased: Collection[str] = ()) -> Action:
        document = history_document(received)
        if document["post_id"] in erased:
            document = without_content(orjson.loads(orjson.dumps(document)))
        return bulk_action("create", {"_index": self.history, "_id": document["record_id"]}, document, None)

    def _post(self, post_id: str, document: Mapping[str, Any], held: Held | None) -> Action:
        where = {"_id": document_id(post_id)}
        if held is None:
            return bulk_action("create", where | {"_index": self.view}, document, post_id)
        # The index that it was read from, by its own name: the numbers mean nothing in the one that replaces it.
        guard = {"if_seq_no": held.seq_no, "if_primary_term": held.primary_term}
        return bulk_action("index", where | {"_index": held.index or self.view} | guard, document, post_id)

    async def _lost(self, action: Action, result: Mapping[str, Any]) -> bool:
        """Was this a post that somebody else wrote first? A fact that is there already is fine; all else raises."""
        if result["status"] == _CONFLICT:
            return action.post_id is not None
        error = result["error"]
        if action.post_id is not None and is_moved(error["type"]) and await self._replaced(action.index):
            return True
        raise trouble(result["status"], error["type"], error["reason"])

    async def _replaced(self, index: str) -> bool:
        if index == self.view:
            return False
        behind = await self.search.ask("GET", f"/_alias/{self.view}", may_lack=True)
        return behind is not None and index not in behind


def document_id(post_id: str) -> str:
    """The `_id` of a post: its own id, or a digest of one that Elasticsearch would not take."""
    encoded = post_id.encode()
    return post_id if len(encoded) <= ID_BYTES_MAX else f"~{hashlib.sha256(encoded).hexdigest()}"


def _nothing_new(document: Mapping[str, Any], before: Held | None) -> bool:
    """Were all facts of this batch folded before? Then the document that is there says so, and stays."""
    return (
        before is not None and bool(document.get("applied")) and before.document.get("applied") == document["applied"]
    )


def _held(item: Mapping[str, Any]) -> Held | None:
    if error := item.get("error"):
        raise trouble(_NO_SHARD, error["type"], error["reason"])
    if not item["found"]:
        return None
    return Held(item["_source"], item["_seq_no"], item["_primary_term"], item["_index"])


def bulk_action(verb: str, where: Mapping[str, Any], document: Mapping[str, Any], post_id: str | None) -> Action:
    """One action of a bulk."""
    # An alias that is missing must be an error, and never the name of a new index.
    alias = {} if "if_seq_no" in where else {"require_alias": True}
    lines = (orjson.dumps({verb: {**where, **alias}}), orjson.dumps(document))
    return Action(lines, post_id, where["_index"])


def _bodies(actions: Iterable[Action]) -> Iterator[list[Action]]:
    body: list[Action] = []
    size = 0
    for action in actions:
        if body and size + action.size_bytes > BULK_BYTES_MAX:
            yield body
            body, size = [], 0
        body.append(action)
        size += action.size_bytes
    if body:
        yield body
