"""What erasure leaves of a post in the indices: facts without what a person wrote, and no bytes of what was there.

An index overwrites nothing: an older document stays on disk until its segment is merged, and in the server's journal
until that is rolled. `scrub` puts the facts in place, at once; `expunge` rids the disk of what they replaced, for all
that was erased since.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Any

import orjson

from records.decisions import without_words
from records.errors import Unavailable
from records.posts import OF_A_PERSON
from search.client import Search, trouble
from search.indices import drop_replaced, index_behind, numbered
from search.walking import pages

FACTS_PAGE = 500
"""Facts of one request, without what is large in them."""
LARGE = ["record.text", "record.capture.content", "record.capture.http", "record.embedding", "record.scores"]
POSTS_MAX = 500
"""Posts of one search."""
WAIT_SECONDS_MAX = 600.0
MERGE_SECONDS_MAX = 4 * 3600.0
POLL_SECONDS = 0.5
_OK = (200, 201)

Document = dict[str, Any]

KEPT_OF_CAPTURE = frozenset({"sha256", "size_bytes", "cut", "whole_sha256", "whole_size_bytes", "media_type"})
LEFT_OUT: dict[str, frozenset[str]] = {
    "posts": frozenset(OF_A_PERSON) - {"capture", "revision_id"},
    "verdicts": frozenset({"embedding", "scores"}),
    "decisions": frozenset({"note", "reply_text"}),
    "orders": frozenset({"reply_text"}),
    "outcomes": frozenset({"detail"}),
}
"""What a person wrote, or what tells too much of it, by topic."""
HOLD = "legal_hold"
"""The kind of decision whose reason is not about the text; that of the others may quote it."""


def without_content(fact: Mapping[str, Any]) -> Document:
    """A fact of the history as an erasure leaves it: where it stands, when it was, by whom, and digests.

    `record_id` and `revision_id` are unsalted: whoever has the text can recognise it by them, or guess a short one.
    Without them nobody could tell which verdict was about which revision, or a fact that comes again from a new one.
    """
    topic, record = fact["topic"], fact["record"]
    if record.get("erased"):
        return dict(fact)  # a stub, or one that was here before
    kept = {name: value for name, value in record.items() if name not in LEFT_OUT.get(topic, ())}
    if topic == "decisions" and "reason" in record and record.get("kind") != HOLD:
        kept["reason"] = without_words(record["reason"])
    for name, reduced in _REDUCED.items():
        if kept.get(name):
            kept[name] = reduced(kept[name])
    return {**fact, "record": kept | {"erased": True}}


def _capture(capture: Document) -> Document:
    return {name: value for name, value in capture.items() if name in KEPT_OF_CAPTURE}


def _findings(findings: list[Document]) -> list[Document]:
    return [{name: value for name, value in finding.items() if name not in ("span", "detail")} for finding in findings]


def _report(_: Document) -> Document:
    return {}


def _reaction(reaction: Document) -> Document:
    return {name: value for name, value in reaction.items() if name != "by"}


_REDUCED: dict[str, Callable[[Any], Any]] = {
    "capture": _capture,
    "findings": _findings,
    "report": _report,
    "reaction": _reaction,
}


async def scrub(search: Search, history: str, post_ids: Iterable[str]) -> int:
    """Takes the content out of every fact about these posts; how many had some. Doing it again changes nothing."""
    wanted, scrubbed = sorted(set(post_ids)), 0
    await search.ask("POST", f"/{history}/_refresh")
    for start in range(0, len(wanted), POSTS_MAX):
        about = {"terms": {"post_id": wanted[start : start + POSTS_MAX]}}
        body = {"query": {"bool": {"filter": [about]}}, "size": FACTS_PAGE, "_source": {"excludes": LARGE}}
        async with aclosing(pages(search, history, body)) as found:
            async for hits in found:
                whole = [hit for hit in hits if not hit["_source"]["record"].get("erased")]
                scrubbed += await _overwrite(search, history, whole)
    return scrubbed


async def _overwrite(search: Search, history: str, hits: list[Document]) -> int:
    if not hits:
        return 0
    lines = []
    for hit in hits:
        # By the alias: an index that was replaced meanwhile would be made anew by a write to its own name.
        where = {"_index": history, "_id": hit["_id"], "require_alias": True}
        lines += [orjson.dumps({"index": where}), orjson.dumps(without_content(hit["_source"]))]
    for result in await search.bulk(lines):
        if result["status"] not in _OK:
            raise trouble(result["status"], result["error"]["type"], result["error"]["reason"])
    return len(hits)


async def expunge(search: Search) -> None:
    """Returns once no bytes of what was deleted or overwritten before this call are left in the views about posts.

    The server keeps them for a copy that may have to catch up, until a lease that it renews twice a minute has passed
    them; then every segment with something deleted is written anew, and the journal is rolled. Raises Unavailable where
    the lease does not move (a copy of the index is away), or what a search still reads has to be kept.
    """
    await asyncio.gather(*(_expunge(search, alias) for alias in (search.posts, search.history)))


async def _expunge(search: Search, alias: str) -> None:
    # What a reindex has left holds all that was there; what a rebuild is filling may hold what it has overwritten.
    await drop_replaced(search, alias, await index_behind(search, alias) or "")
    view = ",".join(await numbered(search, alias))
    await search.ask("PUT", f"/{view}/_settings", {"index": {"merge.policy.expunge_deletes_allowed": 0}})
    upto = {shard: facts["max_seq_no"] for shard, facts in (await _primaries(search, view)).items()}
    ends_at = time.monotonic() + WAIT_SECONDS_MAX
    while behind := [shard for shard, facts in (await _primaries(search, view)).items() if _holds(facts, upto, shard)]:
        if time.monotonic() > ends_at:
            raise Unavailable(f"the shards {', '.join(behind)} still keep what was deleted: is a copy of them away?")
        await search.ask("POST", f"/{view}/_flush", params={"force": "true"})
        await asyncio.sleep(POLL_SECONDS)
    await search.ask("POST", f"/{view}/_refresh")
    # Up to here what was deleted may go; the first flush says so to the merge, the last takes away what it replaced.
    await search.ask("POST", f"/{view}/_flush", params={"force": "true"})
    await _merge(search, view)
    await search.ask("POST", f"/{view}/_flush", params={"force": "true"})
    await search.ask("POST", f"/{view}/_refresh")


async def _merge(search: Search, view: str) -> None:
    """Started, and waited for: on a large index it takes longer than a request may."""
    params = {"only_expunge_deletes": "true", "wait_for_completion": "false"}
    task = (await search.ask("POST", f"/{view}/_forcemerge", params=params))["task"]
    ends_at = time.monotonic() + MERGE_SECONDS_MAX
    while not (state := await search.ask("GET", f"/_tasks/{task}"))["completed"]:
        if time.monotonic() > ends_at:
            raise Unavailable(f"merging {view} takes longer than {MERGE_SECONDS_MAX / 3600:.0f} hours")
        await asyncio.sleep(POLL_SECONDS)
    if error := state.get("error"):
        raise Unavailable(f"{view} could not be merged: {error.get('type')}")


async def _primaries(search: Search, view: str) -> dict[str, Document]:
    """Of every shard: `max_seq_no`, and the lowest number that a copy may still ask for."""
    answer = await search.ask("GET", f"/{view}/_stats", params={"level": "shards"})
    found: dict[str, Document] = {}
    for index, facts in answer["indices"].items():
        for number, copies in facts["shards"].items():
            [primary] = [copy for copy in copies if copy["routing"]["primary"]]
            leases = [lease["retaining_seq_no"] for lease in primary["retention_leases"]["leases"]]
            found[f"{index}-{number}"] = {
                "max_seq_no": primary["seq_no"]["max_seq_no"],
                "retaining_seq_no": min(leases, default=primary["seq_no"]["max_seq_no"] + 1),
            }
    return found


def _holds(facts: Mapping[str, Any], upto: Mapping[str, int], shard: str) -> bool:
    return bool(facts["retaining_seq_no"] <= upto.get(shard, -1))
