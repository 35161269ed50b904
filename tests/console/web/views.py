"""The two views of one post, as an index that can be asked for them: a dossier is made of nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any

from records.received import Received
from records.settings import Settings
from search.indexer import document_id
from tests.console.dossiers import material_of
from tests.console.web.desks import OneByOne, Scene
from tests.moderation.case_records import at, decide, edited, judged, seen

NOBODY = "http://127.0.0.1:9"
"""Where no keeper is."""


def records(text: str = "hello there", changed: str = "hello everybody") -> list[Received]:
    """A post, seen, judged, edited and decided on, a minute between each."""
    logs: list[tuple[str, int, Any]] = [
        ("posts", 0, seen(text)),
        ("verdicts", 0, judged(text, "spam")),
        ("posts", 1, edited(changed)),
        ("decisions", 0, decide("k1", "leave", changed)),
    ]
    return [
        Received(topic, f"id-of-{topic}", 0, offset, at(minute), record)
        for minute, (topic, offset, record) in enumerate(logs)
    ]


class Views(OneByOne):
    """Document and facts of one post, and no other post."""

    posts, history, coverage = "posts", "history", "coverage"

    def __init__(self, settings: Settings, received: Sequence[Received]) -> None:
        self.settings = settings.model_copy(update={"ledger_url": NOBODY})
        self.material = material_of(received)

    async def ask(self, _method: str, path: str, body: Mapping[str, Any], **_: Any) -> Any:
        """What is there of it."""
        if path.endswith("_mget"):
            known = self.facts() if "history" in path else {document_id(self.material.post_id): self.material.document}
            return {"docs": [_doc(id_, known.get(id_)) for id_ in body["ids"]]}
        if "aggs" in body:
            return {"aggregations": {"sources": {"buckets": []}}}
        found = self.material.facts if "history" in path else ()
        return {
            "hits": {
                "total": {"value": len(found), "relation": "eq"},
                "hits": [{"_source": one, "sort": [0]} for one in found],
            }
        }

    def facts(self) -> dict[str, Any]:
        """By their ids."""
        return {fact["record_id"]: fact for fact in self.material.facts}


def _doc(id_: str, source: Any) -> dict[str, Any]:
    return {"found": source is not None, "_id": id_, "_source": source}


def showing(scene: Scene, received: Sequence[Received] | None = None) -> Views:
    """The console looks at them."""
    views = Views(scene.settings, received or records())
    scene.desk.search = views  # type: ignore[assignment]
    return views
