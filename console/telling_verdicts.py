"""How a post was judged, in words: each verdict, each reason in it, and the versions that it was judged under."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.terminal import safe_line
from console.words import clock

MODEL, TAG = "model", "tag"
SCORES_SHOWN_MAX = 5
SPAN_CHARS_MAX = 200
SEVERITIES = ("a note", "to be looked at", "serious", "urgent")

Part = Mapping[str, Any]
Lines = Iterator[tuple[str, str]]


def judged(verdicts: Sequence[Part], clauses: Mapping[str, Mapping[str, str]], helps: Mapping[str, str]) -> Lines:
    """Every verdict in the order they were recorded, after `helps`: for a label, how its author can be helped."""
    yield from ((f"help ({label})", said) for label, said in helps.items())
    if not verdicts:
        yield "verdicts", "none yet"
    for verdict in verdicts:
        yield f"revision {verdict['revision'] or '?'}", _summary(verdict)
        for finding in verdict["findings"]:
            yield f"  {finding['label']}", _finding(finding, clauses.get(verdict["policy_digest"], {}))
        if verdict["unscored"]:
            yield (
                "  not scored",
                f"{safe_line(verdict['unscored'])}: the model gave no opinion, so a person should look",
            )
        if verdict["read_chars"] is not None:
            yield "  not read whole", _read(verdict)
        if verdict["scores"]:
            yield "  all scores", _scores(verdict["scores"])
        yield from _versions(verdict)


def _summary(verdict: Part) -> str:
    count = len(verdict["findings"])
    found = "nothing found" if not count else f"{count} {'reason' if count == 1 else 'reasons'} to look"
    return (
        f"{found}; judged {clock(verdict['judged_at'])}, recorded {clock(verdict['recorded_at'])} at {verdict['place']}"
    )


def _read(verdict: Part) -> str:
    whole = f" of {verdict['text_chars']:,}" if verdict["text_chars"] else ""
    return f"the model read the first {verdict['read_chars']:,}{whole} characters; the rules read all of them"


def _finding(finding: Part, titles: Mapping[str, str]) -> str:
    clause = f"clause {finding['clause']}" + (f" ({titles[finding['clause']]})" if finding["clause"] in titles else "")
    said = [_how_sure(finding), _span(finding["span"]), safe_line(finding["detail"] or ""), clause]
    return "; ".join(part for part in said if part) + f"; severity {SEVERITIES[finding['severity']]}"


def _how_sure(finding: Part) -> str:
    score, threshold = finding["score"], finding["threshold"]
    if finding["rule"] == MODEL:
        return f"the model gave {score:.2f}, and from {threshold:.2f} on it is a reason to look"
    if finding["rule"] == TAG:
        return f"it is {score:.2f} like the examples of this tag, and from {threshold:.2f} on it is a reason to look"
    sure = "" if score == threshold == 1 else f" at {score:.2f}, from {threshold:.2f} on"
    return f"the rule {finding['rule']} matched{sure}"


def _span(span: Part | None) -> str:
    if span is None:
        return ""
    text = span["text"]
    shown = text[:SPAN_CHARS_MAX] + ("…" if len(text) > SPAN_CHARS_MAX else "")
    return f"at characters {span['start']} to {span['end']}: “{safe_line(shown)}”"


def _scores(scores: Mapping[str, float]) -> str:
    highest = sorted(scores.items(), key=lambda item: -item[1])
    shown = ", ".join(f"{label} {score:.2f}" for label, score in highest[:SCORES_SHOWN_MAX])
    rest = len(highest) - SCORES_SHOWN_MAX
    return f"{shown}; {rest} lower ones are in --json" if rest > 0 else shown


def _versions(verdict: Part) -> Lines:
    yield "  language", safe_line(verdict["language"] or "could not be told")
    yield "  policy", f"version {verdict['policy_version']}, SHA-256 {verdict['policy_digest']}"
    yield "  model", f"SHA-256 {verdict['model_digest']}" if verdict["model_digest"] else "none was loaded"
    if verdict["tags_digest"]:
        yield "  tags", f"SHA-256 {verdict['tags_digest']}"
    yield "  judge", f"version {safe_line(verdict['judge_version'])}"
