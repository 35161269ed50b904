"""Orders on an Isso server: what is there is told to every visitor, and changed by its moderator's pages.

Isso deletes for good, hides nothing, and gives the number of a deleted comment to the next one; so a comment is looked
up among those that visitors see, by its number and its time, before anything is done to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ingest.enforcing.site import Done, Failed, accepted
from ingest.isso.admin import Admin, Moderated
from ingest.isso.comments import DELETED, id_of
from ingest.web import Answer, SiteAway, Web
from records.codec import parse_json
from records.errors import Malformed

RATE_LIMITED = b"ratelimit exceeded"
RETRY_SECONDS = 60.0
_THERE, _FORBIDDEN, _NOT_FOUND, _PENDING = (401, 403), 403, 404, 202
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#~^|&!])")
_INDENT = re.compile(r"(?m)^[ \t]+")
_LIST = re.compile(r"(?m)^(?:([-+=])|([0-9]{1,9})([.)]))")
_GONE = "it was not there any more"


@dataclass(frozen=True)
class Signature:
    """Under whose name we reply, and with which address, which Isso shows to nobody."""

    author: str
    email: str | None


@dataclass(frozen=True)
class Standing:
    """A comment that visitors see, as they see it, with all of its thread; and as the moderator does."""

    value: dict[str, Any]
    thread: tuple[dict[str, Any], ...]
    moderated: Moderated

    @property
    def root(self) -> int:
        """Where Isso puts every answer to it: below itself, or below what it answers."""
        return int(self.value.get("parent") or self.moderated.number)


class IssoSite:
    """The Site behind a source; `visiting` has no credentials."""

    def __init__(self, visiting: Web, url: str, admin: Admin, signature: Signature) -> None:
        self._visiting, self._url, self._admin, self._signature = visiting, url.rstrip("/"), admin, signature

    def hide(self, _: str) -> Done:
        """Isso cannot: what visitors see is never put back among what waits."""
        raise Failed("Isso hides nothing, it only deletes for good")

    def restore(self, _: str) -> Done:
        """Isso cannot."""
        raise Failed("Isso deletes for good: there is nothing to restore")

    def remove(self, native_id: str) -> Done:
        """Deleted for good; where there are replies its place stays, without text and author."""
        found = self._standing(native_id)
        if found is None:
            return Done(_NOT_FOUND, _GONE)
        answer = self._admin.moderate(found.moderated, "delete")
        if answer.status == _NOT_FOUND:
            return Done(answer.status, _GONE)
        return Done(accepted(answer).status, "deleted for good: Isso cannot restore it")

    def reply(self, native_id: str, text: str, order_id: str) -> Done:
        """A comment under our name; its last line, which no page shows, names the order."""
        found = self._standing(native_id)
        if found is None:
            raise Failed("no visitor sees what should be answered: it is not there any more", _NOT_FOUND)
        said = f"{as_markdown(text)}\n\n[//]: # ({order_id})"
        if any(one.get("text") == said for one in found.thread):
            return Done(detail="the reply was there before")
        waiting = next((one for one in self._admin.pending() if one.text == said), None)
        return self._let_through(waiting) if waiting else self._send(found, said)

    def is_visible(self, native_id: str) -> bool | None:
        """Whether its thread shows it to visitors."""
        return self._standing(native_id) is not None

    def _send(self, found: Standing, said: str) -> Done:
        body = {"text": said, "author": self._signature.author, "email": self._signature.email, "parent": found.root}
        address = f"{self._url}/new?{urlencode({'uri': found.moderated.uri})}"
        answer = self._visiting.change("POST", address, body, answers=_THERE)
        if answer.status == _FORBIDDEN:
            if RATE_LIMITED in answer.body:
                raise SiteAway("the site takes no more comments for a minute", retry_after_seconds=RETRY_SECONDS)
            raise Failed("the site does not take our reply: look at its section [guard]", answer.status)
        if accepted(answer).status != _PENDING:
            return Done(answer.status)
        waiting = self._admin.find(_number_in(_read(answer)))
        if waiting is None:
            raise SiteAway("the reply waits for the moderator, and is not shown to us")
        return self._let_through(waiting)

    def _let_through(self, waiting: Moderated) -> Done:
        return Done(accepted(self._admin.moderate(waiting, "activate")).status)

    def _standing(self, native_id: str) -> Standing | None:
        """The comment where visitors see it, else None: gone, deleted, or another one that has its number now."""
        number = int(native_id.partition("-")[0]) if re.match(r"[0-9]{1,16}-", native_id) else 0
        if not number:
            raise Failed("the site has no comment with such an id")
        moderated = self._admin.find(number)
        if moderated is None:
            # Without its author's cookie Isso tells nobody what a comment says, but whether there is one.
            if self._visiting.get(f"{self._url}/id/{number}", answers=_THERE).status == _NOT_FOUND:
                return None
            raise SiteAway("the site does not show the comment to its moderator")
        thread = tuple(self._thread(moderated.uri))
        value = next((one for one in thread if _is(one, native_id)), None)
        return None if value is None or value.get("mode") == DELETED else Standing(value, thread, moderated)

    def _thread(self, uri: str) -> Iterator[dict[str, Any]]:
        """Every comment that visitors see below a page, replies too, with their texts as they were written."""
        answer = self._visiting.get(f"{self._url}/", params={"uri": uri, "plain": 1})
        for comment in _replies(_read(accepted(answer))):
            yield comment
            yield from _replies(comment)


def as_markdown(text: str) -> str:
    """The text so that it reads as it was written, although Isso takes every text for Markdown."""
    escaped = _SPECIAL.sub(r"\\\1", _INDENT.sub("", text.strip()))
    return _LIST.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", escaped)


def _is(value: dict[str, Any], native_id: str) -> bool:
    try:
        return id_of(value) == native_id
    except Malformed:
        return False


def _replies(value: dict[str, Any]) -> list[dict[str, Any]]:
    replies = value.get("replies")
    return [one for one in replies if isinstance(one, dict)] if isinstance(replies, list) else []


def _read(answer: Answer) -> dict[str, Any]:
    try:
        value = parse_json(answer.body)
    except Malformed as problem:
        raise SiteAway(f"the answer of the site {problem} (HTTP {answer.status})") from None
    if not isinstance(value, dict):
        raise SiteAway(f"the site answers something else than it was asked for (HTTP {answer.status})")
    return value


def _number_in(value: dict[str, Any]) -> int:
    number = value.get("id")
    if not isinstance(number, int):
        raise SiteAway("the site took the reply, and does not say which it is")
    return number
