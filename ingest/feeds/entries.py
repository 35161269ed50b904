"""The one door to feedparser: an entry of RSS or Atom in our own shape, as ingest/mapping.py describes it."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import feedparser

from ingest.feeds.mending import mended
from ingest.feeds.slices import Slices
from ingest.markup import plain_text
from records.errors import Malformed
from records.posts import MEDIA_MAX

ENTRY_BYTES_MAX = 1_000_000
_UTF_8 = {"content-type": "application/xml; charset=utf-8"}
# What a parser of other people's XML may stumble over; it must cost this entry, and not the source.
_STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)

Fields = dict[str, Any]


def read(found: Slices, entry: bytes) -> Fields:
    """What one entry of a feed says; raises Malformed."""
    if len(entry) > ENTRY_BYTES_MAX:
        raise Malformed(f"is longer than {ENTRY_BYTES_MAX} bytes")
    document = _well_formed(found.alone(entry))
    try:
        parsed = feedparser.parse(
            io.BytesIO(document), response_headers=_UTF_8, sanitize_html=False, resolve_relative_uris=False
        )
        entries = [dict(one) for one in parsed.entries]
    except _STUMBLES as error:
        raise Malformed(f"cannot be read ({type(error).__name__})") from None
    if len(entries) != 1:
        raise Malformed("is not one entry")
    return _fields(entries[0])


def _well_formed(text: str) -> bytes:
    """In UTF-8, mended if need be: feedparser would guess at the rest, in a time that the content decides."""
    document = text.encode("utf-8", "replace")
    problem = _problem(document)
    if problem is not None:
        document = mended(text).encode("utf-8", "replace")
        problem = _problem(document)
    if problem is not None:
        raise Malformed(f"is not well-formed: {problem}")
    return document


def _problem(document: bytes) -> str | None:
    try:
        expat.ParserCreate("utf-8", namespace_separator=" ").Parse(document, True)  # noqa: FBT003  that this is all
    except expat.ExpatError as error:
        return expat.ErrorString(error.code)
    return None


def _fields(entry: Mapping[str, Any]) -> Fields:
    posted_at, changed_at = _instant(entry.get("published_parsed")), _instant(entry.get("updated_parsed"))
    author = entry.get("author_detail") or {}
    return {
        "id": entry.get("id") or entry.get("link"),
        "url": entry.get("link"),
        "page_title": _title(entry),
        "author": {"name": author.get("name") or author.get("email"), "url": author.get("href")},
        "text": _text(entry),
        "parent_id": (entry.get("thr_in-reply-to") or {}).get("ref"),
        "media": _media(entry),
        "posted_at": posted_at or changed_at,
        "edited_at": changed_at if changed_at != posted_at else None,
    }


def _title(entry: Mapping[str, Any]) -> str | None:
    title = entry.get("title_detail") or {}
    return _plain(title.get("type"), title.get("value") or "") or None


def _text(entry: Mapping[str, Any]) -> str | None:
    contents = [*(entry.get("content") or ()), entry.get("summary_detail") or {}]
    found = [_plain(one.get("type"), one["value"]) for one in contents if one.get("value") is not None]
    return next(filter(None, found), found[0] if found else None)


def _plain(media_type: str | None, value: str) -> str:
    return value.strip() if media_type == "text/plain" else plain_text(value)


def _media(entry: Mapping[str, Any]) -> list[Fields]:
    found = [one for one in entry.get("links") or () if one.get("rel") == "enclosure" and one.get("href")]
    return [{"url": one["href"], "media_type": one.get("type")} for one in found[:MEDIA_MAX]]


def _instant(parsed: Any) -> str | None:  # noqa: ANN401  nine numbers in UTC, or nothing
    try:
        return datetime(*parsed[:6]).replace(tzinfo=UTC).isoformat() if parsed else None  # noqa: DTZ001  it follows
    except (ValueError, TypeError, OverflowError):
        return None
