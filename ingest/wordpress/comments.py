"""One comment of a WordPress site, read from its JSON into our own shape; and what we remember of it."""

import re
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from ingest.markup import plain_text
from ingest.values import follow
from records.digests import fact_digest
from records.errors import Malformed

PUBLIC = "approved"
NUMBER_MAX = 2**53 - 1
_COMMENT_PAGE = re.compile(r"/comment-page-[0-9]+/?$")
_NO_DATE = ("0000", "-")  # what WordPress shows where its database has no date: 0000-00-00, or -0001-11-30


@dataclass(frozen=True)
class Comment:
    """A comment: its number, whether visitors see it, its text, its page's address in the API, and the whole of it."""

    number: int
    public: bool
    text: str
    page: str | None
    shape: dict[str, Any]

    @property
    def digest(self) -> str:
        """What tells two texts of it apart."""
        return fact_digest("wordpress", self.text)


@dataclass(frozen=True)
class Remembered:
    """What was told of a comment: the digests of its first and of its latest text, and whether it stands."""

    first: str
    latest: str
    stands: bool

    @classmethod
    def of(cls, state: str | None) -> Self | None:
        """What a state says; None for none, and for one of another making, which is told again."""
        words = (state or "").split(" ")
        return cls(words[0], words[1], words[2] == "stands") if len(words) == 3 else None  # noqa: PLR2004  as below

    def __str__(self) -> str:
        """The state."""
        return f"{self.first} {self.latest} {'stands' if self.stands else 'gone'}"


def number_of(value: Any) -> int:  # noqa: ANN401  whatever the site sent
    """The number of a comment; raises Malformed."""
    number = value.get("id") if isinstance(value, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= NUMBER_MAX:
        raise Malformed("id: is missing, or is no number of a comment")
    return number


def comment_of(value: Any, surface: str | None) -> Comment:  # noqa: ANN401  as above
    """The comment that `value` is; raises Malformed. `surface` None: the path of the page that it is on."""
    number, text = number_of(value), follow(value, ("content", "rendered"))
    if not isinstance(text, str):
        raise Malformed("content.rendered: is missing")
    plain, status = plain_text(text), value.get("status", PUBLIC)
    shape = {
        "id": number,
        "surface": surface or _surface(value.get("link")),
        "url": value.get("link"),
        "author": _author(value),
        "text": plain,
        "parent_id": value.get("parent") or None,
        "thread_id": f"page-{value['post']}" if isinstance(value.get("post"), int) else None,
        "posted_at": _posted_at(value.get("date_gmt")),
    }
    page = follow(value, ("_links", "up", "0", "href"))
    return Comment(number, status == PUBLIC, plain, page if isinstance(page, str) else None, shape)


def _author(value: dict[str, Any]) -> dict[str, Any]:
    """The author; a visitor without an account has no id, and cannot take one by a name that looks like it."""
    user, name = value.get("author"), value.get("author_name")
    account = f"user-{user}" if isinstance(user, int) and user > 0 else None
    return {"id": account, "name": plain_text(name) if isinstance(name, str) else name, "url": value.get("author_url")}


def _posted_at(said: Any) -> Any:  # noqa: ANN401  as above
    if not isinstance(said, str):
        return said
    return None if said.startswith(_NO_DATE) else f"{said}Z" if len(said) == len("2026-03-02T09:14:00") else said


def _surface(link: Any) -> str | None:  # noqa: ANN401  as above
    """The path of the page; where the site has no pretty addresses, what stands after it."""
    if not isinstance(link, str):
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    path = _COMMENT_PAGE.sub("", parts.path).strip("/")
    return path or (f"?{parts.query}" if parts.query else "/")
