"""Records about one post where they stand in their logs, named by what a test is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from moderation.cases import fold_post
from records.base import Record
from records.decisions import Claim, Decide, Defer, Erase, Escalate, LegalHold, Note, Release, Undo
from records.documents import PostDocument
from records.orders import Order, Outcome
from records.posts import Author, Collector, Post, Reaction, Report, revision_of
from records.received import Received
from records.verdicts import Finding, Verdict

POST_ID = "forum:1"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGEST = "0" * 64
COLLECTOR = Collector(source="forum", version="1", config_digest=DIGEST)
_TOPICS: dict[type[Record], str] = {Post: "posts", Verdict: "verdicts", Order: "orders", Outcome: "outcomes"}


def at(minutes: float) -> datetime:
    """So many minutes after everything began."""
    return START + timedelta(minutes=minutes)


def iso(minutes: float) -> str:
    """The same, as a document writes it."""
    return at(minutes).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _observation(kind: str, seen: float, site: float | None, **fields: Any) -> Post:
    return Post.model_validate(
        {
            "kind": kind,
            "post_id": POST_ID,
            "source": "forum",
            "native_id": "1",
            "site_at": None if site is None else at(site),
            "seen_at": at(seen),
            "collector": COLLECTOR,
            **fields,
        }
    )


def seen(text: str, seen: float = 1, site: float | None = None, kind: str = "seen", **fields: Any) -> Post:
    """A sighting of this text, by our clock and by the site's."""
    return _observation(kind, seen, site, text=text, revision_id=revision_of(text), **fields)


def edited(text: str, seen: float = 2, site: float | None = None, **fields: Any) -> Post:
    """A sighting of this text as an edit."""
    return globals()["seen"](text, seen, site, kind="edited", **fields)


def removed(seen: float = 3, site: float | None = None) -> Post:
    """The post is gone from the site."""
    return _observation("removed", seen, site)


def reported(by: str, seen: float = 3) -> Post:
    """A complaint by somebody on the site."""
    return _observation("reported", seen, None, report=Report(reporter=by, reason="rude"))


def reacted(by: str, seen: float = 3) -> Post:
    """A like by somebody on the site."""
    return _observation("reacted", seen, None, reaction=Reaction(what="like", by=by))


def judged(
    text: str, *labels: str, severity: int = 2, policy: int = 1, hours: int | None = None, **fields: Any
) -> Verdict:
    """A verdict on the revision with this text, with one finding a label."""
    findings = tuple(
        Finding(label=label, rule="links", score=0.9, threshold=0.5, severity=severity, clause="1.1", clock_hours=hours)
        for label in labels
    )
    return Verdict(
        post_id=POST_ID,
        revision_id=revision_of(text),
        policy_version=policy,
        policy_digest=f"{policy:064x}",
        model_digest=DIGEST,
        judge_version="1",
        findings=findings,
        judged_at=at(1),
        **fields,
    )


def _act(key: str, by: str, saw: int, **fields: Any) -> dict[str, Any]:
    return {
        "post_id": POST_ID,
        "staff_id": by,
        "idempotency_key": key,
        "made_at": at(5),
        "case_version_seen": saw,
        **fields,
    }


def decide(key: str, action: str, text: str, by: str = "ann", saw: int = 0, grace: int = 0, **fields: Any) -> Decide:
    """An answer on the case, bound to the revision with this text."""
    more = {"action": action, "revision_id": revision_of(text), "grace_seconds": grace, "reason": "1.1", **fields}
    return Decide.model_validate(_act(key, by, saw, policy_version=1, policy_digest=DIGEST, **more))


def undo(key: str, decision: Record, by: str = "ann", saw: int = 1) -> Undo:
    """Takes a decision back."""
    return Undo(**_act(key, by, saw), undoes=decision.record_id)


def escalate(key: str, by: str = "ann", saw: int = 0, **fields: Any) -> Escalate:
    """Passes the case to compliance."""
    return Escalate.model_validate(_act(key, by, saw, **{"to": "compliance", "reason": "unsure", **fields}))


def defer(key: str, until: float, by: str = "ann", saw: int = 0, **fields: Any) -> Defer:
    """Not now."""
    return Defer.model_validate(_act(key, by, saw, until=at(until), **fields))


def claim(key: str, by: str, lease: int = 300) -> Claim:
    """Takes the case for a while."""
    return Claim(**_act(key, by, 0), lease_seconds=lease)


def release(key: str, by: str) -> Release:
    """Gives the case back."""
    return Release(**_act(key, by, 0))


def note(key: str, by: str = "ann") -> Note:
    """A remark."""
    return Note(**_act(key, by, 0), note="called them")


def hold(key: str, hold_id: str, state: str = "placed") -> LegalHold:
    """Places or releases a legal hold."""
    return LegalHold.model_validate(_act(key, "lex", 0, hold_id=hold_id, state=state, reason="court"))


def erase(key: str, state: str, by: str, **fields: Any) -> Erase:
    """Requests or confirms an erasure."""
    return Erase.model_validate(_act(key, by, 0, state=state, basis="art. 17", **fields))


def order(order_id: str, decision: Record, action: str = "hide") -> Order:
    """The order that left for the site."""
    fields = {"post_id": POST_ID, "order_id": order_id, "action": action, "ordered_at": at(9)}
    return Order.model_validate({**fields, "decision_record_id": decision.record_id})


def outcome(order_id: str, result: str, attempt: int = 1, happened: float = 10, visible: bool | None = None) -> Outcome:
    """What the site answered, or what was seen there later."""
    fields = {"post_id": POST_ID, "order_id": order_id, "result": result, "attempt": attempt, "visible": visible}
    return Outcome.model_validate({**fields, "happened_at": at(happened)})


def author(name: str) -> Author:
    """A third party."""
    return Author(author_id=f"id-{name}", name=name)


def topic_of(record: Record) -> str:
    """The topic that carries such a record."""
    return _TOPICS.get(type(record), "decisions")


def logged(records: Iterable[Record], minutes: Sequence[float] | None = None) -> list[Received]:
    """The records as appended in this order, one a minute or at `minutes`, each topic with offsets of its own."""
    offsets: dict[str, int] = defaultdict(int)
    received = []
    for place, record in enumerate(records):
        topic = topic_of(record)
        when = minutes[place] if minutes else place
        received.append(Received(topic, f"id-of-{topic}", 0, offsets[topic], at(when), record))
        offsets[topic] += 1
    return received


def folded(*records: Record, minutes: Sequence[float] | None = None) -> PostDocument:
    """The document after these records."""
    return fold_post(None, logged(records, minutes))


def results(document: PostDocument) -> list[tuple[bool, str | None]]:
    """What became of each decision."""
    return [(entry["accepted"], entry["refusal"]) for entry in document["parts"]["decided"]["decisions"]]
