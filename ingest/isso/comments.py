"""One comment of an Isso server, read from its JSON into our own shape; and what we remember of it."""

import html
import json
import math
from dataclasses import dataclass
from typing import Any, Self

from ingest.markup import plain_text
from records.digests import fact_digest
from records.errors import Malformed

NUMBER_MAX = 2**53 - 1
DELETED = 4
"""A comment that was deleted but has replies keeps its place, without its text."""


@dataclass(frozen=True)
class Comment:
    """A comment: its id and number, its thread, whether it was deleted, when the author changed it, and its shape."""

    native_id: str
    number: int
    uri: str
    parent: int | None
    deleted: bool
    modified: float | None
    shape: dict[str, Any]

    @property
    def digest(self) -> str:
        """What tells two revisions of it apart; a moderator's change leaves no time behind."""
        author = self.shape["author"]
        return fact_digest("isso", self.shape["text"], author["name"], author["url"])


@dataclass(frozen=True)
class Remembered:
    """What was told of a comment: its thread, the digest of its text, when it was changed, and whether it stands."""

    uri: str
    digest: str
    modified: float | None
    stands: bool

    @classmethod
    def of(cls, state: str | None) -> Self | None:
        """What a state says; None for none, and for one of another making, which is told again."""
        try:
            found = json.loads(state or "null")
        except ValueError:
            return None
        return cls(*found) if isinstance(found, list) and len(found) == 4 else None  # noqa: PLR2004  the fields

    def __str__(self) -> str:
        """The state."""
        return json.dumps([self.uri, self.digest, self.modified, self.stands])


def id_of(value: Any) -> str:  # noqa: ANN401  whatever the site sent
    """The id of a comment; raises Malformed.

    Isso gives the number of a deleted comment to the next one, so a number alone may be two posts.
    """
    return f"{_number(value, 'id')}-{_instant(value, 'created')!r}"


def comment_of(value: Any, uri: str | None, surface: str | None, site: str | None) -> Comment:  # noqa: ANN401  as above
    """The comment that `value` is; raises Malformed. `uri` None: it names its thread itself."""
    native_id, number = id_of(value), _number(value, "id")
    thread, deleted = _text(value, "uri") if uri is None else uri, value.get("mode") == DELETED
    shape = {
        "id": native_id,
        "surface": surface or thread.partition("?")[0].strip("/") or "/",
        "url": f"{site.rstrip('/')}{thread}#isso-{number}" if site else None,
        "author": _author(value),
        "text": plain_text(_text(value, "text")),
        "thread_id": thread,
        "posted_at": _instant(value, "created"),
    }
    parent = None if value.get("parent") is None else _number(value, "parent")
    modified = None if value.get("modified") is None else _instant(value, "modified")
    return Comment(native_id, number, thread, parent, deleted, modified, shape)


def _author(value: dict[str, Any]) -> dict[str, Any]:
    """The author; the id is what Isso makes of the e-mail address or, without one, of a part of the network address."""
    name, address = (
        html.unescape(_text(value, of)) if value.get(of) is not None else None for of in ("author", "website")
    )
    return {"id": value.get("hash"), "name": name, "url": address}


def _number(value: Any, name: str) -> int:  # noqa: ANN401  as above
    number = value.get(name) if isinstance(value, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= NUMBER_MAX:
        raise Malformed(f"{name}: is missing, or is no number of a comment")
    return number


def _instant(value: dict[str, Any], name: str) -> float:
    seconds = value.get(name)
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not math.isfinite(seconds):
        raise Malformed(f"{name}: is missing, or is no time in seconds since 1970")
    return float(seconds)


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise Malformed(f"{name}: is missing, or is no text")
    return text
