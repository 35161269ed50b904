"""What Elasticsearch indexes of a post, a fact and our watching; only what the server alone has, without modules.

Lean on purpose: what nobody searches, sorts or counts by is kept in `_source` and nowhere else. A value that does not
fit its field (too long, too big) is kept and not indexed, so that nothing a stranger writes can make a document fail.
"""

from typing import Any

SCHEMA_VERSION = 4
KEYWORD_CHARS_MAX = 2048
"""The longest `Line` of a record; 8,192 bytes at most, where Lucene's limit is 32,766."""
EMBEDDING_DIMENSIONS = 384

Field = dict[str, Any]


def keyword(**options: Any) -> Field:  # noqa: ANN401
    """A word that is looked up, sorted or counted as it is."""
    return {"type": "keyword", "ignore_above": KEYWORD_CHARS_MAX, **options}


def number(kind: str = "long", **options: Any) -> Field:  # noqa: ANN401
    """A whole number; without an index it can still be sorted by, and filtered a little slower."""
    return {"type": kind, "ignore_malformed": True, **options}


def instant(**options: Any) -> Field:  # noqa: ANN401
    """A time in the years 1 to 9999."""
    return {"type": "date", "format": "strict_date_optional_time", "ignore_malformed": True, **options}


LOOKED_UP: Field = keyword(doc_values=False)
COUNTED: Field = number(index=False)
COMPARED: Field = instant(index=False)
BOOLEAN: Field = {"type": "boolean"}
KEPT: Field = {"type": "object", "enabled": False}
KEPT_WORD: Field = keyword(index=False, doc_values=False)

POSTS: dict[str, Field] = {
    "post_id": keyword(index=False),
    "source": keyword(),
    "native_id": LOOKED_UP,
    "surface": keyword(),
    "url": KEPT_WORD,
    "url_plain": LOOKED_UP,
    "page_title": {"type": "text", "norms": False},
    "author_id": keyword(),
    "author_name": {"type": "text", "norms": False, "fields": {"raw": keyword()}},
    "parent_post_id": LOOKED_UP,
    "thread_id": LOOKED_UP,
    "text": {"type": "text"},
    # As a reader would type it. Costs the node 11 us and 80 bytes a post (60,000 real texts, second of two runs each:
    # 48 and 59 us of CPU). Keeping it out of `_source` would cost more, 30 us, as the server then keeps a copy of the
    # whole for its recovery. The length of a text says nothing of how near it is: no norms.
    "text_plain": {"type": "text", "norms": False},
    "text_digest": keyword(),
    # Earlier texts, at most 16 and 60,000 characters of one post. Phrases never reach from one text into the next; the
    # words of a search may be spread over several. A post that was never edited pays nothing. An earlier text of the
    # same length costs 300 bytes on disk and no CPU of the node that could be told apart (120 us a post with and
    # without; 20,000 texts, second of two runs, others busy), and the fold 25 us and 0.6 kB of `_source`. To look in
    # both costs a search of 20 hits about 3 ms of CPU, most of it to tell which of the two says it.
    "said_before": {"type": "text", "norms": False},
    "said_before_plain": {"type": "text", "norms": False},
    "digests_before": LOOKED_UP,
    "revision_id": LOOKED_UP,
    "revisions": COUNTED,
    "language": keyword(),
    "posted_at": instant(),
    "site_at": COMPARED,
    "first_seen_at": instant(),
    "last_seen_at": COMPARED,
    "removed_at": COMPARED,
    "recorded_at": instant(),
    "backfill": BOOLEAN,
    "reports": COUNTED,
    "reactions": COUNTED,
    "visible": BOOLEAN,
    "desired": keyword(),
    "judged": BOOLEAN,
    "labels": keyword(),
    "labels_before": KEPT_WORD,
    "rules": keyword(),
    "severity": number("byte"),
    "unscored": keyword(),
    "policy_version": COUNTED,
    "model_digest": keyword(),
    # Flat, no graph, by measurement on two shared cores. 8,960 sentence embeddings as bytes: a graph costs the node
    # 510 us each, flat 50; of the ten nearest by exact floats it finds 96.4 % at best, flat 96.5 %. Whole posts
    # with clustered random vectors: 625 a second with a graph, 8,000 flat (one run each, others busy). The price: a
    # search by vector reads them all, about 50 ms among 200,000. Cosine would refuse a document whose vector is zero.
    "embedding": {
        "type": "dense_vector",
        "dims": EMBEDDING_DIMENSIONS,
        "element_type": "byte",
        "similarity": "dot_product",
        "index": True,
        "index_options": {"type": "flat"},
    },
    "state": keyword(),
    "reopened_because": keyword(),
    "opened_at": COMPARED,
    "due_at": instant(),
    "evidence": COUNTED,
    "version": COUNTED,
    "action": keyword(),
    "decided_by": keyword(),
    "decided_at": instant(),
    "decided_revision_id": LOOKED_UP,
    "decided_after_seconds": COUNTED,
    "claimed_by": keyword(),
    "claimed_until": COMPARED,
    "escalated_to": keyword(),
    "deferred_until": COMPARED,
    "wants": keyword(),
    "wants_after": COMPARED,
    "order_id": LOOKED_UP,
    "order_result": keyword(),
    "holds": keyword(),
    "erased": BOOLEAN,
    "parts": KEPT,
    "applied": KEPT,
}

COVERAGE: dict[str, Field] = {
    "record_id": keyword(index=False),
    "kind": keyword(),
    "source": keyword(),
    "surface": keyword(),
    "cursor": KEPT_WORD,
    "from_at": instant(),
    "until_at": instant(),
    "happened_at": instant(),
    "read": COUNTED,
    "kept": COUNTED,
    "detail": KEPT_WORD,
    "longest_seconds": COUNTED,
    "spans": KEPT,
    "counted": KEPT,
}

HISTORY: dict[str, Field] = {
    "post_id": LOOKED_UP,
    "topic": keyword(),
    "kind": keyword(),
    "record_id": KEPT_WORD,
    "recorded_at": instant(),
    "topic_id": KEPT_WORD,
    "partition": COUNTED,
    "offset": COUNTED,
    "place": LOOKED_UP,
    "source": keyword(),
    "staff_id": keyword(),
    "record": KEPT,
}
