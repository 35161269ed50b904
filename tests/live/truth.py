"""Compares what the two views hold with the manifest of what was generated."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from records.base import Record
from records.received import Received
from tests.live.generator import Manifest
from tests.live.pipeline import Pipeline

PAGE = 2000


def check(pipeline: Pipeline, truth: Manifest) -> None:
    """Posts, revisions and distinct facts equal the manifest; one verdict per revision; nothing waits."""
    documents = list(every(pipeline, "posts"))
    facts = list(every(pipeline, "history"))
    assert {document["post_id"] for document in documents} == truth.posts
    assert len(documents) == len(truth.posts)
    observed = [fact["record_id"] for fact in facts if fact["topic"] == "posts"]
    assert set(observed) == truth.facts
    assert len(observed) == len(truth.facts)
    verdicts = Counter(
        (fact["post_id"], fact["record"]["revision_id"]) for fact in facts if fact["topic"] == "verdicts"
    )
    assert set(verdicts) == truth.revisions
    assert set(verdicts.values()) == {1}
    assert all(document["judged"] for document in documents)
    assert {document["post_id"] for document in documents if not document["visible"]} == truth.removed
    pipeline.settle()  # a heartbeat may just have come


def every(pipeline: Pipeline, view: str) -> Iterator[dict[str, Any]]:
    """Every document of a view, at one point in time."""
    pit = pipeline.ask("POST", f"/{{{view}}}/_pit?keep_alive=1m")["id"]
    body: dict[str, Any] = {"size": PAGE, "sort": ["_shard_doc"], "pit": {"id": pit, "keep_alive": "1m"}}
    while hits := pipeline.ask("POST", "/_search", body)["hits"]["hits"]:
        yield from (hit["_source"] for hit in hits)
        body["search_after"] = hits[-1]["sort"]
    pipeline.ask("DELETE", "/_pit", {"id": pit})


def digest(document: Any) -> str:
    """What two equal documents share, whatever the order of their fields; the index keeps no embedding."""
    kept = {name: value for name, value in document.items() if name != "embedding"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def by_post(received: Sequence[Received]) -> dict[str, list[Received]]:
    """The records of each post, in the order given."""
    found: dict[str, list[Received]] = {}
    for one in received:
        assert isinstance(one.record, Record)
        found.setdefault(one.record.key(), []).append(one)
    return found
