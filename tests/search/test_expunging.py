"""A fact of an erased post keeps where it stands and when it was, and nothing that a person wrote."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import orjson
import pytest
from hypothesis import given

from records.base import Record
from records.received import Received
from records.topics import Topic
from search.expunging import without_content
from search.history import history_document
from search.indexer import Indexer
from tests.records.shapes import records

if TYPE_CHECKING:
    from search.client import Search

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SECRET = "quince marmalade"


def fact_of(topic: str, record: Record) -> dict[str, Any]:
    """The document of a fact as it is read back."""
    document = history_document(Received(topic, "id", 0, 7, NOW, record))
    found: dict[str, Any] = orjson.loads(orjson.dumps(document))
    return found


def said(topic: str, **record: Any) -> dict[str, Any]:
    """A fact with this in its record."""
    return {"topic": topic, "post_id": "p", "record": record}


@pytest.mark.parametrize(
    "fact",
    [
        said("posts", text=SECRET, author={"name": SECRET}, page_title=SECRET, media=[{"url": SECRET}]),
        said("posts", report={"reporter": SECRET, "reason": SECRET}),
        said("posts", reaction={"what": "like", "by": SECRET}),
        said("posts", capture={"content": SECRET, "sha256": "ab", "http": {"url": SECRET}}),
        said("verdicts", findings=[{"label": "spam", "detail": SECRET}], embedding=SECRET, scores={SECRET: 1}),
        said("decisions", kind="decide", note=SECRET, reply_text=SECRET, reason=f"2.1 says {SECRET}"),
        said("orders", reply_text=SECRET),
        said("outcomes", detail=SECRET),
    ],
)
def test_what_a_person_wrote_is_gone(fact: dict[str, Any]) -> None:
    """Also what others wrote about it, and what tells too much of it."""
    found = without_content(fact)
    assert SECRET not in json.dumps(found)
    assert found["record"]["erased"]
    assert without_content(found) == found


@given(records)
def test_where_it_stands_stays(drawn: tuple[Topic, Record]) -> None:
    """Every field but the record is as it was, whatever the record."""
    topic, record = drawn
    fact = fact_of(topic.name, record)
    found = without_content(fact)
    assert {name for name in fact if fact[name] != found[name]} <= {"record"}
    assert found["record"]["record_id"] == fact["record_id"]


def test_why_somebody_decided_stays_where_it_is_no_quotation() -> None:
    """The number of a clause, the reason of a hold, the basis of an erasure."""
    facts = [
        said("decisions", kind="decide", reason="2.1"),
        said("decisions", kind="legal_hold", reason="court"),
        said("decisions", kind="erase", basis="art. 17"),
    ]
    assert [without_content(fact)["record"] for fact in facts] == [fact["record"] | {"erased": True} for fact in facts]


@given(records)
def test_a_fact_that_comes_after_the_erasure_is_never_written_with_content(drawn: tuple[Topic, Record]) -> None:
    """What was written once stays on the disk until it is expunged."""
    received = Received(drawn[0].name, "id", 0, 7, NOW, drawn[1])
    fact = fact_of(drawn[0].name, drawn[1])
    indexer = Indexer(cast("Search", SimpleNamespace(posts="posts", history="history")))
    for erased, written in (((), fact), ((fact["post_id"],), without_content(fact))):
        assert orjson.loads(indexer._fact(received, erased).lines[1]) == written
