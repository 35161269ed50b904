"""How a post was judged: the topic `verdicts` folded in offset order, the latest verdict of each revision.

Of many revisions those of the first and of the latest are kept, as their texts are (`earlier.py`).

For each revision it also keeps since when (append time) each label has been found at which severity, so that a finding
made after a decision can be told from one that the decision knew, whatever order the topics are read in.
`labels_since` has of each label the gravest severity, since when that is, and since when lesser ones were before it.
"""

from typing import Any

from moderation.cases.entries import first_and_latest
from moderation.cases.instants import iso, latest
from records.received import Received
from records.verdicts import FINDINGS_MAX, Finding, Verdict

VERDICTS_KEPT = 16
VERDICT_IDS_KEPT = 200
LABELS_SINCE_KEPT = FINDINGS_MAX

Part = dict[str, Any]

ALARMING = 1
"""The severity from which a finding asks for a person."""


def nothing() -> Part:
    """The part before the first verdict."""
    return {"verdicts": [], "verdict_ids": [], "recorded_at": None}


def fold(judged: Part, received: Received) -> Part:
    """The part with one more verdict."""
    verdict: Verdict = received.record
    if verdict.record_id in judged["verdict_ids"]:
        return judged
    recorded_at = iso(received.recorded_at)
    before = of_revision(judged, verdict.revision_id)
    others = [known for known in judged["verdicts"] if known is not before]
    return {
        "verdicts": first_and_latest([*others, _entry(verdict, before, recorded_at)], VERDICTS_KEPT),
        "verdict_ids": [*judged["verdict_ids"], verdict.record_id][-VERDICT_IDS_KEPT:],
        "recorded_at": latest(judged["recorded_at"], recorded_at),
    }


def of_revision(judged: Part, revision_id: str | None) -> Part | None:
    """The latest verdict of a revision, if it was judged."""
    return next((verdict for verdict in judged["verdicts"] if verdict["revision_id"] == revision_id), None)


def labels_before(judged: Part, revision_id: str | None) -> list[str]:
    """What was found in the other revisions."""
    others = [verdict for verdict in judged["verdicts"] if verdict["revision_id"] != revision_id]
    return sorted({finding["label"] for verdict in others for finding in verdict["findings"]})


def without_content(judged: Part) -> Part:
    """The part as an erasure leaves it: an embedding tells too much of a text, and a detail may quote it."""
    return judged | {"verdicts": [_without_content(verdict) for verdict in judged["verdicts"]]}


def _without_content(verdict: Part) -> Part:
    findings = [finding | {"span": None, "detail": None} for finding in verdict["findings"]]
    return verdict | {"embedding": None, "findings": findings}


def _entry(verdict: Verdict, before: Part | None, recorded_at: str) -> Part:
    return {
        "record_id": verdict.record_id,
        "revision_id": verdict.revision_id,
        "policy_version": verdict.policy_version,
        "policy_digest": verdict.policy_digest,
        "model_digest": verdict.model_digest,
        "judge_version": verdict.judge_version,
        "findings": [_finding(finding) for finding in verdict.findings],
        "labels_since": _labels_since(verdict, before, recorded_at),
        "unscored": verdict.unscored,
        "language": verdict.language,
        "embedding": None if verdict.embedding is None else verdict.embedding.hex(),
        "recorded_at": recorded_at,
    }


def _finding(finding: Finding) -> Part:
    span = finding.span
    return {
        "label": finding.label,
        "rule": finding.rule,
        "score": finding.score,
        "threshold": finding.threshold,
        "severity": finding.severity,
        "clause": finding.clause,
        "span": None if span is None else [span.start, span.end],
        "detail": finding.detail,
        "clock_hours": finding.clock_hours,
    }


def _labels_since(verdict: Verdict, before: Part | None, recorded_at: str) -> dict[str, list[Any]]:
    since: dict[str, list[Any]] = {} if before is None else dict(before["labels_since"])
    for finding in verdict.findings:
        known = since.get(finding.label)
        if finding.severity >= ALARMING and (known is None or known[0] < finding.severity):
            since.pop(finding.label, None)
            since[finding.label] = [finding.severity, recorded_at, *(known or [])[1:]]
    return dict(list(since.items())[-LABELS_SINCE_KEPT:]) if len(since) > LABELS_SINCE_KEPT else since
