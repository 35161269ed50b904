"""From a site's JSON object to the record of a post; what cannot be one is Malformed, with the field that is wrong."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from typing import Any

from pydantic import ValidationError

from ingest.mapping import KINDS, TIMES, FieldMap
from ingest.values import Field, as_address, as_id, as_line, as_text, as_time
from records.codec import explain
from records.digests import post_id_of
from records.errors import Malformed
from records.posts import (
    MEDIA_MAX,
    TEXT_CHARS_MAX,
    Author,
    Capture,
    Collector,
    Media,
    Post,
    Reaction,
    Report,
    revision_of,
)

_NOWHERE = Field()


@dataclass(frozen=True)
class Reading:
    """How one source's objects become posts: under which name, through which mapping, and whether they are history."""

    source: str
    mapping: FieldMap
    backfill: bool = False

    @cached_property
    def collector(self) -> Collector:
        """Who brings these posts."""
        return Collector(source=self.source, version=version("lifeguard"), config_digest=self.mapping.digest)

    def post(self, value: Any, capture: Capture, seen_at: datetime) -> Post:  # noqa: ANN401  whatever the outside sent
        """The post that `value` describes; raises Malformed."""
        if not isinstance(value, dict):
            raise Malformed("is not a JSON object")
        try:
            return _post(self, _Object(value, self.mapping), capture, seen_at)
        except ValidationError as error:
            raise Malformed(explain(error)) from None


class _Object:
    """One JSON object, seen through a mapping."""

    def __init__(self, value: Any, mapping: FieldMap) -> None:  # noqa: ANN401  as above
        self.value = value
        self.mapping = mapping

    def get(self, name: str) -> Any:  # noqa: ANN401  as above
        return self.mapping.fields.get(name, _NOWHERE).find(self.value)

    def id(self, name: str) -> str | None:
        return as_id(self.get(name), name)

    def line(self, name: str) -> str | None:
        return as_line(self.get(name), name)

    def address(self, name: str) -> str | None:
        return as_address(self.get(name), name)

    def time(self, name: str) -> datetime | None:
        return as_time(self.get(name), name, self.mapping.fields.get(name, _NOWHERE))


def _post(reading: Reading, found: _Object, capture: Capture, seen_at: datetime) -> Post:
    native_id = found.id("id")
    if native_id is None:
        raise Malformed("id: is missing")
    kind = _kind(found)
    media = _media(found.get("media")) if kind in ("seen", "edited") else ()
    text = _text(found, kind, media)
    kept = None if text is None else text[:TEXT_CHARS_MAX]
    return Post(
        kind=kind,
        post_id=post_id_of(reading.source, native_id),
        source=reading.source,
        native_id=native_id,
        surface=found.line("surface") or "unknown",
        url=found.address("url"),
        page_title=found.line("page_title"),
        author=_author(found),
        text=kept,
        text_cut=text != kept,
        media=media,
        revision_id=None if kept is None else revision_of(kept, media),
        parent_post_id=_related(reading.source, found.id("parent_id")),
        thread_id=_related(reading.source, found.id("thread_id")),
        language=found.line("language"),
        site_at=found.time(TIMES[kind]),
        seen_at=seen_at,
        backfill=reading.backfill,
        report=_report(found) if kind == "reported" else None,
        reaction=_reaction(found) if kind == "reacted" else None,
        capture=capture,
        collector=reading.collector,
    )


def _kind(found: _Object) -> Any:  # noqa: ANN401  a literal that the record checks
    said = found.get("kind")
    word = "seen" if said is None else said
    kind = found.mapping.kinds.get(word, word) if isinstance(word, str) else None
    if kind not in KINDS:
        raise Malformed(f"kind: must be one of {', '.join(KINDS)}")
    return kind


def _text(found: _Object, kind: str, media: tuple[Media, ...]) -> str | None:
    if kind not in ("seen", "edited"):
        return None
    text = as_text(found.get("text"), "text")
    if text is None and not media:
        raise Malformed("text: is missing")
    return text or ""


def _related(source: str, native_id: str | None) -> str | None:
    return None if native_id is None else post_id_of(source, native_id)


def _author(found: _Object) -> Author | None:
    name, address = found.line("author_name"), found.address("author_url")
    nameless = found.mapping.natural and found.get("author_id") is found.value.get("author")
    plain = isinstance(found.value.get("author"), dict) and nameless  # {"author": {"name": ...}} has no id
    author_id = (None if plain else found.id("author_id")) or name or address
    return None if author_id is None else Author(author_id=author_id[:512], name=name, url=address)


def _media(said: Any) -> tuple[Media, ...]:  # noqa: ANN401  as above
    entries = [] if said is None else said
    if not isinstance(entries, list):
        raise Malformed("media: must be a list")
    if len(entries) > MEDIA_MAX:
        raise Malformed(f"media: has more than {MEDIA_MAX} entries")
    return tuple(_medium(entry, f"media.{number}") for number, entry in enumerate(entries))


def _medium(entry: Any, name: str) -> Media:  # noqa: ANN401  as above
    facts = entry if isinstance(entry, dict) else {"url": entry}
    address = as_text(facts.get("url"), f"{name}.url")
    if not address:
        raise Malformed(f"{name}.url: is missing")
    digest = as_text(facts.get("sha256"), f"{name}.sha256")
    return Media(url=address, sha256=digest, media_type=as_line(facts.get("media_type"), f"{name}.media_type"))


def _report(found: _Object) -> Report:
    return Report(reporter=found.line("report_reporter"), reason=found.line("report_reason"))


def _reaction(found: _Object) -> Reaction:
    what = found.line("reaction_what")
    if what is None:
        raise Malformed("reaction.what: is missing")
    return Reaction(what=what, staff_id=found.id("reaction_staff_id"), by=found.line("reaction_by"))
