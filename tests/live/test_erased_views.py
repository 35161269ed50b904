"""After an erasure: no word of the post in index and history, later sightings bring none, and the disk has no byte."""

import asyncio
import json
import random
import string
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.servers import Servers
from ingest.publisher import Publisher
from ingest.reader import Unreadable, read_all
from ingest.topics import content_until, create_topics
from moderation.cases import fold_post
from records.base import Record
from records.decisions import Erase
from records.posts import Post
from records.received import Received
from records.registry import Erasure
from records.settings import Settings
from records.topics import DECISIONS, POSTS, REGISTRY, Topic
from search.client import Search
from search.expunging import expunge
from search.finder import find
from search.indexer import Indexer
from search.indices import setup
from search.queries import Wanted
from search.reindex import reindex
from tests.live.generator import natural_post
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site

pytestmark = [pytest.mark.live, pytest.mark.timeout(200)]

NOW = datetime(2026, 11, 20, tzinfo=UTC)
WORDS = ("quince", "marmalade", "Dunmore")
TEXT = "Her quince marmalade made me ill, call me at 212 555 0123"


def event(number: int, text: str = TEXT, kind: str = "seen") -> dict[str, Any]:
    """What a site tells of a post."""
    return {
        "id": f"c-{number}",
        "kind": kind,
        "surface": "shop/jams",
        "author": {"id": "u-Dunmore", "name": "Ida Dunmore"},
        "page_title": "About quince",
        "text": text,
    }


def erasing(post_id: str) -> list[Erase]:
    """One person asks for it, and another confirms."""
    return [
        Erase(post_id=post_id, staff_id=by, idempotency_key=state, made_at=NOW, state=state, basis="art. 17")
        for by, state in (("ann", "requested"), ("bob", "confirmed"))
    ]


def erasure(post_id: str) -> Erasure:
    """The word of `retain` for ingest and the keeper."""
    return Erasure(
        registry_id=post_id,
        staff_id="retain",
        set_at=NOW,
        basis="art. 17",
        requested_by="ann",
        requested_place="decisions-0-0",
        confirmed_by="bob",
        confirmed_place="decisions-0-1",
        confirmed_at=NOW,
        stub={},
    )


def stored(pipeline: Pipeline, post_id: str) -> str:
    """Everything that both views have about a post, in one string."""
    wanted = {"query": {"term": {"post_id": post_id}}, "size": 100, "_source": {"exclude_vectors": False}}
    hits = [pipeline.ask("POST", f"/{{{view}}}/_search", wanted)["hits"]["hits"] for view in ("posts", "history")]
    assert all(hits), "there is nothing about this post"
    return json.dumps(hits)


def found(settings: Settings, text: str) -> list[str]:
    """The posts that a person finds by these words."""

    async def ask() -> list[str]:
        async with Search(settings) as search:
            return [hit.document["post_id"] for hit in (await find(search, Wanted(text=text))).hits]

    return asyncio.run(ask())


def published(settings: Settings, topic: Topic, records: Sequence[Record]) -> None:
    """Brings records to Kafka as they are."""
    publisher = Publisher(settings)
    publisher.publish_all(topic, records)
    publisher.close()


def test_of_an_erased_post_nothing_is_left_and_nothing_comes_back(
    servers: Servers, live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> None:
    """Judged before it is erased, or erased in the same moment; seen again by webhook and in a file; others stay."""
    with Pipeline(live_settings, live_environment) as pipeline:
        site = Site(pipeline.program("webhook").address, SECRET)
        for number in (1, 2):
            site.insist(event(number))
        pipeline.settle(40)
        assert all(word in stored(pipeline, "webhook:c-1") for word in WORDS)
        site.insist(event(3))
        published(live_settings, DECISIONS, [*erasing("webhook:c-1"), *erasing("webhook:c-3")])
        pipeline.settle(40)
        _is_gone(pipeline, "webhook:c-1", "webhook:c-3")
        assert found(live_settings, "quince marmalade") == ["webhook:c-2"]

        published(live_settings, REGISTRY, [erasure("webhook:c-1"), erasure("webhook:c-3")])
        wait_for(lambda: "posts were erased" in pipeline.log("webhook"), "the receiver has not heard of it", 20)
        site.insist(event(1, f"{TEXT}!", "edited"))
        site.close()
        _import(tmp_path / "posts.jsonl", event(3, f"{TEXT}?", "edited"), live_environment)
        pipeline.settle(40)
        _is_gone(pipeline, "webhook:c-1", "webhook:c-3")
        assert {post.post_id: post.text for post in _posts(live_settings)} == {
            "webhook:c-1": None,
            "webhook:c-2": TEXT,
            "webhook:c-3": None,
        }
        assert found(live_settings, "quince marmalade") == ["webhook:c-2"]


def test_topics_are_brought_to_other_settings_and_the_last_copy_has_a_date(
    servers: Servers, live_settings: Settings
) -> None:
    """Also those that were made to keep everything for ever."""
    until = {}
    for days in (30, 3):
        chosen = live_settings.model_copy(update={"transport_days": days})
        create_topics(chosen)
        until[days] = content_until(chosen, NOW)
    assert until[30] is not None
    assert until[3] is not None
    assert (until[30] - until[3]).days == 27
    assert (until[3] - NOW).days == 4


def _is_gone(pipeline: Pipeline, *post_ids: str) -> None:
    for post_id in post_ids:
        whole = stored(pipeline, post_id)
        assert not [word for word in WORDS if word in whole]
        assert '"state": "erased"' in whole


def _import(file: Path, line: dict[str, Any], environment: dict[str, str]) -> None:
    file.write_text(json.dumps(line) + "\n")
    command = [sys.executable, "-m", "ingest", "jsonl", str(file), "--source", "webhook"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)


def _posts(settings: Settings) -> list[Post]:
    """What Kafka has, the newest of a post last."""
    read = [one for one in read_all(settings, [POSTS]) if not isinstance(one, Unreadable)]
    return [one.record for one in sorted(read, key=lambda one: one.recorded_at)]


@pytest.mark.chaos
async def test_no_byte_of_an_erased_post_is_left_on_the_disk(servers: Servers, live_settings: Settings) -> None:
    """Neither in a segment, nor in the journal, nor in the index that a reindex had left; the others' words stay.

    The words are of random letters: compression leaves such a word as it is where it stands first.
    """
    random_words = random.Random(7)
    words = ["".join(random_words.choices(string.ascii_lowercase, k=24)) for _ in range(6)]
    async with Search(live_settings) as search:
        await setup(search)
        indexer = Indexer(search)
        facts = [_fact(number, " ".join(words[number % 2 :: 2])) for number in range(200)]
        await indexer.apply(facts, fold_post)
        await reindex(search, "history")
        assert all(_files_with(servers, word) for word in words)
        acts = [act for number in range(0, 200, 2) for act in erasing(f"gen:c-{number}")]
        await indexer.apply([_decided(offset, act) for offset, act in enumerate(acts)], fold_post)
        assert any(_files_with(servers, word) for word in words[0::2]), "there was nothing to expunge"
        await expunge(search)
        assert [_files_with(servers, word) for word in words[0::2]] == [[]] * 3
        assert all(_files_with(servers, word) for word in words[1::2])
        for view in (search.posts, search.history):
            assert (await search.ask("GET", f"/{view}/_stats"))["_all"]["primaries"]["docs"]["deleted"] == 0
            answer = await search.ask("GET", f"/{view}/_segments")
            assert {one["deleted_docs"] for one in _segments(answer)} == {0}


def _fact(number: int, text: str) -> Received:
    return Received("posts", "T", 0, number, NOW, natural_post(event(number, text), "gen"))


def _decided(offset: int, act: Erase) -> Received:
    return Received("decisions", "D", 0, offset, NOW, act)


def _files_with(servers: Servers, word: str) -> list[Path]:
    """The files of the node in which a word stands."""
    return [
        file for file in (servers.data / "node").rglob("*") if file.is_file() and word.encode() in file.read_bytes()
    ]


def _segments(answer: Any) -> list[dict[str, Any]]:
    shards = [copies for index in answer["indices"].values() for copies in index["shards"].values()]
    return [segment for copies in shards for copy in copies for segment in copy["segments"].values()]
