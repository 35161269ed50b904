"""The REST API of a WordPress site: where it is, and its comments page by page, each as the bytes that it is."""

import json
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from ingest.capture import Whole
from ingest.slices import array_slices
from ingest.web import Answer, SiteAway, Web
from records.errors import Malformed, Misconfigured
from records.posts import Http

PAGE_COMMENTS = 100
PAGE_BYTES_MAX = 64_000_000
"""WordPress keeps up to 65,535 bytes of a comment, and an apostrophe of it takes seven when it is shown."""
COUNT_DIGITS_MAX = 15
# Neither addresses nor e-mail of a visitor: what is not asked for is not kept.
FIELDS = "id,post,parent,author,author_name,author_url,date_gmt,content,link,status,type,_links.up"
_ROOT = re.compile(r"<([^<>]*)>\s*;\s*rel=\"?https://api\.w\.org/\"?")


@dataclass(frozen=True)
class Found:
    """One element of an answer, with the answer that it was cut from."""

    content: bytes
    whole: Whole
    http: Http


@dataclass(frozen=True)
class Page:
    """Some comments; how many there are in all, and on how many pages, where the site says so."""

    found: tuple[Found, ...]
    body: bytes
    http: Http
    total: int | None
    pages: int | None


class Api:
    """The API of the site at `url`; `key` is a user with an application password, who sees what is not public."""

    def __init__(self, web: Web, source: str, url: str, key: tuple[str, str] | None) -> None:
        self._web, self._source, self._url, self._key = web, source, url, key
        self._root: str | None = None

    @property
    def sees_all(self) -> bool:
        """Whether comments come with their status, those that are not public too."""
        return self._key is not None

    def is_here(self, address: str) -> bool:
        """Whether an address is one of the site itself."""
        try:
            parts = urlsplit(address)
            place = parts.hostname, parts.port
        except ValueError:
            return False
        wanted = urlsplit(self._url)
        return place == (wanted.hostname, wanted.port)

    def page(self, number: int, *, newest_first: bool = False) -> Page:
        """One page of all comments that we may see, in the order in which the site took them."""
        order = "desc" if newest_first else "asc"
        return self._comments({"page": number, "per_page": PAGE_COMMENTS, "orderby": "id", "order": order})

    def those(self, numbers: Sequence[int]) -> Page:
        """Of these comments, `PAGE_COMMENTS` at most, those that are there."""
        chosen = ",".join(map(str, numbers))
        return self._comments({"include": chosen, "per_page": PAGE_COMMENTS, "orderby": "id", "order": "asc"})

    def public_total(self) -> int | None:
        """How many public comments the site says it has."""
        return self._read(self.ask("wp/v2/comments", {"per_page": 1, "_fields": "id"})).total

    def titles(self, addresses: Iterable[str]) -> dict[str, str]:
        """The titles (HTML) of pages, by their addresses in the API; of what is not public there is none."""
        collections: dict[str, set[str]] = {}
        for address in addresses:
            collection, _, number = address.rpartition("/")
            if number.isascii() and number.isdigit() and collection.startswith(self._found_root()):
                collections.setdefault(collection, set()).add(number)
        return {f"{at}/{number}": title for at in collections for number, title in self._titles(at, collections[at])}

    def _titles(self, collection: str, numbers: set[str]) -> Iterable[tuple[str, str]]:
        chosen = {"include": ",".join(sorted(numbers)), "_fields": "id,title"}
        answer = self._web.get(_with(collection, chosen | {"per_page": str(PAGE_COMMENTS)}), answers=(401, 403))
        try:
            values = json.loads(answer.body)
        except (ValueError, RecursionError):
            values = None
        for value in values if isinstance(values, list) else ():
            title = value.get("title") if isinstance(value, dict) else None
            if isinstance(title, dict) and isinstance(title.get("rendered"), str):
                yield str(value.get("id")), title["rendered"]

    def _comments(self, asked: dict[str, str | int]) -> Page:
        seen = {"status": "any"} if self.sees_all else {}
        return self._read(self.ask("wp/v2/comments", asked | seen | {"_fields": FIELDS}))

    def ask(self, route: str, asked: dict[str, str | int], answers: Container[int] = ()) -> Answer:
        """Asks for something of the API; `answers` as in `Web.get`."""
        headers = {"cache-control": "no-cache"}
        address = _with(_below(self._found_root(), route), asked)
        return self._web.get(address, headers=headers, auth=self._key, answers=answers)

    def change(
        self, method: Literal["POST", "DELETE"], route: str, said: dict[str, Any], answers: Container[int] = ()
    ) -> Answer:
        """Asks for a change of something of the API, as `Web.change` does."""
        return self._web.change(method, _below(self._found_root(), route), said, auth=self._key, answers=answers)

    def _read(self, answer: Answer) -> Page:
        try:
            slices = array_slices(answer.body)
        except Malformed as problem:
            self._root = None  # the site may have moved its API
            what = f"{problem} (HTTP {answer.status}{f', {answer.code}' if answer.code else ''})"
            raise SiteAway(f"{self._source}: the answer of the site {what}") from None
        whole = Whole.of(answer.body)
        found = tuple(Found(content, whole, answer.http) for content in slices)
        total, pages = _count(answer, "x-wp-total"), _count(answer, "x-wp-totalpages")
        return Page(found, answer.body, answer.http, total, pages)

    def _found_root(self) -> str:
        if self._root is None:
            answer = self._web.get(self._url)
            named = _ROOT.search(answer.headers.get("link", ""))
            root = urljoin(answer.url, named[1]) if named else _with(answer.url, {"rest_route": "/"})
            self._root = self._allowed(root)
        return self._root

    def _allowed(self, root: str) -> str:
        wanted, parts = urlsplit(self._url), urlsplit(root)
        if self._key is not None and parts.hostname != wanted.hostname:
            raise Misconfigured(
                f"{self._source}: the API of the site is not at {wanted.hostname}, and the password is for that alone: "
                "set url to where the API is"
            )
        if wanted.scheme == "https" and parts.hostname == wanted.hostname:
            parts = parts._replace(scheme="https")  # behind a proxy WordPress may not know that it has a certificate
        return urlunsplit(parts)


def _below(root: str, route: str) -> str:
    """An address below the root, which is a path or, on a site without pretty addresses, a parameter."""
    parts = urlsplit(root)
    query = dict(parse_qsl(parts.query))
    if "rest_route" not in query:
        return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{route}"))
    return _with(
        urlunsplit(parts._replace(query="")), query | {"rest_route": f"{query['rest_route'].rstrip('/')}/{route}"}
    )


def _with(address: str, asked: dict[str, str | int] | dict[str, str]) -> str:
    parts = urlsplit(address)
    return urlunsplit(
        parts._replace(query=urlencode([*parse_qsl(parts.query), *asked.items()], safe="/,"), fragment="")
    )


def _count(answer: Answer, name: str) -> int | None:
    said = answer.headers.get(name, "")
    return int(said[:COUNT_DIGITS_MAX]) if said.isascii() and said.isdigit() else None
