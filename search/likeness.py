"""What means the same in other words: the posts whose embedding is nearest to that of a post or of a text.

Only embeddings of one model can be compared, so every search by meaning is narrowed to the digest of its model.
"""

import base64
import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import mul
from typing import Any, cast

from records.documents import PostDocument
from records.errors import Malformed
from search.client import WHOLE, Search
from search.finder import Found, Hit, found_in
from search.indexer import document_id
from search.queries import LEFT_OUT, Wanted, filters, words
from search.words import Query

SIMILARITY_MIN = 0.30
"""What means nearly the same in quite other words lies at 0.33 and above; two posts of the sample that are picked at
random lie below this 95 times of 100."""
CANDIDATES_MIN = 100


@dataclass(frozen=True, slots=True)
class Meaning:
    """One embedding, the model that it is of, and the post that it is of, if it is of one."""

    embedding: bytes
    model_digest: str
    post_id: str | None = None


async def meaning_of(search: Search, post_id: str) -> Meaning:
    """The embedding of a post; raises Malformed with the reason where it has none."""
    body = {
        "size": 1,
        "query": {"ids": {"values": [document_id(post_id)]}},
        "_source": {"includes": ["embedding", "model_digest", "unscored"], "exclude_vectors": False},
    }
    hits = (await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE))["hits"]["hits"]
    if not hits:
        raise Malformed(f"there is no post {post_id} to compare with")
    embedding = vector(hits[0]["_source"])
    if embedding is None or not any(embedding):
        why = hits[0]["_source"].get("unscored") or "no model has judged it"
        raise Malformed(f"nothing can be compared with {post_id}: {why}; give a text instead")
    return Meaning(embedding, hits[0]["_source"]["model_digest"], post_id)


async def like(search: Search, wanted: Wanted, meaning: Meaning) -> Found:
    """The posts nearest in meaning among those that are wanted, nearest first, `wanted.size` at most."""
    answer = await search.ask("POST", f"/{search.posts}/_search", like_body(wanted, meaning), params=WHOLE)
    found = found_in(answer, wanted)
    hits = tuple(_compared(hit, meaning) for hit in found.hits)
    near = tuple(hit for hit in hits if (hit.similarity or 0) >= SIMILARITY_MIN)
    return Found(near, len(near), len(near) == wanted.size, ())


def like_body(wanted: Wanted, meaning: Meaning) -> Query:
    """One search by vector; what else is wanted, words included, narrows it. A meaning is that of the text now."""
    if wanted.size < 1:
        raise Malformed("a page of results has 1 post or more")
    others = [] if meaning.post_id is None else [_not(document_id(meaning.post_id))]
    narrowed = [
        {"term": {"model_digest": meaning.model_digest}},
        *words(replace(wanted, before=False)),
        *filters(wanted),
        *others,
    ]
    return {"knn": nearest_vectors(meaning.embedding, wanted.size, narrowed), "size": wanted.size} | {
        "_source": {"excludes": LEFT_OUT, "exclude_vectors": False}
    }


def nearest_vectors(embedding: bytes, count: int, narrowed: list[Query]) -> Query:
    """The clause that finds so many nearest vectors."""
    return {
        "field": "embedding",
        "query_vector": array("b", embedding).tolist(),
        "k": count,
        "num_candidates": max(count, CANDIDATES_MIN),
        "filter": narrowed,
    }


def similarity(one: bytes, other: bytes) -> float:
    """The cosine of two embeddings; 0 where one of them says nothing."""
    left, right = array("b", one), array("b", other)
    lengths = math.sqrt(sum(map(mul, left, left)) * sum(map(mul, right, right)))
    return sum(map(mul, left, right)) / lengths if lengths else 0.0


def vector(source: Mapping[str, Any]) -> bytes | None:
    """The embedding of a document that was asked for with its vectors."""
    numbers = source.get("embedding")
    if isinstance(numbers, str):
        return base64.b64decode(numbers)
    return None if numbers is None else array("b", numbers).tobytes()


def _compared(hit: Hit, meaning: Meaning) -> Hit:
    """With its similarity and without its embedding: a score is rounded, and takes all embeddings to be as long."""
    document = cast("PostDocument", {name: value for name, value in hit.document.items() if name != "embedding"})
    return replace(hit, document=document, similarity=similarity(vector(hit.document) or b"", meaning.embedding))


def _not(document: str) -> Query:
    return {"bool": {"must_not": [{"ids": {"values": [document]}}]}}
