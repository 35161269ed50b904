"""How long a case had waited for a person when it was decided, from records alone.

It began to wait when the first thing was recorded that the decision is an answer to: a report, something found in the
text that was decided on, that it could not be judged, an edit after the decision before, that it was passed on, or the
end of a deferral. What an earlier decision has answered does not count. A case that came back because an order failed,
or because the post was seen again, is not measured by that: what the site last said stands in the place of it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from moderation.cases.judged import of_revision

Part = dict[str, Any]


def stood(base: Part | None, answered: Part | None, passed_on: list[Part]) -> Part:
    """What a decision comes after, to be kept with it: what it must be news to, and since when it was passed on."""
    base = base or {}
    return {
        "recorded_at": base.get("recorded_at"),
        "revision_id": base.get("revision_id"),
        "until": base.get("until"),
        "answered_at": answered["recorded_at"] if answered else None,
        "passed_on_at": min((act["recorded_at"] for act in passed_on), default=None),
    }


def decided_after_seconds(observed: Part, judged: Part, decided: Part) -> int | None:
    """Whole seconds; None where nothing waited, no decision stands, or an older release folded it."""
    decision = decided["decision"]
    if decision is None or "before" not in decision:
        return None
    since, decided_at = decision["before"]["recorded_at"] or "", decision["recorded_at"]
    times = [*_told(observed, decision["before"]), *_found(judged, decision), *_edited(observed, decision)]
    began = min((at for at in times if at is not None and since <= at <= decided_at), default=None)
    return None if began is None else int((_instant(decided_at) - _instant(began)).total_seconds())


def _told(observed: Part, before: Part) -> Iterator[str | None]:
    floor = max(before["recorded_at"] or "", before["answered_at"] or "")
    yield from (at for at in observed["report_times"] if at > floor)
    yield before["passed_on_at"]
    yield before["until"]


def _found(judged: Part, decision: Part) -> Iterator[str]:
    verdict, since = of_revision(judged, decision["revision_id"]), decision["before"]["recorded_at"]
    if verdict is None:
        return
    times = [at for _, *of_label in verdict["labels_since"].values() for at in of_label]
    yield from (at for at in times if since is None or at > since)
    if verdict["unscored"] and since is None:
        yield verdict["recorded_at"]


def _edited(observed: Part, decision: Part) -> Iterator[str]:
    """A text that was known before and not decided on has waited since the decision before."""
    before = decision["before"]
    if before["recorded_at"] is None or decision["revision_id"] in (None, before["revision_id"]):
        return
    known = (one["recorded_at"] for one in observed["revisions"] if one["revision_id"] == decision["revision_id"])
    recorded_at = next(known, None)
    if before["revision_id"] is not None:
        yield max(recorded_at or "", before["recorded_at"])
    elif recorded_at is not None and recorded_at > before["recorded_at"]:
        yield recorded_at


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said)
