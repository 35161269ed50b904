"""From a site's JSON object to a post, through a mapping that a person can read.

Without a mapping we read our own natural shape, one object for each thing that happened to a post:

    {"id": "c-1", "surface": "blog/fees", "author": {"id": "u-7", "name": "Dana M."},
     "text": "Does the fee change?", "posted_at": "2026-03-02T09:14:00Z"}
    {"id": "c-1", "kind": "edited", "text": "Does the yearly fee change?", "edited_at": "2026-03-02T09:20:00Z"}
    {"id": "c-1", "kind": "removed", "removed_at": "2026-03-02T11:02:30Z"}

`id` is the site's own and always needed; `kind` is `seen` (if it is not there), `edited`, `removed`, `reported` or
`reacted`; `text` belongs to the first two. Also read: `url`, `page_title`, `parent_id`, `thread_id` (ids of the site),
`language`, `media` (`[{"url", "sha256"?, "media_type"?}]`), `author.url` (`author` may be the id alone), `report`
(`{"reporter"?, "reason"?}`) with `reported_at`, `reaction` (`{"what", "staff_id"?, "by"?}`) with `reacted_at`.
Times are RFC 3339 with an offset. Other fields are not read; the capture keeps them. `null` counts as absent,
and so does `""` for ids and short texts.

A mapping is a TOML file for everything that looks different. It names, for our fields (`FIELDS`), where they stand:

    [fields]
    id = "comment.id"                                  # a path: names of fields, numbers of list entries
    kind = "event"
    surface = { value = "forum" }                      # the same for every post
    author_id = { path = ["user.id", "user.login"] }   # the first of these that is there
    posted_at = { path = "comment.created", time = "unix_ms" }   # or "unix", or a format such as "%d.%m.%Y %H:%M"
    edited_at = { path = "comment.changed", time = "%d.%m.%Y %H:%M", zone = "Europe/Vienna" }

    [kinds]                                            # the site's word = ours
    "comment.created" = "seen"

What a mapping does not name is not read.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.values import Field
from records.digests import sha256_hex
from records.errors import Misconfigured

MAPPING_BYTES_MAX = 1_000_000
KINDS = ("seen", "edited", "removed", "reported", "reacted")
TIMES = {
    "seen": "posted_at",
    "edited": "edited_at",
    "removed": "removed_at",
    "reported": "reported_at",
    "reacted": "reacted_at",
}
NATURAL = {
    "id": ("id",),
    "kind": ("kind",),
    "surface": ("surface",),
    "url": ("url",),
    "page_title": ("page_title",),
    "author_id": ("author.id", "author"),
    "author_name": ("author.name",),
    "author_url": ("author.url",),
    "text": ("text",),
    "parent_id": ("parent_id",),
    "thread_id": ("thread_id",),
    "language": ("language",),
    "media": ("media",),
    "posted_at": ("posted_at",),
    "edited_at": ("edited_at",),
    "removed_at": ("removed_at",),
    "reported_at": ("reported_at",),
    "reacted_at": ("reacted_at",),
    "report_reporter": ("report.reporter",),
    "report_reason": ("report.reason",),
    "reaction_what": ("reaction.what",),
    "reaction_staff_id": ("reaction.staff_id",),
    "reaction_by": ("reaction.by",),
}
FIELDS = tuple(NATURAL)
_OPTIONS = {"path", "value", "time", "zone"}


@dataclass(frozen=True)
class FieldMap:
    """Where each of our fields comes from, and the site's words for the kinds; `digest` names this mapping."""

    fields: Mapping[str, Field]
    kinds: Mapping[str, str]
    digest: str
    natural: bool = False


def natural() -> FieldMap:
    """Our own shape, as this file describes it."""
    fields = {name: Field(paths=tuple(map(_path, paths))) for name, paths in NATURAL.items()}
    return FieldMap(fields, {}, sha256_hex(repr(sorted(NATURAL.items())).encode("utf-8")), natural=True)


def load_mapping(path: Path | None) -> FieldMap:
    """The mapping in a file, or our own shape; raises Misconfigured with what is wrong in it."""
    if path is None:
        return natural()
    content = _read(path)
    try:
        found = tomllib.loads(content.decode("utf-8"))
        return FieldMap(_fields(found), _kinds(found), sha256_hex(content))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, ZoneInfoNotFoundError) as error:
        raise Misconfigured(f"the mapping {path} is not usable: {error}") from None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAPPING_BYTES_MAX + 1)
    except OSError as error:
        raise Misconfigured(f"the mapping {path} cannot be read: {error.strerror}") from None
    if len(content) > MAPPING_BYTES_MAX:
        raise Misconfigured(f"the mapping {path} is larger than {MAPPING_BYTES_MAX} bytes")
    return content


def _fields(found: dict[str, Any]) -> dict[str, Field]:
    unknown = set(found) - {"fields", "kinds"}
    if unknown:
        raise ValueError(f"it has tables that we do not know: {', '.join(sorted(unknown))}")
    fields = found.get("fields")
    if not isinstance(fields, dict) or "id" not in fields:
        raise ValueError("it needs a table [fields] with at least `id`")
    return {name: _field(name, said) for name, said in fields.items()}


def _field(name: str, said: Any) -> Field:  # noqa: ANN401  whatever stands in the file
    if name not in FIELDS:
        raise ValueError(f"`{name}` is not one of our fields: {', '.join(FIELDS)}")
    options = said if isinstance(said, dict) else {"path": said}
    if not options.keys() <= _OPTIONS or ("path" in options) == ("value" in options):
        raise ValueError(f"`{name}` needs a path or a value, and may have a time and a zone")
    texts = {option: options[option] for option in ("value", "time", "zone") if option in options}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"`{name}`: value, time and zone are texts")
    zone = ZoneInfo(texts["zone"]) if "zone" in texts else None
    return Field(_paths(name, options.get("path", [])), texts.get("value"), texts.get("time", "rfc3339"), zone)


def _paths(name: str, said: Any) -> tuple[tuple[str, ...], ...]:  # noqa: ANN401  as above
    paths = [said] if isinstance(said, str) else said
    if not isinstance(paths, list) or not all(isinstance(path, str) and path for path in paths):
        raise ValueError(f"`{name}`: a path is a text such as comment.id, or a list of them")
    return tuple(map(_path, paths))


def _path(text: str) -> tuple[str, ...]:
    return tuple(text.split("."))


def _kinds(found: dict[str, Any]) -> dict[str, str]:
    kinds = found.get("kinds", {})
    if not isinstance(kinds, dict) or any(kind not in KINDS for kind in kinds.values()):
        raise ValueError(f"[kinds] gives for each of the site's words one of ours: {', '.join(KINDS)}")
    return kinds
