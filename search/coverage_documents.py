"""The documents of the index `coverage`: one per statement, and one per source and hour for its heartbeats.

A heartbeat a minute would be 525,600 documents a year and source. Those of one hour are one document, a pure function
of the set of its heartbeats: adding one again, or in another order, gives the same document.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from records.coverage import Coverage

BEAT_ID_CHARS = 16
"""So much of a record_id tells the heartbeats of one hour apart."""

Document = dict[str, Any]
Span = tuple[datetime, datetime]


def is_beat(record: Coverage) -> bool:
    """Whether it enters the document of its hour."""
    return record.kind == "heartbeat"


def hour_id(beat: Coverage) -> str:
    """The `_id` of the hour in which the heartbeat ends, such as `webhook@2026-11-20T14`."""
    return f"{beat.source}@{_span(beat)[1].isoformat()[: len('2026-11-20T14')]}"


def statement_document(record: Coverage) -> Document:
    """The document of one statement, `_id` = record_id; bounds that it does not give are the instant it was made."""
    since, until = _span(record)
    return {
        "record_id": record.record_id,
        "kind": record.kind,
        "source": record.source,
        "surface": record.surface,
        "cursor": record.cursor,
        "from_at": since.isoformat(),
        "until_at": until.isoformat(),
        "happened_at": record.happened_at.isoformat(),
        "read": record.read,
        "kept": record.kept,
        "detail": record.detail,
    }


def hour_document(before: Mapping[str, Any] | None, beats: Sequence[Coverage]) -> Document:
    """The document of an hour with these heartbeats in it; `spans` are the stretches that were seen without a hole."""
    before = before or {}
    counted: dict[str, list[int]] = dict(before.get("counted", {}))
    counted |= {beat.record_id[:BEAT_ID_CHARS]: [beat.read, beat.kept] for beat in beats if beat.read or beat.kept}
    spans = united([*spans_of(before), *(_span(beat) for beat in beats)])
    happened = [beat.happened_at.isoformat() for beat in beats]
    return {
        "record_id": hour_id(beats[0]),
        "kind": "heartbeat",
        "source": beats[0].source,
        "from_at": spans[0][0].isoformat(),
        "until_at": max(until for _, until in spans).isoformat(),
        "happened_at": max([*happened, *_given(before, "happened_at")], key=datetime.fromisoformat),
        "read": sum(read for read, _ in counted.values()),
        "kept": sum(kept for _, kept in counted.values()),
        "longest_seconds": max(before.get("longest_seconds", 0), *(_seconds(beat) for beat in beats)),
        "spans": [[since.isoformat(), until.isoformat()] for since, until in spans],
        "counted": counted,
    }


def spans_of(document: Mapping[str, Any]) -> list[Span]:
    """The stretches that a document speaks of: several for an hour, else its bounds."""
    bounds = [[document["from_at"], document["until_at"]]] if "from_at" in document else []
    said = document.get("spans", bounds)
    return [(datetime.fromisoformat(since), datetime.fromisoformat(until)) for since, until in said]


def united(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few stretches as possible, in order; those that touch become one."""
    found: list[Span] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _span(record: Coverage) -> Span:
    """The bounds of what is said, in order; what ends before it begins speaks of no time at all."""
    until = record.until_at or record.happened_at
    since = min(record.from_at or until, until)
    return _to_the_millisecond(since), _to_the_millisecond(until)


def _to_the_millisecond(instant: datetime) -> datetime:
    # The index compares and aggregates no finer; what touches before still touches after.
    return instant.astimezone(UTC).replace(microsecond=instant.microsecond // 1000 * 1000)


def _seconds(beat: Coverage) -> int:
    since, until = _span(beat)
    return max(0, round((until - since).total_seconds()))


def _given(document: Mapping[str, Any], name: str) -> list[str]:
    return [document[name]] if name in document else []
