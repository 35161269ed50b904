"""Groups of posts that say the same: word for word (one text digest), or reworded (embeddings that are near).

The work is bounded whatever there is. Seeds are the texts that were posted most often and the newest posts; they are
compared with one another, and the foremost of them with the whole index by vector. Two rewordings that are both old,
and each of which was posted once, are therefore not found here: `like` finds the one from the other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from records.digests import text_digest
from search.client import WHOLE, Search
from search.grouping import NEAR, groups, near_pairs
from search.likeness import nearest_vectors, similarity, vector
from search.overview import AUTHOR, NAME_OF_AUTHOR, Share, shares
from search.queries import Wanted, filters, words
from search.words import Query

REPEATED_TEXTS_MAX = 200
"""Texts posted more than once, most often first."""
NEWEST_POSTS_MAX = 1_000
ASKED_TEXTS_MAX = 24
"""Texts whose rewordings are looked for in the whole index; each costs one search by vector."""
NEIGHBOURS_MAX = 50
GROUPS_MAX = 100
TEXTS_OF_GROUP_MAX = 500
WORDS_MIN = 5
"""Of shorter texts an embedding says too little: all that are only an emoji have the same one."""
NAMES_MAX = 5
_EMPTY = text_digest("")
_WORD = re.compile(r"\w+")
_REPRESENTING = ["post_id", "text", "text_digest", "embedding", "model_digest"]


@dataclass(frozen=True, slots=True)
class Group:
    """Posts that say the same; instants are ISO 8601, authors and surfaces the most frequent first."""

    posts: int
    texts: int
    authors: int
    surfaces: int
    named_authors: tuple[Share, ...]
    named_surfaces: tuple[Share, ...]
    first_at: str | None
    last_at: str | None
    post_id: str
    text: str


@dataclass(slots=True)
class _Texts:
    """One post for each different text, by text digest; the embeddings of those long enough, all of one model."""

    posts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    vectors: dict[str, bytes] = field(default_factory=dict)
    model_digest: str | None = None

    def add(self, sources: Sequence[Mapping[str, Any]]) -> None:
        for source in sources:
            digest = source["text_digest"]
            self.posts.setdefault(digest, source)
            embedding = vector(source)
            if not embedding or not any(embedding) or len(_WORD.findall(source["text"])) < WORDS_MIN:
                continue
            self.model_digest = self.model_digest or source["model_digest"]
            if source["model_digest"] == self.model_digest:
                self.vectors.setdefault(digest, embedding)


async def duplicates(search: Search, wanted: Wanted) -> list[Group]:
    """The groups among the posts that are wanted, the largest first, `wanted.size` at most."""
    answer = await search.ask("POST", f"/{search.posts}/_search", seeds_body(wanted), params=WHOLE)
    repeated = answer["aggregations"]["texts"]["buckets"]
    texts = _Texts()
    texts.add([hit["_source"] for hit in answer["hits"]["hits"]])
    texts.add([hit["_source"] for bucket in repeated for hit in bucket["one"]["hits"]["hits"]])
    several = {bucket["key"]: bucket["doc_count"] for bucket in repeated}
    pairs = near_pairs(texts.vectors)
    pairs += await _rewordings(search, wanted, texts, _foremost(texts, several, pairs))
    joined = [group for group in groups(texts.posts, pairs) if len(group) > 1 or group[0] in several]
    joined = [sorted(group, key=lambda digest: -several.get(digest, 1)) for group in joined]
    joined.sort(key=lambda group: -sum(several.get(digest, 1) for digest in group))
    return await _described(search, wanted, texts, joined)


def seeds_body(wanted: Wanted) -> Query:
    """The newest posts, and the texts that several posts have with one post of each."""
    one = {"top_hits": {"size": 1, "sort": _BY_TIME, "_source": _SOURCE}}
    texts = {"terms": {"field": "text_digest", "size": REPEATED_TEXTS_MAX, "min_doc_count": 2}, "aggs": {"one": one}}
    return {
        "size": NEWEST_POSTS_MAX,
        "track_total_hits": False,
        "query": _narrowed(wanted),
        "sort": _BY_TIME,
        "_source": _SOURCE,
        "aggs": {"texts": texts},
    }


def described_body(wanted: Wanted, joined: Sequence[Sequence[str]]) -> Query:
    """One search without hits that counts the posts of each group, its authors and surfaces, and when they came."""
    named: dict[str, Query] = {
        name: {"terms": {"field": field, "size": NAMES_MAX, "execution_hint": "map"}} for name, field in _NAMED.items()
    }
    named["author"]["aggs"] = NAME_OF_AUTHOR
    counted = {f"{name}_count": {"cardinality": {"field": field}} for name, field in _NAMED.items()}
    times = {
        f"{kind}_{field}": {kind: {"field": field, "format": "strict_date_optional_time"}}
        for kind in ("min", "max")
        for field in ("posted_at", "first_seen_at")
    }
    each = {
        str(number): {"filter": {"terms": {"text_digest": list(group)}}, "aggs": named | counted | times}
        for number, group in enumerate(joined)
    }
    return {"size": 0, "track_total_hits": False, "query": _narrowed(wanted), "aggs": each}


_NAMED = {"author": AUTHOR, "surface": "surface"}
_BY_TIME: list[Query] = [{"first_seen_at": {"order": "desc", "missing": "_last"}}]
_SOURCE = {"includes": _REPRESENTING, "exclude_vectors": False}


def _narrowed(wanted: Wanted) -> Query:
    there = [{"exists": {"field": "text_digest"}}, *filters(wanted)]
    return {"bool": {"must": words(wanted), "filter": there, "must_not": [{"term": {"text_digest": _EMPTY}}]}}


def _foremost(texts: _Texts, repeated: Iterable[str], pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The texts most worth a search by vector: those posted most often, then those with a rewording."""
    reworded = [digest for pair in pairs for digest in pair]
    candidates = dict.fromkeys(digest for digest in (*repeated, *reworded) if digest in texts.vectors)
    return list(candidates)[:ASKED_TEXTS_MAX]


async def _rewordings(search: Search, wanted: Wanted, texts: _Texts, asked: Sequence[str]) -> list[tuple[str, str]]:
    """Looks in the whole index for what is near to these texts, and adds what is found to `texts`."""
    pairs = []
    for digest in asked:
        narrowed = [{"term": {"model_digest": texts.model_digest}}, _narrowed(wanted)]
        knn = nearest_vectors(texts.vectors[digest], NEIGHBOURS_MAX, narrowed)
        body = {"knn": knn, "size": NEIGHBOURS_MAX, "_source": _SOURCE}
        hits = (await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE))["hits"]["hits"]
        found = [hit["_source"] for hit in hits]
        near = [one for one in found if similarity(vector(one) or b"", texts.vectors[digest]) >= NEAR]
        texts.add(near)
        pairs += [(digest, one["text_digest"]) for one in near if one["text_digest"] in texts.vectors]
    return pairs


async def _described(search: Search, wanted: Wanted, texts: _Texts, joined: Sequence[Sequence[str]]) -> list[Group]:
    some = [group[:TEXTS_OF_GROUP_MAX] for group in joined[:GROUPS_MAX]]
    if not some:
        return []
    body = described_body(wanted, some)
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    told = [_group(answer["aggregations"][str(number)], texts, group) for number, group in enumerate(some)]
    return sorted(told, key=lambda group: -group.posts)[: wanted.size]


def _group(counted: Mapping[str, Any], texts: _Texts, digests: Sequence[str]) -> Group:
    example = texts.posts[digests[0]]
    return Group(
        posts=counted["doc_count"],
        texts=len(digests),
        authors=counted["author_count"]["value"],
        surfaces=counted["surface_count"]["value"],
        named_authors=shares(counted["author"]),
        named_surfaces=shares(counted["surface"]),
        first_at=_time(counted, "min"),
        last_at=_time(counted, "max"),
        post_id=example["post_id"],
        text=example["text"],
    )


def _time(counted: Mapping[str, Any], kind: str) -> str | None:
    """By the site's clock, and by ours where it says nothing."""
    said = (counted[f"{kind}_{field}"].get("value_as_string") for field in ("posted_at", "first_seen_at"))
    return next((time for time in said if time), None)
