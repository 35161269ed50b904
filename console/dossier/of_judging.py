"""How a post was judged by the machine, and what people decided, from the facts about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from console.dossier.handling import Decided, Finding, HowItWasJudged, Judgement, Span
from console.dossier.material import Fact, Known, Material, given
from console.dossier.of_content import revisions_of
from console.dossier.part import ERASED, LEARNT_LATER
from console.words import clock, parsed

_OF_ITS_OWN = frozenset(
    {
        "v", "record_id", "post_id", "staff_id", "idempotency_key", "made_at", "scope", "case_version_seen", "kind",
        "action", "reason", "revision_id", "policy_version", "policy_digest", "erased",
    }
)  # fmt: skip
"""What an act says in fields of their own; everything else is "said with it"."""
_INSTANTS = ("until", "kept_until")
SAID_AS = {"via": "through the integration"}
_FREE_TEXT = ("note", "reply_text")
"""Where a member of staff may have repeated what the author wrote."""


def how_it_was_judged(material: Material, known: Known, numbers: dict[str, int]) -> HowItWasJudged:
    """Verdicts and decisions in the order in which they were recorded."""
    texts = {fact["record"]["revision_id"]: fact["record"].get("text") or "" for fact in revisions_of(material)}
    texts = {} if material.erased else texts
    verdicts = tuple(_judgement(fact, numbers, texts, known) for fact in material.about("verdicts"))
    return HowItWasJudged(
        help={} if material.past else _help(verdicts, known),
        verdicts=verdicts,
        decisions=tuple(_decided(fact, material, numbers) for fact in material.about("decisions")),
        absent={"help": LEARNT_LATER} if material.past else {},
    )


def _judgement(fact: Fact, numbers: dict[str, int], texts: Mapping[str, str], known: Known) -> Judgement:
    record = fact["record"]
    text = texts.get(record["revision_id"])
    policy = known.policy if known.policy and known.policy.digest == record["policy_digest"] else None
    titles = {clause.id: clause.title for clause in policy.clauses} if policy else {}
    return Judgement(
        revision=numbers.get(record["revision_id"]),
        revision_id=record["revision_id"],
        findings=tuple(
            _finding(finding, text, titles, erased=bool(record.get("erased"))) for finding in record.get("findings", ())
        ),
        unscored=given(record.get("unscored")),
        read_chars=record.get("read_chars"),
        scores=dict(sorted(record.get("scores", {}).items(), key=lambda item: -item[1])),
        language=given(record.get("language")),
        policy_version=record["policy_version"],
        policy_sha256=record["policy_digest"],
        model_sha256=record.get("model_digest"),
        tags_sha256=record.get("tags_digest"),
        judge_version=record["judge_version"],
        judged_at=parsed(record["judged_at"]),
        recorded_at=parsed(fact["recorded_at"]),
        place=fact["place"],
        absent={"scores": ERASED} if record.get("erased") else {},
    )


def _finding(finding: Mapping[str, Any], text: str | None, titles: Mapping[str, str], *, erased: bool) -> Finding:
    return Finding(
        label=finding["label"],
        rule=finding["rule"],
        score=finding["score"],
        threshold=finding["threshold"],
        span=_span(finding.get("span"), text),
        detail=given(finding.get("detail")),
        severity=finding["severity"],
        clause=finding["clause"] or "0",
        clause_title=titles.get(finding["clause"]),
        absent={"span": ERASED, "detail": ERASED} if erased else {},
    )


def _span(span: Mapping[str, int] | None, text: str | None) -> Span | None:
    if span is None:
        return None
    return Span(start=span["start"], end=span["end"], text=(text or "")[span["start"] : span["end"]] or None)


def _help(verdicts: tuple[Judgement, ...], known: Known) -> dict[str, str]:
    """What the policy in force says about helping the author, for each label that was found."""
    found = {finding.label: finding.rule for verdict in verdicts for finding in verdict.findings}
    labels = known.policy.labels if known.policy else {}
    of_labels = {name: labels[name].help for name in sorted(found) if name in labels}
    of_tags = {name: said for name, said in known.tag_helps.items() if found.get(name) == "tag"}
    return {name: said for name, said in of_labels.items() if said} | of_tags


def _decided(fact: Fact, material: Material, numbers: dict[str, int]) -> Decided:
    record = fact["record"]
    entry = _became(fact, material)
    return Decided(
        kind=record["kind"],
        staff_id=record["staff_id"],
        made_at=parsed(record["made_at"]),
        recorded_at=parsed(fact["recorded_at"]),
        action=record.get("action"),
        reason=given(record.get("reason") or record.get("basis")),
        said=dict(_said(record, erased=material.erased)),
        revision=numbers.get(record.get("revision_id") or ""),
        policy_version=record.get("policy_version"),
        policy_sha256=record.get("policy_digest"),
        accepted=entry.get("accepted"),
        refusal=given(entry.get("refusal")),
        scope=record.get("scope", "post"),
        case_version_seen=record.get("case_version_seen", 0),
        place=fact["place"],
        absent={"revision": "that text is not in the index"} if record.get("revision_id") else {},
    )


def _became(fact: Fact, material: Material) -> Mapping[str, Any]:
    """What the fold made of it: accepted, or refused with a reason."""
    decided = material.told.get("parts", {}).get("decided", {}).get("decisions", ())
    return next((entry for entry in decided if entry["record_id"] == fact["record_id"]), {})


def _said(record: Mapping[str, Any], *, erased: bool) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if name not in _OF_ITS_OWN and value not in (None, ""):
            said = clock(value) if name in _INSTANTS else str(value)
            yield SAID_AS.get(name, name), ERASED if erased and name in _FREE_TEXT else said
