"""What leaves for the sites, and when: once after its grace, and nothing that was undone meanwhile."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from records.base import Record
from records.documents import PostDocument
from records.errors import Unavailable
from records.orders import Order
from records.topics import Topic
from search.indexer import Held
from search.wanting import Due, due_body
from stream import batches, dispatching, metrics
from stream.batches import EXIT_BUG
from stream.dispatching import ORDERS_AT_ONCE_MAX, REPEAT_SECONDS, Dispatching
from tests.moderation.case_records import POST_ID, at, decide, erase, folded, judged, order, seen, undo

SPAM = (seen("buy"), judged("buy", "spam"))
HIDE = decide("k1", "hide", "buy", grace=60)
FIRST = "decisions-0-0"


@dataclass
class Site:
    """Documents as they are, what the index shows of them, and what was published; `fails` comes before each."""

    documents: dict[str, PostDocument]
    shown: list[Due] = field(default_factory=list)
    partitions: set[int] = field(default_factory=lambda: {0})
    published: list[Order] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The index shows the documents as they are."""
        for post_id, one in self.documents.items():
            if one["wants"] and one["wants_after"]:
                self.shown.append(Due(post_id, one["wants"], one["wants_after"]))

    async def find(self, before: datetime, size: int) -> list[Due]:
        """Everything that is shown, and no more than was asked for."""
        self.asked.append(size)
        return [due for due in self.shown if datetime.fromisoformat(due.wants_after) < before][:size]

    async def read(self, post_ids: Iterable[str]) -> dict[str, Held]:
        """The documents as they are."""
        return {post_id: Held(self.documents[post_id], 1, 1) for post_id in post_ids}

    async def publish(self, topic: Topic, records: Sequence[Record]) -> None:
        """Takes them, unless it fails first."""
        if self.fails:
            raise self.fails.pop(0)
        assert topic.name == "orders"
        self.published += [one for one in records if isinstance(one, Order)]

    def dispatching(self) -> Dispatching:
        """One worker on this site."""
        return Dispatching(self.find, self.read, lambda: self.partitions)


def site(*records: Record, post_id: str = POST_ID, **known: Any) -> Site:
    """With one post."""
    return Site({post_id: folded(*records)}, **known)


async def test_what_was_decided_leaves_as_one_order_named_by_its_decision() -> None:
    """With what the site needs to carry it out; a second round, before the index shows it, repeats nothing."""
    there = site(*SPAM, HIDE)
    worker = there.dispatching()
    await worker.orders(there.publish)
    await worker.orders(there.publish)
    (left,) = there.published
    assert (left.order_id, left.action, left.decision_record_id) == (FIRST, "hide", HIDE.record_id)
    assert (left.post_id, left.revision_id) == (POST_ID, HIDE.revision_id)


async def test_a_reply_leaves_with_its_text() -> None:
    """And never once the post was erased."""
    reply = decide("k1", "reply", "buy", reply_text="Please call us.")
    there = site(*SPAM, reply)
    await there.dispatching().orders(there.publish)
    assert [(one.action, one.reply_text) for one in there.published] == [("reply", "Please call us.")]
    shown = there.shown
    erased = [erase("e1", "requested", "ann"), erase("e2", "confirmed", "bob")]
    gone = Site({POST_ID: folded(*SPAM, reply, *erased)}, shown)
    await gone.dispatching().orders(gone.publish)
    assert gone.published == []


async def test_what_was_undone_a_moment_ago_does_not_leave_though_the_index_still_shows_it() -> None:
    """The document as it is counts."""
    shown = site(*SPAM, HIDE).shown
    undone = folded(*SPAM, HIDE, undo("k2", HIDE), minutes=[0, 1, 2, 2.5])
    there = Site({POST_ID: undone}, shown)
    await there.dispatching().orders(there.publish)
    assert there.published == []


async def test_within_the_grace_nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither at its end: an undo of the last moment may be on its way into the document."""

    class Clock(datetime):
        @classmethod
        def now(cls, _zone: Any = None) -> datetime:  # type: ignore[override]
            return at(3.01)

    monkeypatch.setattr(dispatching, "datetime", Clock)
    there = site(*SPAM, HIDE)
    await there.dispatching().orders(there.publish)
    assert there.published == []
    monkeypatch.setattr(Clock, "now", lambda *_: at(3.02))
    await there.dispatching().orders(there.publish)
    assert len(there.published) == 1


async def test_undone_after_it_left_the_site_is_asked_to_restore_at_once() -> None:
    """Though the first order may not show in the index yet."""
    there = site(*SPAM, HIDE)
    worker = there.dispatching()
    await worker.orders(there.publish)
    undone = folded(*SPAM, HIDE, order(FIRST, HIDE), undo("k2", HIDE), minutes=[0, 1, 2, 4, 5])
    after = Site({POST_ID: undone})
    there.documents, there.shown = after.documents, after.shown
    await worker.orders(there.publish)
    assert [one.action for one in there.published] == ["hide", "restore"]


async def test_each_worker_sends_the_orders_of_its_own_partitions() -> None:
    """So that several of them send none twice; while it has none it asks nobody."""
    there = site(*SPAM, HIDE, partitions={1, 2})
    await there.dispatching().orders(there.publish)
    there.partitions = set()
    await there.dispatching().orders(there.publish)
    assert (there.published, len(there.asked)) == ([], 1)


async def test_so_many_leave_at_once_and_the_rest_after_them() -> None:
    """Those that left do not stand in their way, though the index still shows them."""
    known = {f"forum:{number}": folded(*SPAM, HIDE) for number in range(ORDERS_AT_ONCE_MAX + 50)}
    there = Site(known)
    worker = there.dispatching()
    for expected in (ORDERS_AT_ONCE_MAX, len(known), len(known)):
        await worker.orders(there.publish)
        assert len({one.post_id for one in there.published}) == len(there.published) == expected


async def test_an_order_that_nobody_saw_arrive_is_repeated_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the same name."""
    there = site(*SPAM, HIDE)
    worker = there.dispatching()
    await worker.orders(there.publish)
    began = dispatching.time.monotonic()
    monkeypatch.setattr(dispatching.time, "monotonic", lambda: began + REPEAT_SECONDS + 1)
    await worker.orders(there.publish)
    assert [one.order_id for one in there.published] == [FIRST, FIRST]


async def test_a_broker_that_is_away_is_waited_for_and_a_bug_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost by the first; the health says what is waited for, and it is no progress of the fold."""
    ended: list[int] = []
    monkeypatch.setattr(batches, "RETRY_SECONDS_FIRST", 0.001)
    monkeypatch.setattr(os, "_exit", ended.append)
    said: list[str | None] = []
    monkeypatch.setattr(metrics, "dispatch_waiting", said.append)
    there = site(*SPAM, HIDE, fails=[Unavailable("no broker"), Unavailable("no broker")])
    await there.dispatching().round(there.publish)
    assert (len(there.published), said) == (1, ["no broker", "no broker", None])
    there.fails = [ZeroDivisionError()]
    await there.dispatching().round(there.publish)
    assert ended == [EXIT_BUG]


def test_what_waits_longest_is_asked_for_first() -> None:
    """Before an instant, and only what is needed of it."""
    body = due_body(at(0), 7)
    assert (body["size"], body["sort"][0]) == (7, {"wants_after": "asc"})
    assert {"range": {"wants_after": {"lt": "2026-03-01T12:00:00+00:00"}}} in body["query"]["bool"]["filter"]
