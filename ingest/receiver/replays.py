"""The memory of recent deliveries: the same webhook-id again gets the answer of the first, and makes no second fact.

The memory is bounded and does not outlive the process; it need not. What is delivered again after it has been forgotten
becomes a record with the same record_id, and so the same fact everywhere but in the ledger, which keeps every copy.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

REMEMBERED_MAX = 50_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a delivery was answered."""

    status: int
    body: bytes
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery: the digest of its body, and its answer as soon as there is one (None: it has failed)."""

    body_sha256: str
    answer: asyncio.Future[Answer | None]


class Replays:
    """Recent deliveries by their webhook-id, the oldest forgotten first."""

    def __init__(self, remembered_max: int = REMEMBERED_MAX) -> None:
        self._max = remembered_max
        self._known: OrderedDict[str, Delivery] = OrderedDict()

    def find(self, webhook_id: str) -> Delivery | None:
        """The delivery that came before under this id, if it is remembered."""
        return self._known.get(webhook_id)

    def begin(self, webhook_id: str, body_sha256: str) -> Delivery:
        """Remembers a delivery that is being worked on."""
        delivery = Delivery(body_sha256, asyncio.get_running_loop().create_future())
        self._known[webhook_id] = delivery
        if len(self._known) > self._max:
            self._known.popitem(last=False)
        return delivery

    def end(self, webhook_id: str, delivery: Delivery, answer: Answer | None) -> None:
        """Tells everybody who waits for the answer; one that has failed is forgotten, so that it can come again."""
        if not delivery.answer.done():
            delivery.answer.set_result(answer)
        if answer is None and self._known.get(webhook_id) is delivery:
            del self._known[webhook_id]
