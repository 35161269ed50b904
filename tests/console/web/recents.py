"""Posts that came last, for tests of what would be found among them: an index with embeddings, and a model."""

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.scorer.protocol import Scorer
from records.settings import Settings
from tests.console.web.desks import Scene
from tests.console.web.queues import Index, keeping
from tests.moderation.words_scorer import WordsScorer


class Recent(Index):
    """An index that has these texts, the newest first, a few at a time."""

    def __init__(self, settings: Settings, texts: Sequence[str]) -> None:
        super().__init__(settings)
        self.documents = [document(number, text) for number, text in enumerate(texts)]

    async def ask(self, _method: str, _path: str, body: Mapping[str, Any], **_: Any) -> Any:
        """All of them in pages of two; or those with these ids."""
        self.asked.append(body)
        if self.problem:
            raise self.problem
        found = self.documents
        if "ids" in body:
            return {"docs": [self._read(post_id) for post_id in body["ids"]]}
        if "ids" in body["query"]:
            found = [one for one in reversed(found) if one["post_id"] in body["query"]["ids"]["values"]]
        elif "bool" not in body["query"]:
            found = []
        else:
            begun = body.get("search_after", [-1])[0] + 1
            found = found[begun : begun + 2]
        return {"hits": {"hits": [{"_source": one, "sort": [self.documents.index(one)]} for one in found]}}

    def _read(self, post_id: str) -> dict[str, Any]:
        found = [one for one in self.documents if one["post_id"] == post_id]
        about = {"_id": post_id, "_index": "posts", "_seq_no": 1, "_primary_term": 1, "found": bool(found)}
        return about | ({"_source": found[0]} if found else {})


def document(number: int, text: str, scorer: Scorer | None = None) -> dict[str, Any]:
    """As the fold has written it."""
    model = scorer or WordsScorer()
    said = {"post_id": f"blog:{number}", "text": text, "author_name": "Zoë", "surface": "forum", "labels": []}
    embedding = model.score([text])[0].embedding
    known = {"first_seen_at": "2026-11-03T09:14:30+00:00", "posted_at": None, "model_digest": model.model_digest}
    return said | known | {"embedding": list(memoryview(embedding).cast("b")) if embedding else None}


def with_posts(scene: Scene, *texts: str) -> Recent:
    """A console that hears what it publishes, and finds these posts."""
    keeping(scene)
    index = Recent(scene.settings, texts)
    scene.desk.search, scene.desk.scorer = index, WordsScorer()  # type: ignore[assignment]
    scene.desk.settings = scene.desk.settings.model_copy(update={"tags_dir": "none"})
    return index
