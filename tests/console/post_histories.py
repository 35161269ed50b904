"""Random histories of posts that share their logs, whose clock ticks so seldom that many records are at once."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from records.base import Record
from records.orders import Order, Outcome
from records.posts import Post
from records.received import Received
from tests.moderation.case_histories import histories
from tests.moderation.case_records import START, at

Logs = dict[str, list[Received]]
TOPICS = ("posts", "verdicts", "decisions", "orders", "outcomes")


@st.composite
def several_posts(draw: st.DrawFn, posts_max: int = 3) -> Logs:
    """The log of each topic, about `forum:1` and so on, one partition."""
    each = [draw(histories()) for _ in range(draw(st.integers(1, posts_max)))]
    merged: dict[str, list[tuple[int, Received]]] = defaultdict(list)
    for number, logs in enumerate(each, 1):
        for topic, log in logs.items():
            merged[topic] += [(number, one) for one in log]
    for log in merged.values():
        log.sort(key=lambda numbered: numbered[1].recorded_at)
    places = {(number, one.offset): f"decisions-0-{offset}" for offset, (number, one) in enumerate(merged["decisions"])}
    return {
        topic: [_placed(one, number, offset, places) for offset, (number, one) in enumerate(merged[topic])]
        for topic in TOPICS
    }


def _placed(one: Received, number: int, offset: int, places: dict[tuple[int, int], str]) -> Received:
    recorded_at = START + (one.recorded_at - at(0)) / timedelta(minutes=1) * timedelta(milliseconds=1)
    return replace(one, offset=offset, recorded_at=recorded_at, record=_about(one.record, number, places))


def _about(record: Record, number: int, places: dict[tuple[int, int], str]) -> Record:
    """The same said about another post; orders still name the decision behind them."""
    said: dict[str, Any] = {"post_id": f"forum:{number}", "record_id": ""}
    if isinstance(record, Post):
        said["native_id"] = str(number)
    if isinstance(record, Order | Outcome):
        named = int(record.order_id.rpartition("-")[2])
        said["order_id"] = places.get((number, named), f"decisions-9-{number}{named:03}")
    return type(record).model_validate(record.model_dump() | said)
