"""The pages on which an Isso server is moderated: signing in, and the signed key without which nothing is changed.

They are the only place where Isso gives the key of a comment, and are made for a browser; what a stranger has written
is text in them and cannot pass for an element, and a key is used only for the comment whose number is signed in it.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from ingest.enforcing.site import Failed
from ingest.web import Answer, Form, SiteAway, Web

MODERATE = Literal["activate", "delete"]
PENDING = 2
PAGES_MAX = 50
PAGE_COMMENTS = 100
_SESSION = re.compile(r"\badmin-session=([A-Za-z0-9._-]{10,4000})")
_KEY = re.compile(r"send_edit\(([0-9]{1,16}), '([A-Za-z0-9._-]{10,400})',")
_NUMBER = re.compile(r"isso-([0-9]{1,16})")
_OK, _FOUND, _NOT_FOUND = 200, 302, 404


@dataclass
class Moderated:
    """A comment as the moderator sees it: its number, its thread, its text as it was written, and its key."""

    number: int
    uri: str = ""
    text: str = ""
    key: str = ""


class Admin:
    """Signs in where it is needed; the session is kept in memory alone."""

    def __init__(self, web: Web, url: str, password: str) -> None:
        self._web, self._url, self._password = web, url.rstrip("/"), password
        self._session = ""

    def find(self, number: int) -> Moderated | None:
        """The comment with this number, in whatever state; None where the pages do not show it."""
        page = self._page({"comment_search_url": f"{self._url}/#isso-{number}", "mode": 0})
        return next((one for one in page if one.number == number and one.key), None)

    def pending(self) -> Iterator[Moderated]:
        """What waits for the moderator, page by page."""
        for number in range(PAGES_MAX):
            page = self._page({"mode": PENDING, "page": number, "order_by": "created"})
            yield from (one for one in page if one.key)
            if len(page) < PAGE_COMMENTS:
                return

    def moderate(self, found: Moderated, action: MODERATE) -> Answer:
        """Does it; 404 where the comment is gone."""
        return self._web.change("POST", f"{self._url}/id/{found.number}/{action}/{found.key}", {})

    def _page(self, asked: dict[str, str | int]) -> list[Moderated]:
        answer = self._asked(asked) if self._session else None
        if answer is None or not _signed_in(answer):
            self._session = self._sign_in()
            answer = self._asked(asked)
        if answer.status != _OK or not _signed_in(answer):
            raise SiteAway(f"the site shows no page to its moderator (HTTP {answer.status})")
        return _read(answer)

    def _asked(self, asked: dict[str, str | int]) -> Answer:
        headers = {"cookie": f"admin-session={self._session}", "cache-control": "no-cache"}
        return self._web.get(f"{self._url}/admin/", params=asked, headers=headers)

    def _sign_in(self) -> str:
        answer = self._web.change("POST", f"{self._url}/login/", Form({"password": self._password}))
        session = _SESSION.search(answer.headers.get("set-cookie", ""))
        if answer.status == _FOUND and session:
            return session[1]
        if answer.status == _NOT_FOUND:
            raise Failed("there is no Isso where the site answers", answer.status)
        why = "check the credentials, and that its section [admin] is enabled"
        raise Failed(f"the site refuses us: {why}", answer.status)


def _signed_in(answer: Answer) -> bool:
    return b'id="isso-root"' in answer.body


def _read(answer: Answer) -> list[Moderated]:
    reader = _Reader()
    reader.feed(answer.body.decode("utf-8", "replace"))
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """The comments of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Moderated] = []
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A comment begins, or something of the last one that has begun."""
        given = {name: value or "" for name, value in attrs}
        if tag == "div" and given.get("class") == "isso-comment":
            number = _NUMBER.fullmatch(given.get("id", ""))
            self.found.append(Moderated(int(number[1]) if number else 0))
        elif tag == "a" and self.found:
            self._link(self.found[-1], given)
        self._in_text = tag == "pre" and bool(self.found)

    def handle_endtag(self, tag: str) -> None:
        """A text ends."""
        self._in_text = self._in_text and tag != "pre"

    def handle_data(self, data: str) -> None:
        """A piece of a text."""
        if self._in_text:
            self.found[-1].text += data

    @staticmethod
    def _link(comment: Moderated, given: dict[str, str]) -> None:
        if "class" not in given and not comment.uri:  # the first link is that of the thread
            comment.uri = given.get("href", "")
        key = _KEY.search(given.get("onclick", ""))
        if key and int(key[1]) == comment.number == _signed_number(key[2]):
            comment.key = key[2]


def _signed_number(key: str) -> int | None:
    """The number that a key is for: its first part is that in JSON, base64, and the rest when and by whom."""
    said = key.partition(".")[0]
    try:
        return int(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    except (ValueError, binascii.Error):
        return None
