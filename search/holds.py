"""What a legal hold covers: the posts that its query finds, now and whenever it is asked again.

A hold's query has the filters of a search by the names of `Wanted`, and `post_ids`. Its words must all stand in the
text, the title of the page or the author's name as they are written, in any case, with or without accents or disguise;
what stands in quotes, as a phrase. Nothing nearly spelled counts: that depends on what else is there, and a hold must
find tomorrow what it finds today. What is about the text is about the revision that stands when it is asked.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from records.codec import explain
from records.errors import Malformed
from records.plain import retyped
from search import saying
from search.client import WHOLE, Search
from search.indexer import document_id
from search.queries import Wanted, filters
from search.totals import ERASED
from search.walking import pages
from search.words import SEARCHED, parsed

PAGE_POSTS = 500
FILTERS = (
    "text", "surfaces", "sources", "authors", "labels", "languages", "severity_min", "url", "from_at", "until_at",
)  # fmt: skip
"""What a hold may ask for; never the state, which it would change by itself."""
OF_CONTENT = ("text", "authors")
"""What cannot be told any more of a post that was erased."""
POST_IDS_MAX = 1_000
_POST_IDS: TypeAdapter[list[str]] = TypeAdapter(list[str])
_FIELDS = ("post_id", "version", "holds", "parts.decided.decisions.record_id")

Query = dict[str, Any]
Post = dict[str, Any]


def said_of(wanted: Wanted, post_ids: Sequence[str] = ()) -> dict[str, Any]:
    """The query of a hold as its record keeps it; raises Malformed where it would cover everything."""
    kept = saying.said(wanted, FILTERS) | ({"post_ids": list(post_ids)} if post_ids else {})
    if not kept:
        raise Malformed("a legal hold on everything would stop every erasure for ever: narrow it by words or filters")
    if len(post_ids) > POST_IDS_MAX:
        raise Malformed(f"a legal hold names at most {POST_IDS_MAX:,} posts: say what they have in common")
    covered(kept)
    return kept


def covered(said: Mapping[str, Any]) -> Query:
    """What a post must be to be under this hold; raises Malformed for what no hold can be."""
    wanted, post_ids = _read(said)
    found = [*_exactly(wanted.text), *filters(replace(wanted, text=""))]
    if post_ids:
        found.append({"ids": {"values": [document_id(post_id) for post_id in post_ids]}})
    if not found:
        raise Malformed("the query of this hold would cover everything: it has to say something")
    return {"bool": {"filter": found}}


def may_have_covered(said: Mapping[str, Any]) -> Query:
    """What a post that was erased must be for this hold to have covered it perhaps, while it could be read."""
    rest = {name: value for name, value in said.items() if name not in OF_CONTENT}
    return covered(rest) if rest else {"match_all": {}}


async def covers(search: Search, said: Mapping[str, Any], post_id: str) -> bool:
    """Whether it covers this post now, searchable a moment ago or not."""
    await search.ask("POST", f"/{search.posts}/_refresh")
    return bool(await among(search, covered(said), [post_id]))


async def among(search: Search, covered_by: Query, post_ids: Sequence[str]) -> set[str]:
    """Those of these posts that a query of this file finds, as far as they are searchable."""
    found: set[str] = set()
    for start in range(0, len(post_ids), PAGE_POSTS):
        some = [document_id(post_id) for post_id in post_ids[start : start + PAGE_POSTS]]
        body = {"query": {"bool": {"filter": [covered_by, {"ids": {"values": some}}]}}, "size": PAGE_POSTS}
        answer = await search.ask("POST", f"/{search.posts}/_search", {**body, "_source": ["post_id"]}, params=WHOLE)
        found |= {hit["_source"]["post_id"] for hit in answer["hits"]["hits"]}
    return found


async def without_hold(search: Search, hold_id: str, said: Mapping[str, Any]) -> AsyncGenerator[list[Post], None]:
    """The posts that it covers and that do not say so yet, but those that were erased."""
    lacking: list[Query] = [{"term": {"holds": hold_id}}, ERASED]
    async with aclosing(posts(search, [covered(said)], lacking, _FIELDS)) as found:
        async for some in found:
            yield some


async def with_hold(search: Search, *hold_ids: str) -> AsyncGenerator[list[Post], None]:
    """The posts that say that they are under one of these."""
    async with aclosing(posts(search, [{"terms": {"holds": list(hold_ids)}}], (), _FIELDS)) as found:
        async for some in found:
            yield some


async def posts(
    search: Search, must: Iterable[Query], must_not: Iterable[Query], fields: Sequence[str]
) -> AsyncGenerator[list[Post], None]:
    """These fields of every such post, page by page, as the index stood at the beginning."""
    wanted: Query = {
        "query": {"bool": {"filter": list(must), "must_not": list(must_not)}},
        "size": PAGE_POSTS,
        "_source": {"includes": list(fields)},
    }
    async with aclosing(pages(search, search.posts, wanted)) as found:
        async for hits in found:
            yield [hit["_source"] for hit in hits]


def _read(said: Mapping[str, Any]) -> tuple[Wanted, list[str]]:
    wanted = saying.read({name: value for name, value in said.items() if name != "post_ids"}, FILTERS, "this hold")
    try:
        return wanted, _POST_IDS.validate_python(said.get("post_ids", []), strict=True)
    except ValidationError as error:
        raise Malformed(f"the query of this hold cannot be read: {explain(error)}") from None


def _exactly(text: str) -> list[Query]:
    """All words, and each phrase, as they are written or as a reader would type them."""
    phrases, words = parsed(text)
    return [_said(phrase, phrase=True) for phrase in phrases] + ([_said(words, phrase=False)] if words else [])


def _said(words: str, *, phrase: bool) -> Query:
    how: Query = {"type": "phrase"} if phrase else {"operator": "and"}
    as_written = {"multi_match": {"query": words, "fields": SEARCHED, **how}}
    plain = retyped(words)
    typed: Query = {"match": {"text_plain": {"query": plain, "operator": "and"}}}
    if phrase:
        typed = {"match_phrase": {"text_plain": plain}}
    return {"bool": {"should": [as_written, typed], "minimum_should_match": 1}}
