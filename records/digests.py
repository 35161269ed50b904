"""Digests that two processes must compute alike: of facts, of revisions, of repeated text, and the id of a post."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable

RECORD_ID_HEX = 40
POST_ID_CHARS_MAX = 256
_one_line = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_PLAIN_NATIVE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@#=+-]*")


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of `content`, 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def fact_digest(*parts: str | int | bool | None) -> str:
    """What makes a fact the same fact: 160 bits of SHA-256 over its parts as one JSON array, 40 hex digits."""
    return sha256_hex(_one_line(parts).encode("ascii"))[:RECORD_ID_HEX]


def revision_digest(text: str, media_digests: Iterable[str] = ()) -> str:
    """The id of one immutable text of a post, with its media, 40 hex digits."""
    return fact_digest("revision", text, *media_digests)


def text_digest(text: str) -> str:
    """The same for texts that a reader would call the same: case, width, spacing and punctuation are ignored."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.sub(r"[\W_]+", " ", folded).strip()
    return fact_digest("text", words or folded)


def post_id_of(source: str, native_id: str) -> str:
    """`source:native_id`, or `source:~digest` where the site's own id is long or has unusual characters."""
    plain = f"{source}:{native_id}"
    if len(plain) <= POST_ID_CHARS_MAX and _PLAIN_NATIVE_ID.fullmatch(native_id):
        return plain
    return f"{source}:~{fact_digest('native_id', native_id)}"
