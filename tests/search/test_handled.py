"""What a reviewer sees beside a document, as the requests that ask for it."""

from typing import Any

from records.documents import PostDocument
from search.handled import AUTHOR_POSTS_MAX, FACTS_MAX, by_author_body, facts_body

DOCUMENT: PostDocument = {"post_id": "forum:1", "author_id": "u-7", "source": "forum"}


def test_the_latest_facts_of_some_topics_are_asked_for() -> None:
    """Without the captured bytes, which nobody reads here."""
    body = facts_body("forum:1", ["orders", "outcomes"])
    assert body["query"]["bool"]["filter"] == [
        {"term": {"post_id": "forum:1"}},
        {"terms": {"topic": ["orders", "outcomes"]}},
    ]
    assert [next(iter(one.values())) for one in body["sort"]] == ["desc"] * 4
    assert (body["size"], body["_source"]) == (FACTS_MAX, {"excludes": ["record.capture"]})


def test_an_author_is_an_id_at_one_source() -> None:
    """Somebody else may have the same id elsewhere, or the same name here; the post itself is not among the others."""
    body: Any = by_author_body(DOCUMENT)
    assert body["query"]["bool"]["filter"] == [{"term": {"author_id": "u-7"}}, {"term": {"source": "forum"}}]
    assert body["query"]["bool"]["must_not"] == [{"ids": {"values": ["forum:1"]}}]
    assert (body["size"], body["aggs"]["actions"]["terms"]["field"]) == (AUTHOR_POSTS_MAX, "action")
    assert "embedding" in body["_source"]["excludes"]
