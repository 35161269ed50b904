"""The topics `orders` and `outcomes`: what a site should do, what it did, and what was observed afterwards."""

from typing import Literal

from records.base import Count, FactId, Id, Instant, Line, Ordinal, Record
from records.decisions import LongText

Action = Literal["hide", "remove", "restore", "reply"]
ACTIONS: tuple[Action, ...] = ("hide", "remove", "restore", "reply")


class Order(Record):
    """What the site should do. `order_id` is the topic-partition-offset of the decision behind it."""

    post_id: Id
    order_id: Id
    decision_record_id: FactId
    action: Action
    revision_id: FactId | None = None
    reply_text: LongText | None = None
    ordered_at: Instant

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """The decision's place in Kafka."""
        return (self.order_id,)

    def key(self) -> str:
        """The post."""
        return self.post_id


class Outcome(Record):
    """What the site answered to an order (`done`, `failed`, `refused`), or what was seen there later (`observed`)."""

    post_id: Id
    order_id: Id
    result: Literal["done", "failed", "refused", "observed"]
    attempt: Ordinal = 1
    visible: bool | None = None
    status: Count | None = None
    detail: Line | None = None
    happened_at: Instant

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """The order, the result and the attempt."""
        return (self.order_id, self.result, self.attempt)

    def key(self) -> str:
        """The post."""
        return self.post_id
