"""Cases for tests of the console's pages: documents and facts by the real fold, of random histories or by hand."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from console.web.case import Alike, Case, Material, case_of
from moderation.cases import fold_post
from moderation.gate import Reviewer
from moderation.policy import load_policy
from records.base import Record
from records.documents import PostDocument
from records.received import Received
from search.handled import AuthorHistory, Fact
from tests.moderation.case_records import at, logged

POLICY = load_policy()
LATER = at(1_000)
"""When nobody's lease runs any more."""
HANDLING = ("decisions", "orders", "outcomes")
NOBODY_ELSE = AuthorHistory(0, {}, ())


def facts(received: Iterable[Received]) -> list[Fact]:
    """As the history has them, in the order in which they were recorded."""
    return [_fact(one) for one in sorted(received, key=lambda one: one.recorded_at)]


def _fact(one: Received) -> Fact:
    record = one.record
    return {
        "topic": one.topic,
        "kind": getattr(record, "kind", one.topic.removesuffix("s")),
        "record_id": record.record_id,
        "recorded_at": one.recorded_at.isoformat(),
        "record": record.model_dump(mode="json"),
    }


def material(received: Sequence[Received], *, can: Iterable[str] = (), **said: Any) -> Material:
    """What is gathered about a post of which these are all records."""
    document, known = fold_post(None, received), facts(received)
    around: dict[str, Any] = {"near": (), "author": NOBODY_ELSE, "alike": ()} | said
    seen = [fact for fact in known if fact["topic"] == "posts"]
    done = [fact for fact in known if fact["topic"] in HANDLING]
    return Material(document=document, observations=seen, handling=done, abilities=frozenset(can), **around)


def beside(document: PostDocument) -> dict[str, Any]:
    """The same post once more wherever another one is shown."""
    return {
        "near": [("parent", document), ("before", document), ("after", document)],
        "author": AuthorHistory(2, {"hide": 1, "leave": 1}, (document,)),
        "alike": [Alike(document, 1.0), Alike(document, 0.93)],
    }


def case(*records: Record, who: str = "ann", role: str = "reviewer", now: datetime = LATER, **said: Any) -> Case:
    """The page of the post after these records, one a minute."""
    return case_of(material(logged(records), **said), POLICY, Reviewer(who, role, has_read_policy=True), now)
