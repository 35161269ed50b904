"""The dossier of one post as values: everything that `why` answers, from its facts in the order they were recorded."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from console.words import iso
from records.digests import sha256_hex

Fact = Mapping[str, Any]
Document = Mapping[str, Any]
Part = dict[str, Any]

_ACT_FIELDS = frozenset(
    {"v", "record_id", "post_id", "staff_id", "idempotency_key", "made_at", "scope", "case_version_seen", "kind"}
)
_VERSIONS = ("policy_version", "policy_digest", "model_digest", "tags_digest", "judge_version")
_NOW = (
    "state", "visible", "removed_at", "labels", "severity", "unscored", "version", "action", "decided_by", "decided_at",
    "claimed_by", "claimed_until", "escalated_to", "deferred_until", "due_at", "order_id", "order_result", "holds",
)  # fmt: skip


def dossier(post_id: str, document: Document | None, facts: Sequence[Fact]) -> Part:
    """What, who, where, when, how it got in, how it was judged, what was decided and done, and how it stands now."""
    document = document or {}
    observed = [fact for fact in facts if fact["topic"] == "posts"]
    revisions = _revisions(observed, document)
    numbers = {revision["revision_id"]: revision["number"] for revision in revisions}
    texts = {revision["revision_id"]: revision["text"] or "" for revision in revisions}
    return {
        "post_id": post_id,
        "captured": True,
        "what": {"erased": bool(document.get("erased")), "revisions": revisions},
        "who": _who(observed, erased=bool(document.get("erased"))),
        "where": _where(observed),
        "when": [_when(fact, numbers) for fact in observed],
        "how_it_got_in": [_arrival(fact) for fact in observed],
        "how_it_was_judged": [_judgement(fact, numbers, texts) for fact in facts if fact["topic"] == "verdicts"],
        "what_people_decided": [_act(fact, document, numbers) for fact in facts if fact["topic"] == "decisions"],
        "what_the_site_was_asked": [_request(fact) for fact in facts if fact["topic"] in ("orders", "outcomes")],
        "reports": [_reported(fact, "report") for fact in observed if fact["kind"] == "reported"],
        "reactions": [_reported(fact, "reaction") for fact in observed if fact["kind"] == "reacted"],
        "now": {name: document.get(name) for name in _NOW},
    }


def _revisions(observed: Sequence[Fact], document: Document) -> list[Part]:
    """Each text once, by the site's clock, else ours."""
    sightings = sorted((fact for fact in observed if fact["kind"] in ("seen", "edited")), key=_happened)
    first: dict[str, Fact] = {}
    for fact in sightings:
        first.setdefault(fact["record"]["revision_id"], fact)
    return [_revision(number, fact, document) for number, fact in enumerate(first.values(), 1)]


def _revision(number: int, fact: Fact, document: Document) -> Part:
    record = fact["record"]
    return {
        "number": number,
        "revision_id": record["revision_id"],
        "current": record["revision_id"] == document.get("revision_id"),
        "text": None if document.get("erased") else record["text"],
        "text_cut": record.get("text_cut", False),
        "media": record.get("media", []),
        "place": fact["place"],
    }


def _happened(fact: Fact) -> str:
    return iso(fact["record"].get("site_at") or fact["record"]["seen_at"]) or ""


def _who(observed: Sequence[Fact], *, erased: bool) -> Part:
    """The author as the site last named them, and every other name it gave for this post."""
    named = [fact["record"]["author"] for fact in observed if fact["record"].get("author") and not erased]
    latest = named[-1] if named else {}
    names = dict.fromkeys(author["name"] for author in named if author.get("name"))
    return {
        "author_id": latest.get("author_id"),
        "name": latest.get("name"),
        "url": latest.get("url"),
        "other_names": [name for name in names if name != latest.get("name")],
    }


def _where(observed: Sequence[Fact]) -> Part:
    names = ("source", "native_id", "surface", "url", "page_title", "parent_post_id", "thread_id", "language")
    return {name: _last_given(observed, name) for name in names}


def _last_given(observed: Sequence[Fact], name: str) -> Any:  # noqa: ANN401  JSON
    said = [fact["record"].get(name) for fact in observed]
    return next((value for value in reversed(said) if value not in (None, "unknown")), None)


def _when(fact: Fact, numbers: Mapping[str, int]) -> Part:
    record = fact["record"]
    return {
        "kind": fact["kind"],
        "revision": numbers.get(record.get("revision_id", "")),
        "site_at": iso(record.get("site_at")),
        "seen_at": iso(record["seen_at"]),
        "recorded_at": iso(fact["recorded_at"]),
        "backfill": record.get("backfill", False),
        "place": fact["place"],
    }


def _arrival(fact: Fact) -> Part:
    record = fact["record"]
    return {
        "kind": fact["kind"],
        "place": fact["place"],
        "topic_id": fact["topic_id"],
        "record_id": fact["record_id"],
        "collector": record["collector"],
        "capture": _capture(record.get("capture")),
    }


def _capture(capture: Mapping[str, Any] | None) -> Part | None:
    if capture is None:
        return None
    told = {name: value for name, value in capture.items() if name != "content"}
    return {"media_type": None, "http": None, **told, "kept_bytes_match": _match(capture)}


def _match(capture: Mapping[str, Any]) -> bool | None:
    """Whether the bytes that we kept still have their digest; None where they were cut, or are gone."""
    if capture.get("cut") or "content" not in capture:
        return None
    try:
        content = base64.b64decode(capture["content"].translate({ord("-"): "+", ord("_"): "/"}))
    except binascii.Error:
        return False
    return bool(sha256_hex(content) == capture["sha256"])


def _judgement(fact: Fact, numbers: Mapping[str, int], texts: Mapping[str, str]) -> Part:
    record = fact["record"]
    text = texts.get(record["revision_id"], "")
    return {
        "place": fact["place"],
        "judged_at": iso(record["judged_at"]),
        "recorded_at": iso(fact["recorded_at"]),
        "revision": numbers.get(record["revision_id"]),
        "revision_id": record["revision_id"],
        **{name: record.get(name) for name in _VERSIONS},
        "language": record.get("language"),
        "read_chars": record.get("read_chars"),
        "text_chars": len(text),
        "unscored": record.get("unscored"),
        "findings": [_finding(finding, text) for finding in record.get("findings", [])],
        "scores": record.get("scores", {}),
    }


def _finding(finding: Mapping[str, Any], text: str) -> Part:
    span = finding.get("span")
    shown = None if span is None else {**span, "text": text[span["start"] : span["end"]]}
    return {"detail": None, **finding, "span": shown}


def _act(fact: Fact, document: Document, numbers: Mapping[str, int]) -> Part:
    record = fact["record"]
    decided = document.get("parts", {}).get("decided", {}).get("decisions", [])
    entry: Part = next((entry for entry in decided if entry["record_id"] == fact["record_id"]), {})
    return {
        "kind": record["kind"],
        "staff_id": record["staff_id"],
        "made_at": iso(record["made_at"]),
        "recorded_at": iso(fact["recorded_at"]),
        "place": fact["place"],
        "scope": record.get("scope", "post"),
        "case_version_seen": record.get("case_version_seen", 0),
        "accepted": entry.get("accepted"),
        "refusal": entry.get("refusal"),
        "revision": numbers.get(record.get("revision_id", "")),
        "said": {name: value for name, value in record.items() if name not in _ACT_FIELDS},
    }


def _request(fact: Fact) -> Part:
    record = fact["record"]
    names = ("order_id", "action", "reply_text", "result", "attempt", "visible", "status", "detail")
    return {
        "kind": "asked" if fact["topic"] == "orders" else "answered",
        "at": iso(record.get("ordered_at") or record.get("happened_at")),
        "recorded_at": iso(fact["recorded_at"]),
        "place": fact["place"],
        **{name: record[name] for name in names if name in record},
    }


def _reported(fact: Fact, name: str) -> Part:
    record = fact["record"]
    return {
        **record[name],
        "site_at": iso(record.get("site_at")),
        "seen_at": iso(record["seen_at"]),
        "recorded_at": iso(fact["recorded_at"]),
        "place": fact["place"],
    }
