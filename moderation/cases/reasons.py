"""Why a person should look at a post, since when, and until when: from its four parts, and without a clock.

Before anybody decided, each of these opens a case: it was `reported`, something of severity 1 or more was `found`, it
could not be `unscored`. After a decision or a deferral only news counts, told by content and append time:

- `edited`: the current revision is another one than the decision was about (for a deferral: first recorded after it);
- `reported`: a report was recorded after it, and after the reports were answered;
- `found`: a label that the current verdict gives was first found in this revision, or became more severe, after it;
- `failed`: an order of the decision, or of undoing it, has failed;
- `visible`: the site had hidden or removed the post, and it was seen there later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moderation.cases import carried_out as carrying
from moderation.cases.decided import base as base_of
from moderation.cases.instants import iso
from moderation.cases.judged import ALARMING
from moderation.cases.shown import shown_again_at

REOPENING = ("edited", "reported", "found", "failed", "visible")
"""What reopens a case, in the order in which it is told."""

Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """The parts of a post, and the verdict of its current revision, if there is one."""

    observed: Part
    verdict: Part | None
    decided: Part
    carried_out: Part

    @property
    def base(self) -> Part | None:
        """The act that a reason must be news to."""
        return base_of(self.decided)


def reasons(case: Case) -> dict[str, str]:
    """Each reason that counts now, and since when: an append time."""
    since = case.base["recorded_at"] if case.base else ""
    found = {
        "edited": _edited_at(case, since),
        "reported": _reported_at(case, since),
        "found": min(_alarming(case, since).values(), default=None),
        "unscored": None if since else _unscored_at(case),
        "failed": min(_failures(case, since), default=None),
        "visible": _shown_again_at(case, since),
    }
    return {name: at for name, at in found.items() if at is not None}


def due_at(case: Case, why: dict[str, str]) -> str | None:
    """The earliest instant by which a person should look: what was found has a clock, history has none."""
    if case.observed["backfill"] or case.verdict is None:
        return None
    # Nobody has seen what was found in a text that is not the one that was decided on.
    since = case.base["recorded_at"] if case.base and "edited" not in why else ""
    found = _alarming(case, since)
    clocks = [(found[one["label"]], hours) for one in case.verdict["findings"] if (hours := _clock(one, found))]
    return min((iso(datetime.fromisoformat(at) + timedelta(hours=hours)) for at, hours in clocks), default=None)


def _edited_at(case: Case, since: str) -> str | None:
    base, current = case.base, case.observed["revision_id"]
    if base is None or current is None:
        return None
    known = (one["recorded_at"] for one in case.observed["revisions"] if one["revision_id"] == current)
    recorded_at = str(next(known, ""))
    if base["kind"] == "decide":  # a text that was known before and not decided on waits since the decision
        return None if current == base["revision_id"] else max(recorded_at, since)
    return recorded_at if recorded_at > since else None


def _reported_at(case: Case, since: str) -> str | None:
    observed, answered = case.observed, case.decided["answered"]
    floor = max(since, answered["recorded_at"] if answered else "")
    times = [*observed["report_times"], *([observed["reported_at"]] if observed["reported_at"] else [])]
    return min((at for at in times if at > floor), default=None)


def _alarming(case: Case, since: str) -> dict[str, str]:
    """The labels that ask for a person, and since when; only what is later than an instant counts."""
    if case.verdict is None:
        return {}
    known = case.verdict["labels_since"]
    labels = {finding["label"] for finding in case.verdict["findings"] if finding["severity"] >= ALARMING}
    times = {label: known[label][1:] if label in known else [case.verdict["recorded_at"]] for label in labels}
    counting = {label: [at for at in of_label if at > since] for label, of_label in times.items()}
    return {label: min(of_label) for label, of_label in counting.items() if of_label}


def _failures(case: Case, since: str) -> Iterator[str]:
    for want in case.decided["wants"]:
        answer = carrying.answer_to(case.carried_out, want["place"])
        if answer and answer["result"] == "failed" and answer["recorded_at"] > since:
            yield answer["recorded_at"]


def _unscored_at(case: Case) -> str | None:
    return case.verdict["recorded_at"] if case.verdict and case.verdict["unscored"] else None


def _shown_again_at(case: Case, since: str) -> str | None:
    at = shown_again_at(case.observed, case.decided, case.carried_out)
    return at if at is not None and at > since else None


def _clock(finding: Part, found: dict[str, str]) -> int | None:
    return finding.get("clock_hours") if finding["label"] in found else None
