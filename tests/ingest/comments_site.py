"""A site that answers like WordPress's REST API as far as we ask it, and a source that watches it pass by pass."""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.cursors import Cursors
from ingest.known import Known
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.sources.wordpress import KIND, WordPress, WordPressOptions
from ingest.worker import Loop
from records.settings import Settings
from tests.ingest.conftest import FakePublisher
from tests.ingest.web_site import Reply, WebSite

PAGE = "2026/03/fees"


class CommentsSite(WebSite):
    """Comments by their numbers; without a password only the approved ones are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[int, dict[str, Any]] = {}
        self.body: bytes | None = None
        self.headers_off = False
        self.pages = {"/": self._front, "/wp-json/wp/v2/comments": self._listed, "/wp-json/wp/v2/posts": self._titles}

    def say(self, number: int, text: str = "hello", **fields: Any) -> None:
        """A comment is on the site, or says something else now."""
        link = f"{self.address}/{PAGE}/comment-page-2/#comment-{number}"
        up = [{"href": f"{self.address}/wp-json/wp/v2/posts/7"}]
        self.comments[number] = {
            "id": number,
            "post": 7,
            "parent": 0,
            "author": 0,
            "author_name": "Dana &amp; M.",
            "author_url": "",
            "date_gmt": "2026-03-02T09:14:00",
            "content": {"rendered": f"<p>{text}</p>\n"},
            "link": link,
            "status": "approved",
            "_links": {"up": up},
        } | fields

    def queries(self) -> list[dict[str, str]]:
        """What was asked about comments, in order."""
        found = [urlsplit(path) for path, _ in self.asked]
        return [_query(parts.query) for parts in found if parts.path.endswith("/comments")]

    def _front(self, _: Any) -> Reply:
        return Reply(b"<html>", headers={"Link": f'<{self.address}/wp-json/>; rel="https://api.w.org/", </>; rel=x'})

    def _titles(self, _: Any) -> Reply:
        return Reply(json.dumps([{"id": 7, "title": {"rendered": "Fees &#8211; now"}}]).encode())

    def _listed(self, headers: dict[str, str]) -> Reply:
        if self.body is not None:
            return Reply(self.body)
        asked = _query(urlsplit(self.asked[-1][0]).query)
        if asked.get("status") == "any" and "authorization" not in headers:
            return Reply(b'{"code":"rest_forbidden_param"}', 401)
        found = [self.comments[number] for number in sorted(self.comments)]
        found = [one for one in found if asked.get("status") == "any" or one.get("status") == "approved"]
        if "include" in asked:
            found = [one for one in found if str(one["id"]) in asked["include"].split(",")]
        found = found[::-1] if asked.get("order") == "desc" else found
        size, number = int(asked["per_page"]), int(asked.get("page", 1))
        counts = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
        body = json.dumps(found[(number - 1) * size : number * size]).encode()
        return Reply(body, headers={} if self.headers_off else counts)


def _query(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@dataclass
class Watching(AbstractContextManager["Watching"]):
    """A source on that site, pass by pass; the clock is ours."""

    source: WordPress
    known: Known
    cursors: Cursors
    publisher: FakePublisher = field(default_factory=FakePublisher)
    at: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __exit__(self, *_: object) -> None:
        self.known.close()

    def passed(self, **later: float) -> list[Any]:
        """One more pass, so much later; the posts that it told."""
        self.at += timedelta(**later or {"seconds": 60})
        self.source.now = lambda: self.at
        self.publisher.sent.clear()
        Loop(self.source, self.publisher, self.cursors, "test", known=self.known, covers=False).run()
        return self.publisher.of("posts")

    def told(self, **later: float) -> list[tuple[str, str, str | None]]:
        """The same in short: kind, number, text."""
        return [(post.kind, post.native_id, post.text) for post in self.passed(**later)]


def watching(site: CommentsSite, folder: Path, **options: Any) -> Watching:
    """A source of that site that walks once an hour."""
    said = {"kind": "wordpress", "name": "blog", "url": site.address, **options}
    settings = Settings(data_dir=folder / "data")
    known = Known(settings, "blog")
    made = KIND.polled.source(WordPressOptions.model_validate(said), known, Reading("blog", natural()))
    return Watching(made, known, Cursors(settings))
