"""What the receiver says about itself in OpenAPI; kept true by tests that send what it describes."""

from typing import Any

from ingest.mapping import KINDS as POST_KINDS
from ingest.mapping import FieldMap
from ingest.receiver.limits import BODY_BYTES_MAX
from ingest.receiver.problems import KINDS, MEDIA_TYPE
from ingest.values import ID_CHARS_MAX
from records.posts import MEDIA_MAX

DESCRIPTION = """Takes third parties' posts from any site, signed as in the Standard Webhooks specification.

A post is answered with 202 when the broker has acknowledged it, and not before. The same `webhook-id` again is answered
with 200 and makes no second fact. After 408 and 503 send the same delivery again; after 4xx correct it first."""

Schema = dict[str, Any]
_PROBLEM: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_TAKEN: Schema = {
    "type": "object",
    "required": ["post_id", "record_id", "place"],
    "properties": {
        "post_id": {"type": "string"},
        "record_id": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
        "place": {"type": "string", "description": "topic-partition-offset"},
    },
}
_HEADERS: tuple[Schema, ...] = (
    {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "description": "Names this delivery; the same when it is sent again.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,256}$"},
    },
    {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "description": "When it was signed, in whole seconds since 1970.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,12}$"},
    },
    {
        "name": "webhook-signature",
        "in": "header",
        "required": True,
        "description": "`v1,BASE64` of HMAC-SHA256 over `id.timestamp.body`; several are separated by spaces.",
        "schema": {"type": "string", "pattern": "^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=){0,15}$"},
    },
)
_TEXT: Schema = {"type": ["string", "null"]}
_ID: Schema = {"type": ["string", "integer", "null"], "maxLength": ID_CHARS_MAX}
_TIME: Schema = {"type": ["string", "null"], "format": "date-time"}
_AUTHOR: Schema = {
    "type": ["object", "string", "integer", "null"],
    "maxLength": ID_CHARS_MAX,
    "properties": {"id": _ID, "name": _TEXT, "url": _TEXT},
}
_MEDIUM: Schema = {
    "type": ["object", "string"],
    "minLength": 1,
    "maxLength": 2048,
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "minLength": 1, "maxLength": 2048},
        "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        "media_type": _TEXT,
    },
}
_COMMON: Schema = {
    "id": {"type": ["string", "integer"], "minLength": 1, "maxLength": ID_CHARS_MAX},
    "surface": _TEXT,
    "url": _TEXT,
    "page_title": _TEXT,
    "author": _AUTHOR,
    "parent_id": _ID,
    "thread_id": _ID,
    "language": _TEXT,
}
_WRITTEN: Schema = {
    "text": {"type": "string"},
    "media": {"type": ["array", "null"], "maxItems": MEDIA_MAX, "items": _MEDIUM},
}
_REPORT: Schema = {"type": ["object", "null"], "properties": {"reporter": _TEXT, "reason": _TEXT}}
_REACTION: Schema = {
    "type": "object",
    "required": ["what"],
    "properties": {
        "what": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_.-]{0,63}$"},
        "staff_id": _ID,
        "by": _TEXT,
    },
}
_OWN: dict[str, tuple[Schema, list[str]]] = {
    "seen": ({**_WRITTEN, "posted_at": _TIME}, ["id", "text"]),
    "edited": ({**_WRITTEN, "edited_at": _TIME}, ["id", "kind", "text"]),
    "removed": ({"removed_at": _TIME}, ["id", "kind"]),
    "reported": ({"report": _REPORT, "reported_at": _TIME}, ["id", "kind"]),
    "reacted": ({"reaction": _REACTION, "reacted_at": _TIME}, ["id", "kind", "reaction"]),
}


def posts(mapping: FieldMap) -> Schema:
    """`POST /v1/posts` as the description's operation."""
    schema = {"anyOf": [_shape(kind) for kind in POST_KINDS]} if mapping.natural else {"type": "object"}
    return {
        "summary": "Take one post",
        "operationId": "take_post",
        "parameters": list(_HEADERS),
        "requestBody": {
            "required": True,
            "description": f"One JSON object in UTF-8, at most {BODY_BYTES_MAX} bytes.",
            **_json(schema),
        },
        "responses": {
            "200": {"description": "This delivery came before; the answer is the same.", **_json(_TAKEN)},
            "202": {"description": "The broker has acknowledged the post.", **_json(_TAKEN)},
            **_problems("headers", "signature", "slow", "reused", "size", "type", "body", "head"),
            "503": _busy(),
        },
    }


def _shape(kind: str) -> Schema:
    own, required = _OWN[kind]
    kinds: Schema = {"enum": ["seen", None]} if kind == "seen" else {"enum": [kind]}
    return {"type": "object", "title": kind, "required": required, "properties": {"kind": kinds, **_COMMON, **own}}


def _json(schema: Schema, media_type: str = "application/json") -> Schema:
    return {"content": {media_type: {"schema": schema}}}


def _problems(*kinds: str) -> dict[str, Schema]:
    return {
        str(KINDS[kind].status): {"description": KINDS[kind].title, **_json(_PROBLEM, MEDIA_TYPE)} for kind in kinds
    }


def _busy() -> Schema:
    retry = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
    said = {"description": "No room, or no broker, at the moment.", "headers": {"Retry-After": retry}}
    return {**said, **_json(_PROBLEM, MEDIA_TYPE)}


HEALTH: Schema = {
    "summary": "Whether posts are taken now",
    "response_model": None,
    "responses": {
        200: {"description": "They are.", **_json({"type": "object", "properties": {"status": {"type": "string"}}})},
        503: _busy(),
    },
}
METRICS: Schema = {
    "summary": "Counters for Prometheus",
    "response_model": None,
    "responses": {200: {"description": "Prometheus' text format.", **_json({"type": "string"}, "text/plain")}},
}
