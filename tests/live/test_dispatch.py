"""Orders on real servers: what was decided leaves once, after its grace, unless it was undone within it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.publisher import Publisher
from ingest.reader import read_all
from records.decisions import Decide, Undo
from records.orders import Order
from records.posts import Post
from records.received import Received
from records.settings import Settings
from records.topics import DECISIONS, ORDERS, POSTS
from tests.live.generator import history, natural_post
from tests.live.pipeline import Pipeline, wait_for

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

GRACE_SECONDS = 2


@pytest.fixture
def publisher(live_settings: Settings) -> Iterator[Publisher]:
    """What the console and the sources publish with."""
    made = Publisher(live_settings)
    yield made
    made.close()


def _orders(settings: Settings) -> dict[str, list[Order]]:
    found: dict[str, list[Order]] = defaultdict(list)
    for one in read_all(settings, (ORDERS,)):
        if isinstance(one, Received):
            found[one.record.post_id].append(one.record)
    return found


def _acts(post: Post) -> tuple[dict[str, Any], dict[str, Any]]:
    common: dict[str, Any] = {"post_id": post.post_id, "staff_id": "s-ana", "made_at": datetime.now(UTC)}
    bound = {"revision_id": post.revision_id, "policy_version": 1, "policy_digest": "0" * 64, "reason": "2.1"}
    return common, bound


def _hide(post: Post, grace: int) -> Decide:
    common, bound = _acts(post)
    return Decide(idempotency_key="hide", action="hide", grace_seconds=grace, **bound, **common)


def _undo(post: Post, decision: Decide) -> Undo:
    return Undo(idempotency_key="undo", undoes=decision.record_id, case_version_seen=1, **_acts(post)[0])


def test_an_order_leaves_once_after_its_grace_unless_it_was_undone(
    live_settings: Settings, live_environment: dict[str, str], publisher: Publisher
) -> None:
    """Hidden; undone within the grace; undone after it; and one more, by when the others would have left twice."""
    texts = (event for event in history(40, seed=8, source="gen")[0])
    posts = {post.post_id: post for post in (natural_post(event, "gen") for event in texts) if post.text}
    kept, undone, restored, last = list(posts.values())[:4]
    with Pipeline(live_settings, live_environment, names=("fold",)) as pipeline:
        publisher.publish_all(POSTS, [kept, undone, restored, last])
        pipeline.settle()
        hide = {post.post_id: _hide(post, grace) for post, grace in ((kept, 2), (undone, 2), (restored, 0))}
        places = publisher.publish_all(DECISIONS, list(hide.values()))
        publisher.publish(DECISIONS, _undo(undone, hide[undone.post_id]))
        wait_for(lambda: bool(_orders(live_settings)[restored.post_id]), "no order has left", 30)
        place = publisher.publish(DECISIONS, _undo(restored, hide[restored.post_id]))
        wait_for(lambda: len(_orders(live_settings)[restored.post_id]) == 2, "no order to restore has left", 30)
        wait_for(lambda: bool(_orders(live_settings)[kept.post_id]), "the grace is over, and no order has left", 30)
        publisher.publish(DECISIONS, _hide(last, 0))
        wait_for(lambda: bool(_orders(live_settings)[last.post_id]), "the last order has not left", 30)
        pipeline.settle()
        found = _orders(live_settings)
        document = pipeline.ask("GET", f"/{{posts}}/_doc/{kept.post_id}")["_source"]
    assert [one.order_id for one in found[kept.post_id]] == [str(places[0])]
    (decided_at,) = [one["recorded_at"] for one in document["parts"]["decided"]["decisions"]]
    waited = found[kept.post_id][0].ordered_at - datetime.fromisoformat(decided_at)
    assert waited.total_seconds() > GRACE_SECONDS
    assert found[undone.post_id] == []
    assert [(one.action, one.order_id) for one in found[restored.post_id]] == [
        ("hide", str(places[2])),
        ("restore", str(place)),
    ]
    assert (document["order_id"], document["wants"], document["desired"]) == (str(places[0]), None, "hidden")
