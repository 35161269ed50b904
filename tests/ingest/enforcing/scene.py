"""What the tests of enforcing share: a site in memory whose answers the test decides, a clock, and orders."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.enforcing.broker import Ordered
from ingest.enforcing.desk import Desk
from ingest.enforcing.lane import Lane, Limits
from ingest.enforcing.site import Done
from records.orders import Order, Outcome
from tests.ingest.conftest import FakePublisher

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVERYTHING = frozenset({"hide", "remove", "restore", "reply"})


class ToySite:
    """Does what it is asked, or what stands in `answers` for that post; notes everything in `asked`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Any] = {}
        self.visible: Any = False

    def _do(self, what: str, native_id: str) -> Any:
        self.asked.append(f"{what} {native_id}")
        answer = self.answers.get(native_id, self.visible if what == "look" else Done(200))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def hide(self, native_id: str) -> Done:
        """Notes it."""
        return self._do("hide", native_id)

    def remove(self, native_id: str) -> Done:
        """Notes it."""
        return self._do("remove", native_id)

    def restore(self, native_id: str) -> Done:
        """Notes it."""
        return self._do("restore", native_id)

    def reply(self, native_id: str, text: str, order_id: str) -> Done:
        """Notes it."""
        return self._do(f"reply {text} {order_id}", native_id)

    def is_visible(self, native_id: str) -> bool | None:
        """As the test says."""
        return self._do("look", native_id)


@dataclass
class Scene:
    """One lane over that site; nothing waits, for the clock is ours."""

    site: ToySite = field(default_factory=ToySite)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    at: datetime = AT
    can: frozenset[Any] = EVERYTHING

    def __post_init__(self) -> None:
        self.desk = Desk(self.publisher, 60.0, threading.Event(), now=lambda: self.at)
        self.lane = Lane("blog", self.site, self.can, Limits(72, 24), self.desk)
        self._offset = 0

    def order(self, post: str, action: str = "hide", **fields: Any) -> Order:
        """Brings an order, as the broker would."""
        order = ordered(f"blog:{post}", action, number=self._offset, **{"ordered_at": self.at} | fields)
        if self.desk.take(Ordered(0, self._offset, order)):
            self.lane.take(order)
        self._offset += 1
        return order

    def works(self, **later: float) -> list[tuple[str, str]]:
        """Everything that is due so much later; what was published meanwhile: the post and the result."""
        self.at += timedelta(**later)
        before = len(self.outcomes)
        asked = -1
        while asked != len(self.site.asked) + len(self.outcomes):
            asked = len(self.site.asked) + len(self.outcomes)
            self.lane.once()
        return [(one.post_id.partition(":")[2], one.result) for one in self.outcomes[before:]]

    @property
    def outcomes(self) -> list[Outcome]:
        """What was published."""
        return self.publisher.of("outcomes")


def ordered(post_id: str, action: str = "hide", number: int = 0, **fields: Any) -> Order:
    """An order."""
    said = {"decision_record_id": "0" * 40, "reply_text": "see here" if action == "reply" else None, "ordered_at": AT}
    return Order(post_id=post_id, order_id=f"decisions-0-{number}", action=action, **said | fields)  # type: ignore[arg-type]


def outcome(result: str = "done", attempt: int = 1, order: int = 0, **later: float) -> Outcome:
    """What was answered on the post `blog:5`, so much later."""
    told: Any = {"result": result, "attempt": attempt, "happened_at": AT + timedelta(**later)}
    return Outcome(post_id="blog:5", order_id=f"decisions-0-{order}", **told)
