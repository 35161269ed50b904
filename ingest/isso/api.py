"""The API of an Isso server: whole listings of comments, each as the bytes that it is, and how many there are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.capture import Whole
from ingest.slices import array_slices, member_slices
from ingest.web import Answer, SiteAway, Web
from records.errors import Malformed, Misconfigured
from records.posts import Http

LISTING_BYTES_MAX = 100_000_000
LATEST_COMMENTS_MAX = 1_000_000
"""As good as all: `/latest` puts replies behind all else, so that a small number of the latest would leave out news."""
COUNTED_URIS_MAX = 500
_OK, _NOT_FOUND = 200, 404


@dataclass(frozen=True)
class Found:
    """One comment as it stands in an answer, the thread that was asked for, and the answer that it was cut from."""

    content: bytes
    uri: str | None
    whole: Whole
    http: Http


@dataclass(frozen=True)
class Listing:
    """All comments of one thread or, where `uri` is None, of all threads; with the answer that said so."""

    uri: str | None
    found: tuple[Found, ...]
    whole: Whole
    http: Http


class Api:
    """The API at `url`, for the source of this name."""

    def __init__(self, web: Web, source: str, url: str) -> None:
        self._web, self._source, self._url = web, source, url.rstrip("/")

    def latest(self) -> Listing:
        """The comments of all threads; Isso leaves out those that were deleted but have replies."""
        answer = self._ask("/latest", {"limit": LATEST_COMMENTS_MAX})
        if answer.status == _NOT_FOUND:
            raise Misconfigured(
                f"{self._source}: this Isso does not list the comments of all threads: set `latest-enabled = true` in "
                "its section [general], or name the threads with `uris`"
            )
        whole = self._whole(answer)
        return Listing(None, self._found(None, self._cut(answer, answer.body), answer), whole, answer.http)

    def thread(self, uri: str) -> Listing:
        """The comments below one page, each before its replies.

        A comment comes with its replies inside; where there are any, the comments are asked for once more alone, so
        that the bytes of each are its own.
        """
        full = self._ask("/", {"uri": uri})
        whole = self._whole(full)
        above, below = self._replies(full, full.body), []
        for comment in above:
            below += self._replies(full, comment)
        alone = self._ask("/", {"uri": uri, "nested_limit": 0}) if below else full
        if below:
            self._whole(alone)
            above = self._replies(alone, alone.body)
        found = (*self._found(uri, above, alone), *self._found(uri, below, full))
        return Listing(uri, found, whole, full.http)

    def counts(self, uris: Sequence[str]) -> int:
        """How many comments visitors see below these pages, as the site counts."""
        total = 0
        for begins in range(0, len(uris), COUNTED_URIS_MAX):
            some = uris[begins : begins + COUNTED_URIS_MAX]
            answer = self._web.post(f"{self._url}/count", list(some))
            total += self._total(answer, len(some))
        return total

    def _total(self, answer: Answer, asked: int) -> int:
        try:
            numbers = json.loads(answer.body)
        except (ValueError, RecursionError):
            numbers = None
        if not isinstance(numbers, list) or len(numbers) != asked or not all(type(one) is int for one in numbers):
            raise SiteAway(f"{self._source}: the site does not count its comments (HTTP {answer.status})")
        return max(0, sum(numbers))

    def _ask(self, path: str, asked: Mapping[str, str | int]) -> Answer:
        return self._web.get(f"{self._url}{path}", params=asked, headers={"cache-control": "no-cache"})

    def _whole(self, answer: Answer) -> Whole:
        if answer.status != _OK:
            raise SiteAway(f"{self._source}: there is no Isso where the site answers (HTTP {answer.status})")
        return Whole.of(answer.body)

    def _replies(self, answer: Answer, content: bytes) -> list[bytes]:
        try:
            return self._cut(answer, member_slices(content).get("replies", b"[]"))
        except Malformed as problem:
            raise self._unread(answer, problem) from None

    def _cut(self, answer: Answer, content: bytes) -> list[bytes]:
        try:
            return list(array_slices(content))
        except Malformed as problem:
            raise self._unread(answer, problem) from None

    def _unread(self, answer: Answer, problem: Malformed) -> SiteAway:
        return SiteAway(f"{self._source}: the answer of the site {problem} (HTTP {answer.status})")

    def _found(self, uri: str | None, slices: Sequence[bytes], answer: Answer) -> tuple[Found, ...]:
        whole = Whole.of(answer.body)
        return tuple(Found(content, uri, whole, answer.http) for content in slices)
