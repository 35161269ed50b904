"""Orders on a WordPress site, by its REST API and the application password of a user who moderates.

Hidden is what waits for its moderator (`hold`), removed what is in the trash: both can be restored. WordPress writes
network address and browser of whoever changes a comment over those of its author, unless it is told the old ones.
"""

import html
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingest.enforcing.site import Done, Failed, accepted
from ingest.web import Answer, SiteAway, Web
from ingest.wordpress.api import Api
from ingest.wordpress.comments import NUMBER_MAX, PUBLIC, number_of
from records.codec import parse_json
from records.errors import Malformed, Misconfigured

COMMENTS = "wp/v2/comments"
HELD, TRASHED = "hold", "trash"
FIELDS = "id,post,link,status,author_ip,author_user_agent"
REPLIES_MAX = 100
_REFUSED, _NOT_FOUND, _NO_TRASH, _SAID_ALREADY, _GONE = (401, 403), 404, 501, 409, 410
_NOT_THERE = ("rest_comment_invalid_id", "rest_post_invalid_id")
_CLOSED = "rest_comment_closed"
_STATUSES = {HELD: "it waits for its moderator", TRASHED: "it is in the trash", "spam": "it was called spam"}


@dataclass(frozen=True)
class Standing:
    """A comment as its moderator sees it: its number, page and status, and whom the site knows as its author."""

    number: int
    page: int
    link: str
    status: str
    author: dict[str, str]

    @property
    def unseen(self) -> str:
        """Why no visitor sees it, in words of ours."""
        return _STATUSES.get(self.status, "it is not public")


class WordPressSite:
    """The Site behind a source: `moderator` has the password, `visitor` and `visiting` have none."""

    def __init__(self, moderator: Api, visitor: Api, visiting: Web) -> None:
        self._moderator, self._visitor, self._visiting = moderator, visitor, visiting

    def hide(self, native_id: str) -> Done:
        """Held back, as one that waits for its moderator."""
        found = self._found(native_id)
        if found is None:
            return Done(_NOT_FOUND, "it was not there any more")
        if found.status != PUBLIC:
            return Done(detail=f"no visitor saw it before: {found.unseen}")
        return self._set(found, HELD)

    def remove(self, native_id: str) -> Done:
        """Into the trash; held back where the site has none."""
        found = self._found(native_id)
        if found is None:
            return Done(_NOT_FOUND, "it was not there any more")
        if found.status == TRASHED:
            return Done(detail="it was in the trash before")
        route, answers = f"{COMMENTS}/{found.number}", (*_REFUSED, _NO_TRASH)
        answer = self._moderator.change("DELETE", route, {"force": False}, answers)
        if answer.status == _NO_TRASH:
            done = self._set(found, HELD) if found.status == PUBLIC else Done(_NO_TRASH)
            return Done(done.status, "the site has no trash: it is held back instead, and can be restored")
        if answer.status in (_NOT_FOUND, _GONE):
            return Done(answer.status, "somebody else has removed it meanwhile")
        return self._confirmed(answer, TRASHED)

    def restore(self, native_id: str) -> Done:
        """Public again, also out of the trash."""
        found = self._found(native_id)
        if found is None:
            raise Failed("it was deleted for good on the site: there is nothing to restore", _NOT_FOUND)
        if found.status == PUBLIC:
            return Done(detail="visitors saw it before")
        return self._set(found, PUBLIC)

    def reply(self, native_id: str, text: str, order_id: str) -> Done:
        """A comment of our user below it, which carries the order where a browser would say its name."""
        found = self._found(native_id)
        if found is None or found.status != PUBLIC:
            why = "it is not there any more" if found is None else found.unseen
            raise Failed(f"no visitor sees what should be answered: {why}", _NOT_FOUND if found is None else None)
        mark = f"lifeguard/{order_id}"
        if self._answered(found, mark):
            return Done(detail="the reply was there before")
        said = {"post": found.page, "parent": found.number, "content": html.escape(text, quote=False)}
        said |= {"status": PUBLIC, "author_user_agent": mark}
        answer = self._moderator.change("POST", COMMENTS, said, _REFUSED)
        if answer.code == _CLOSED:
            raise Failed("the page takes no more comments", answer.status)
        if answer.status == _SAID_ALREADY:
            return Done(answer.status, "the same reply of ours was there before")
        return self._confirmed(answer, PUBLIC)

    def is_visible(self, native_id: str) -> bool | None:
        """Listed for visitors or, as a cache may show what is not listed any more, on its page."""
        number = _number(native_id)
        try:
            listed: bool | None = bool(self._visitor.those([number]).found)
        except Misconfigured:
            listed = None  # a site may keep its API from visitors
        return listed or self._is_on_its_page(native_id) or listed

    def _found(self, native_id: str) -> Standing | None:
        """The comment, whatever its status; None where it was deleted, and for one whose page was."""
        route = f"{COMMENTS}/{_number(native_id)}"
        answer = self._moderator.ask(route, {"context": "edit", "_fields": FIELDS}, _REFUSED)
        if answer.status == _NOT_FOUND:
            if answer.code in _NOT_THERE:
                return None
            raise SiteAway("the API of the site is not where it was")
        return _standing(accepted(answer))

    def _set(self, found: Standing, status: str) -> Done:
        said = {"status": status} | found.author
        answer = self._moderator.change("POST", f"{COMMENTS}/{found.number}", said, _REFUSED)
        return self._confirmed(answer, status)

    def _confirmed(self, answer: Answer, status: str) -> Done:
        if _standing(accepted(answer)).status != status:
            raise Failed("the site took it, and left the comment as it is: something else on the site decides")
        return Done(answer.status)

    def _answered(self, found: Standing, mark: str) -> bool:
        """Whether a reply of ours with this mark stands below it, public or not."""
        asked: dict[str, str | int] = {"parent": found.number, "status": "any", "context": "edit"}
        asked |= {"author": self._user, "per_page": REPLIES_MAX, "_fields": "id,author_user_agent"}
        answer = accepted(self._moderator.ask(COMMENTS, asked, _REFUSED))
        return any(one.get("author_user_agent") == mark for one in _read(answer, list) if isinstance(one, dict))

    @cached_property
    def _user(self) -> int:
        answer = self._moderator.ask("wp/v2/users/me", {"context": "edit", "_fields": "id"}, _REFUSED)
        return _number_in(_read(accepted(answer), dict))

    def _is_on_its_page(self, native_id: str) -> bool | None:
        try:
            found = self._found(native_id)
        except Failed:
            return None
        if found is None or not self._visitor.is_here(found.link):
            return None
        page = self._visiting.get(found.link, headers={"cache-control": "no-cache"}, answers=_REFUSED)
        shown = rb"\sid=[\"']?(?:[a-z]++-){0,2}comment-%d[\"'\s>]" % found.number
        return True if re.search(shown, page.body) else None


def _standing(answer: Answer) -> Standing:
    value = _read(answer, dict)
    page, link, status = (value.get(name) for name in ("post", "link", "status"))
    if not isinstance(page, int) or not isinstance(link, str) or not isinstance(status, str):
        raise SiteAway("what the site says of the comment cannot be read")
    known = {name: value.get(name) for name in ("author_ip", "author_user_agent")}
    return Standing(_number_in(value), page, link, status, {name: said for name, said in known.items() if said})


def _read(answer: Answer, shape: type) -> Any:  # noqa: ANN401  whatever JSON can say, of this shape
    try:
        value = parse_json(answer.body)
    except Malformed as problem:
        raise SiteAway(f"the answer of the site {problem} (HTTP {answer.status})") from None
    if not isinstance(value, shape):
        raise SiteAway(f"the site answers something else than it was asked for (HTTP {answer.status})")
    return value


def _number_in(value: dict[str, Any]) -> int:
    try:
        return number_of(value)
    except Malformed as problem:
        raise SiteAway(f"what the site answers cannot be read: {problem}") from None


def _number(native_id: str) -> int:
    if not native_id.isascii() or not native_id.isdigit() or not 0 < int(native_id[:17]) <= NUMBER_MAX:
        raise Failed("the site has no comment with such an id")
    return int(native_id)
