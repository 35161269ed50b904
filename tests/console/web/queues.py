"""Saved queues for tests: a console whose registry hears what it publishes, and an index that a test fills."""

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

from ingest.publisher import Place
from records.base import Record
from records.registry import SavedQueue
from records.settings import Settings
from records.topics import REGISTRY, Topic
from search.overview import FACETS
from tests.console.web.desks import Browser, OneByOne, Scene

NOW = datetime(2026, 11, 3, 9, 14, 30, tzinfo=UTC)
NEVER = 2**63 - 1


class Index(OneByOne):
    """An index that knows which posts are in every search, and what was asked of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.posts, self.history = "posts", "history"
        self.facts: list[dict[str, Any]] = []
        self.inside: dict[str, tuple[int | None, int | None]] = {}
        self.total: int | None = None
        self.hits: list[dict[str, Any]] = []
        self.asked: list[Mapping[str, Any]] = []
        self.near: list[dict[str, Any]] = []
        self.facets: dict[str, dict[str, int]] = {}
        self.days: dict[str, int] = {}
        self.problem: Exception | None = None

    async def ask(self, _method: str, path: str, body: Mapping[str, Any], **_: Any) -> Any:
        """What a test has put there."""
        self.asked.append(body)
        if self.problem:
            raise self.problem
        if path == "/history/_search":
            return _hits([{"_source": fact, "sort": [0]} for fact in self.facts])
        if path.endswith("/_count"):
            return {"count": len(self.hits) if self.total is None else self.total}
        if "ids" in body:
            return {"docs": [{"found": False}]}
        return self._found(body)

    def _found(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if "knn" in body:
            return _hits(self.near)
        if "aggs" in body and "queues" not in body["aggs"]:
            return {"aggregations": self._counted(body["aggs"])}
        if "aggs" in body:
            names = body["aggs"]["queues"]["filters"]["filters"]
            return {"aggregations": {"queues": {"buckets": {name: {"doc_count": 0} for name in names}}}}
        sorted_by = [
            {"sort": [post_id, *(NEVER if one is None else one for one in times)]}
            for post_id, times in sorted(self.inside.items())
        ]
        found = self.hits if body.get("_source") else sorted_by
        return _hits(found, self.total)

    @property
    def searched(self) -> list[Mapping[str, Any]]:
        """What was asked for posts, without what was only counted."""
        return [body for body in self.asked if "aggs" not in body]

    def _counted(self, aggs: Mapping[str, Any]) -> dict[str, Any]:
        """Facets and their span, or a histogram by day."""
        times = {int(datetime.fromisoformat(day).timestamp() * 1_000): posts for day, posts in self.days.items()}
        if "surface" not in aggs:
            buckets = [{"key": {"at": at}, "doc_count": posts} for at, posts in times.items()]
            return {"posted": {"buckets": buckets}, "seen": {"by": {"buckets": []}}}
        span = {"count": len(times), "min": min(times, default=None), "max": max(times, default=None)}
        counted = {
            name: {
                "buckets": [{"key": key, "doc_count": posts} for key, posts in self.facets.get(name, {}).items()],
                "sum_other_doc_count": 0,
            }
            for name in FACETS
        }
        return counted | {"posted": span, "seen": {"by": {"count": 0}}}


def _hits(found: list[dict[str, Any]], total: int | None = None) -> dict[str, Any]:
    return {"hits": {"total": {"value": len(found) if total is None else total, "relation": "eq"}, "hits": found}}


def keeping(scene: Scene) -> Index:
    """The console hears what it publishes, and searches an index of this test."""
    send, index = scene.broker.send, Index(scene.settings)

    def heard(topic: Topic, record: Record) -> Future[Place]:
        answer = send(topic, record)
        if topic is REGISTRY and not scene.broker.away:
            scene.broker.register(record)  # type: ignore[arg-type]
        return answer

    scene.broker.send = heard  # type: ignore[method-assign]
    scene.desk.search = index  # type: ignore[assignment]
    return index


def saved(name: str = "refunds", **changes: Any) -> SavedQueue:
    """A queue that Ann has saved."""
    said = {
        "registry_id": name,
        "staff_id": "ann",
        "set_at": NOW,
        "title": name.capitalize(),
        "query": {"text": "refund"},
        "owner": "ann",
    }
    return SavedQueue(**(said | changes))


def register(scene: Scene, *queues: SavedQueue) -> None:
    """These were saved."""
    for queue in queues:
        scene.broker.register(queue)
    scene.desk.set_up.look()


async def form_of(browser: Browser, path: str) -> str:
    """A page, whole."""
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text
