"""From a mail that tells of a post to the post: patterns with named groups, which may stand in the file of sources."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

import re2
from pydantic import AfterValidator, Field

from ingest.mail.letters import Letter
from records.errors import Malformed

PATTERN_CHARS_MAX = 4_000
PROGRAM_BYTES_MAX = 16 * 1024 * 1024
GROUPS = ("id", "text", "author", "author_url", "url", "surface", "page_title", "parent_id")

# What WordPress writes in English to the author of a page. The text is taken up to the last place where the rest can
# begin, so that nobody can write an end of their own into a comment.
WORDPRESS_SUBJECT = r'^\[.*\] Comment: "'
WORDPRESS = (
    r'(?s)^New comment on your post "(?P<page_title>[^\n]*)"\n'
    r"Author: (?P<author>[^\n]*) \(IP address: [^\n]*\)\n"
    r"Email:[^\n]*\n"
    r"URL: ?(?P<author_url>[^\n]*)\n"
    r"(?:In reply to: [^\n]*[?&]c=(?P<parent_id>[0-9]+)#[^\n]*\n)?"
    r"Comment: ?\n(?P<text>.*)\n\n"
    r"You can see all comments on this post here: ?\n[^\n]*\n\n"
    r"Permalink: (?P<url>[^\n]*#comment-(?P<id>[0-9]+))\n"
    r"(?:(?:Trash|Delete|Spam) it: [^\n]*\n?)*\s*$"
)


def _expression(expression: str) -> str:
    try:
        groups = set(_compiled(expression).groupindex)
    except re2.error:
        raise ValueError("is no regular expression in RE2's syntax") from None
    if unknown := groups - set(GROUPS):
        raise ValueError(f"has groups that we do not know: {', '.join(sorted(unknown))} (we know {', '.join(GROUPS)})")
    return expression


def _with_text(expression: str) -> str:
    if "text" not in _compiled(expression).groupindex:
        raise ValueError("needs a group named text: (?P<text>...)")
    return expression


Expression = Annotated[str, Field(min_length=1, max_length=PATTERN_CHARS_MAX), AfterValidator(_expression)]
"""A regular expression in RE2's syntax, whose named groups are among `GROUPS`."""
TextExpression = Annotated[Expression, AfterValidator(_with_text)]
"""One that says where the text of the post is."""


class Notices:
    """How the mails of one site read: the subjects that tell of a post, and the texts, of which the first that fits."""

    def __init__(self, subject: str, patterns: Sequence[str]) -> None:
        self._subject = _compiled(subject)
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def tells(self, letter: Letter) -> bool:
        """Whether it is about a post at all, by its subject."""
        return self._subject.search(letter.subject) is not None

    def shape(self, letter: Letter, surface: str | None) -> dict[str, Any]:
        """The post in our own shape; raises Malformed where no pattern fits the text."""
        found = self._groups(letter)
        return {
            "id": found.get("id") or letter.native_id,
            "surface": surface or found.get("surface") or _path(found.get("url")),
            "url": found.get("url"),
            "page_title": found.get("page_title"),
            "author": {"name": found.get("author"), "url": found.get("author_url")},
            "text": found["text"],
            "parent_id": found.get("parent_id"),
            "posted_at": None if letter.sent_at is None else letter.sent_at.isoformat(),
        }

    def _groups(self, letter: Letter) -> Mapping[str, str]:
        subject = self._subject.search(letter.subject)
        for pattern in self._patterns:
            if found := pattern.search(letter.text):
                named = {**(subject.groupdict() if subject else {}), **found.groupdict()}
                return {name: said.strip() for name, said in named.items() if said is not None}
        raise Malformed("is a mail that no pattern fits")


def _compiled(expression: str) -> Any:  # noqa: ANN401  a library without types
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PROGRAM_BYTES_MAX
    return re2.compile(expression, options)


def _path(url: str | None) -> str | None:
    """The path of the page that the post is on."""
    try:
        return urlsplit(url or "").path.strip("/") or None
    except ValueError:
        return None
