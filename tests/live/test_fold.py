"""The fold on real servers: a rebuild gives the same documents in any order, and a decision does not wait for posts."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.local.servers import Servers
from ingest.publisher import Place, Publisher
from ingest.reader import read_all
from moderation.cases import fold_post
from records.base import Record
from records.decisions import GRACE_SECONDS_MAX, Claim, Decide, Note
from records.received import Received
from records.settings import Settings
from records.topics import DECISIONS, ORDERS, OUTCOMES, POSTS, VERDICTS, Topic
from search.client import Search
from search.indices import setup
from stream.folding import Folding
from tests.live.generator import history, natural_post
from tests.live.pipeline import Pipeline
from tests.live.truth import by_post, check, digest, every

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

ABOUT_POSTS = (POSTS, VERDICTS, DECISIONS, ORDERS, OUTCOMES)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
BATCH = 137
SEEN_SECONDS_MAX = 30


def test_a_rebuild_in_any_order_gives_the_same_documents(
    servers: Servers, live_settings: Settings, live_environment: dict[str, str]
) -> None:
    """From offset 0, topics whole one after another, in reverse order, and interleaved at random: equal by digest."""
    events, truth = history(300, seed=3, source="gen")
    with Pipeline(live_settings, live_environment) as pipeline:
        _publish(live_settings, POSTS, [natural_post(event, "gen") for event in events])
        pipeline.settle()
        _publish(live_settings, DECISIONS, _decisions(list(every(pipeline, "posts"))[:80]))
        pipeline.settle()
        check(pipeline, truth)
        live = {document["post_id"]: digest(document) for document in every(pipeline, "posts")}
        received = [one for one in read_all(live_settings, ABOUT_POSTS) if isinstance(one, Received)]
        for order in (received, _topics_reversed(received), _interleaved(received)):
            assert {post: digest(fold_post(None, facts)) for post, facts in by_post(order).items()} == live
        rebuilt = asyncio.run(_rebuilt(live_settings, _interleaved(received), list(live)))
        assert rebuilt == live


@pytest.mark.parametrize(("backlog", "decisions"), [(7_000, 12), pytest.param(20_000, 40, marks=pytest.mark.chaos)])
def test_a_decision_does_not_wait_behind_a_backlog_of_posts(
    backlog: int, decisions: int, servers: Servers, live_settings: Settings, live_environment: dict[str, str]
) -> None:
    """While so many posts wait, every decision shows in its document; how soon is printed."""
    posts = [natural_post(event, "gen") for event in history(backlog, seed=4, source="gen")[0]]
    with Pipeline(live_settings, live_environment) as pipeline:
        first = posts[:200]
        _publish(live_settings, POSTS, first)
        pipeline.settle()
        _publish(live_settings, POSTS, posts)
        waits = asyncio.run(_decide_and_see(live_settings, sorted({post.post_id for post in first})[:decisions]))
        assert pipeline.lag() > 0, "the backlog was gone before the decisions were made"
    assert len(waits) == decisions
    print(f"decision to folded behind a backlog: p50 {waits[len(waits) // 2]:.2f} s, p95 {_p95(waits):.2f} s")  # noqa: T201


def _p95(waits: Sequence[float]) -> float:
    return sorted(waits)[int(len(waits) * 0.95)]


def _publish(settings: Settings, topic: Topic, records: Sequence[Record]) -> list[Place]:
    publisher = Publisher(settings)
    places = publisher.publish_all(topic, records)
    publisher.close()
    return places


async def _decide_and_see(settings: Settings, post_ids: Sequence[str]) -> list[float]:
    waits = []
    publisher = Publisher(settings)
    async with Search(settings) as search:
        for post_id in post_ids:
            note = Note(post_id=post_id, staff_id="s-ana", idempotency_key="k", made_at=NOW, note="seen")
            began = time.monotonic()
            place = await asyncio.to_thread(publisher.publish, DECISIONS, note)
            async with asyncio.timeout(SEEN_SECONDS_MAX):
                while not await _shows(search, post_id, place):
                    await asyncio.sleep(0.01)
            waits.append(time.monotonic() - began)
    publisher.close()

    return sorted(waits)


async def _shows(search: Search, post_id: str, place: Place) -> bool:
    document = (await search.ask("GET", f"/{search.posts}/_doc/{post_id}"))["_source"]
    decided = document["parts"]["decided"]
    return str(place) in str(decided)


def _decisions(documents: Sequence[dict[str, Any]]) -> list[Record]:
    made: list[Record] = []
    for number, document in enumerate(documents):
        common: dict[str, Any] = {"post_id": document["post_id"], "staff_id": f"s-{number % 3}", "made_at": NOW}
        bound: dict[str, Any] = {"revision_id": document["revision_id"], "policy_version": 1, "policy_digest": "0" * 64}
        made.append(Claim(idempotency_key="claim", **common))
        made += [
            Decide(
                idempotency_key=key, action="remove", reason="2.1", grace_seconds=GRACE_SECONDS_MAX, **bound, **common
            )
            for key in ("one", "stale")
        ]
    return made


def _topics_reversed(received: Sequence[Received]) -> list[Received]:
    order = [topic.name for topic in reversed(ABOUT_POSTS)]
    return sorted(received, key=lambda one: order.index(one.topic))


def _interleaved(received: Sequence[Received]) -> list[Received]:
    rng = random.Random(5)
    logs: dict[str, list[Received]] = {}
    for one in received:
        logs.setdefault(one.log, []).append(one)
    waiting = [list(reversed(log)) for log in logs.values()]
    mixed = []
    while waiting := [log for log in waiting if log]:
        mixed.append(rng.choice(waiting).pop())
    return mixed


async def _rebuilt(settings: Settings, received: Sequence[Received], post_ids: Sequence[str]) -> dict[str, str]:
    """Through the product's own fold into fresh indices."""
    other = settings.model_copy(update={"namespace": f"r{settings.namespace}", "data_dir": Path("unused")})
    folding = Folding(other)
    async with Search(other) as search:
        await setup(search)
        for start in range(0, len(received), BATCH):
            await folding.into_views(received[start : start + BATCH], _publishes_nothing)
        held = await folding.indexer.read(post_ids)
        await folding.close()
    return {post_id: digest(one.document) for post_id, one in held.items()}


async def _publishes_nothing(topic: Topic, records: Sequence[Record]) -> None:
    raise AssertionError("the fold publishes nothing but dead letters")
