"""Finds posts and tells what is known of one: its document, and every fact about it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from records.documents import PostDocument
from search.client import WHOLE, Search
from search.indexer import document_id
from search.queries import HITS_MAX, Wanted, facts_body, posts_at_body, search_body
from search.words import BEFORE, EXACT, EXACT_BEFORE, NOW, TOGETHER, TOGETHER_BEFORE, may_be_near

_SAID = {EXACT, TOGETHER, EXACT_BEFORE, TOGETHER_BEFORE}
FACTS_PAGE = 100
"""Facts of one request; one with its capture is 1.2 MB at most."""
URL_POSTS_MAX = HITS_MAX


@dataclass(frozen=True, slots=True)
class Hit:
    """One post that was found; `fragments` carry the marks of `search.marks` around what matched.

    They are of an earlier text where `says` is "before". `matched` names the clauses of `search.words` that it matched.
    `similarity` is the cosine of its meaning and the one that was asked for, 1 at most; None where none was.
    """

    document: PostDocument
    fragments: tuple[str, ...]
    score: float | None
    similarity: float | None = None
    matched: tuple[str, ...] = ()

    @property
    def says(self) -> Literal["now", "before"] | None:
        """When it says what was asked for: "before" in its earlier texts only; None where those were not looked at."""
        return "now" if NOW in self.matched else "before" if BEFORE in self.matched else None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits; `total` is exact unless `at_least`. `after` asks for the next page, and is empty at the end.

    `nearest` says that no post says exactly what was asked for, and that these come nearest to it.
    """

    hits: tuple[Hit, ...]
    total: int
    at_least: bool
    after: tuple[Any, ...]
    nearest: bool = False


async def find(search: Search, wanted: Wanted) -> Found:
    """One page of the posts that are wanted, else of what comes near to a piece of a text that somebody typed again."""
    found = await as_asked(search, wanted)
    if is_as_asked(found, wanted):
        return found
    return await as_asked(search, nearest_to(wanted))


def is_as_asked(found: Found, wanted: Wanted) -> bool:
    """Is there no need to look for what comes near?

    A long post may have all the words of a piece of a text somewhere, nearly spelled; that is not what was meant.
    """
    said = any(_SAID & set(hit.matched) for hit in found.hits)
    return said or wanted.nearest or not may_be_near(wanted.text)


def nearest_to(wanted: Wanted) -> Wanted:
    """The same search for what comes near, which only makes sense nearest first."""
    return replace(wanted, nearest=True, sort="relevance")


async def as_asked(search: Search, wanted: Wanted) -> Found:
    """One page of exactly this: of what comes near only where `nearest` says so."""
    answer = await search.ask("POST", f"/{search.posts}/_search", search_body(wanted), params=WHOLE)
    return found_in(answer, wanted)


def found_in(answer: Mapping[str, Any], wanted: Wanted) -> Found:
    """A page as it was answered; the folded parts of the documents are left out."""
    hits, total = answer["hits"]["hits"], answer["hits"]["total"]
    after = tuple(hits[-1].get("sort", ())) if len(hits) == wanted.size else ()
    shown = tuple(_hit(hit) for hit in hits)
    return Found(shown, total["value"], total["relation"] != "eq", after, wanted.nearest)


async def get_post(search: Search, post_id_or_url: str, *, realtime: bool = True) -> PostDocument | None:
    """The document with this id, seen at once if `realtime`; else the newest post at this address."""
    params = {"realtime": str(realtime).lower()}
    body = {"ids": [document_id(post_id_or_url)]}
    answer = await search.ask("POST", f"/{search.posts}/_mget", body, params=params)
    if answer["docs"][0].get("found"):
        return cast("PostDocument", answer["docs"][0]["_source"])
    return next(iter(await posts_at(search, post_id_or_url, posts_max=1)), None)


async def posts_at(search: Search, url: str, *, posts_max: int = URL_POSTS_MAX) -> list[PostDocument]:
    """Every post at this address, newest first."""
    body = posts_at_body(url, posts_max)
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return [hit["_source"] for hit in answer["hits"]["hits"]]


async def facts_of(search: Search, post_id: str) -> list[dict[str, Any]]:
    """Every fact about a post as documents of the index `history`, in the order in which they were recorded."""
    return (await facts_of_many(search, [post_id]))[post_id]


async def facts_of_many(search: Search, post_ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The same about these posts, by post."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    named, after = list(post_ids), None
    while named:
        body = facts_body(named, FACTS_PAGE, after)
        hits = (await search.ask("POST", f"/{search.history}/_search", body, params=WHOLE))["hits"]["hits"]
        for hit in hits:
            found[hit["_source"]["post_id"]].append(hit["_source"])
        if len(hits) < FACTS_PAGE:
            break
        after = hits[-1]["sort"]
    return found


async def facts_page(
    search: Search, post_id: str, size: int, after: list[Any] | None
) -> list[tuple[dict[str, Any], list[Any]]]:
    """So many facts about a post after a place, each with its own place, without their captures."""
    body = facts_body([post_id], size, after) | {"_source": {"excludes": ["record.capture"]}}
    answer = await search.ask("POST", f"/{search.history}/_search", body, params=WHOLE)
    return [(hit["_source"], hit["sort"]) for hit in answer["hits"]["hits"]]


def _hit(answered: Mapping[str, Any]) -> Hit:
    hit = Hit(answered["_source"], (), answered["_score"], None, tuple(answered.get("matched_queries", ())))
    marked = answered.get("highlight", {}).get("said_before" if hit.says == "before" else "text", ())
    return replace(hit, fragments=tuple(marked))
