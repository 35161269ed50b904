"""Which posts are asked for as the neighbours of one."""

from typing import Any

import pytest

from records.documents import PostDocument
from search.conversation import neighbours_body
from search.indexer import document_id

POST: PostDocument = {
    "post_id": "forum:1",
    "source": "forum",
    "surface": "talk",
    "first_seen_at": "2026-03-01T12:00:00Z",
}


def filters(document: PostDocument, order: str = "desc") -> list[dict[str, Any]]:
    """What a neighbour must be."""
    body = neighbours_body(document, 3, order)
    assert body
    assert body["query"]["bool"]["must_not"] == [{"ids": {"values": [document_id("forum:1")]}}]
    found: list[dict[str, Any]] = body["query"]["bool"]["filter"]
    return found


@pytest.mark.parametrize(
    ("more", "together"),
    [
        ({"thread_id": "t-1", "parent_post_id": "forum:0"}, {"thread_id": "t-1"}),
        ({"parent_post_id": "forum:0"}, {"parent_post_id": "forum:0"}),
        ({}, {"surface": "talk"}),
    ],
)
def test_a_conversation_is_the_thread_else_the_answers_to_one_post_else_the_surface(
    more: PostDocument, together: dict[str, str]
) -> None:
    """Of the same source, and before it in time; what is not known to be together is not shown."""
    found = filters({**POST, **more})
    assert found[:2] == [{"term": together}, {"term": {"source": "forum"}}]
    assert found[2] == {"range": {"first_seen_at": {"lt": POST["first_seen_at"]}}}
    assert neighbours_body({**POST, "surface": "unknown"}, 3, "asc") is None


def test_time_is_the_sites_where_it_says_one() -> None:
    """Two clocks are not compared with one another."""
    found = filters({**POST, "posted_at": "2026-03-01T11:00:00Z"}, "asc")
    assert found[2] == {"range": {"posted_at": {"gte": "2026-03-01T11:00:00Z"}}}
