"""What an Isso server answers, read as posts: whole listings, threads with replies, and answers that are none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.known import Known
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.sources.isso import COMPARE_SECONDS, Isso, IssoOptions, source
from ingest.sources.source import Bad, Compared, Item, Looked
from ingest.web import SiteAway
from records.digests import post_id_of
from records.errors import Misconfigured
from records.posts import Post
from records.settings import Settings
from tests.ingest.web_site import Reply, WebSite

BEGAN = 1795613129.738527
FIELDS: dict[str, Any] = {"parent": None, "modified": None, "mode": 1, "author": None, "website": None}


def comment(number: int, text: str = "<p>hello</p>", **fields: Any) -> dict[str, Any]:
    """A comment as Isso shows it."""
    return FIELDS | {"id": number, "created": BEGAN + number, "text": text, "uri": "/blog/fees"} | fields


class Server:
    """An Isso that answers what the test says: `latest`, or threads by their uri."""

    def __init__(self, site: WebSite) -> None:
        self.site = site
        self.latest: Any = []
        self.threads: dict[str, list[dict[str, Any]]] = {}
        self.counted = 0
        site.pages["/latest"] = lambda _: Reply(json.dumps(self.latest).encode())
        site.pages["/count"] = lambda _: Reply(self._counts())
        site.pages["/"] = lambda _: Reply(self._thread())

    def _counts(self) -> bytes:
        _, *others = json.loads(self.site.posted)
        return json.dumps([self.counted, *(0 for _ in others)]).encode()

    def _thread(self) -> bytes:
        asked = self.site.asked[-1][0]
        found = next((of for uri, of in self.threads.items() if uri.replace("/", "%2F") in asked), [])
        alone = [one | {"replies": []} for one in found] if "nested_limit=0" in asked else found
        return json.dumps({"id": None, "replies": alone, "config": {}}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    """The server."""
    with WebSite() as site:
        yield Server(site)


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Known]:
    """What was told."""
    with Known(Settings(data_dir=tmp_path), "blog") as opened:
        yield opened


@pytest.fixture
def made(server: Server, known: Known) -> Isso:
    """The source that reads all threads; a test may choose other options."""
    return isso(server, known)


def isso(server: Server, known: Known, **options: Any) -> Isso:
    """A source with these options."""
    chosen = IssoOptions(kind="isso", name="blog", url=server.site.address, **options)
    return source(chosen, known, Reading("blog", natural()))


def passed(made: Isso) -> list[Item]:
    """One pass, after which what was told is kept."""
    found = list(made.items(None))
    made.known.keep({item.what.native_id: item.state or "" for item in found if isinstance(item.what, Post)})
    return found


def told(made: Isso) -> list[Post]:
    """The posts of one pass."""
    return [item.what for item in passed(made) if isinstance(item.what, Post)]


def test_a_comment_is_a_post_with_the_text_that_a_visitor_reads(server: Server, made: Isso) -> None:
    """Entities are letters again, links show where they lead, the surface is the path of the page."""
    server.latest = [
        comment(
            1,
            '<p>A &amp; B: <a href="http://x.example/">here</a></p>',
            author="Dana &amp; M.",
            website="http://d.example/?a=1&amp;b=2",
        ),
        comment(2, parent=1, modified=BEGAN + 9),
    ]
    first, reply = told(made)
    assert (first.kind, first.text, first.surface) == ("seen", "A & B: here (http://x.example/)", "blog/fees")
    assert first.author is not None
    assert (first.author.name, first.author.url) == ("Dana & M.", "http://d.example/?a=1&b=2")
    assert first.site_at is not None
    assert first.site_at.timestamp() == pytest.approx(BEGAN + 1)
    assert (reply.kind, reply.parent_post_id, reply.author) == ("seen", first.post_id, None)
    assert (first.url, first.thread_id) == (None, post_id_of("blog", "/blog/fees"))
    assert first.post_id == f"blog:1-{BEGAN + 1!r}"
    assert told(made) == []


def test_addresses_and_the_surface_can_be_told(server: Server, known: Known) -> None:
    """The server does not know on which site its threads are."""
    server.latest = [comment(7)]
    [post] = told(isso(server, known, site="https://example.org", surface="blog"))
    assert (post.url, post.surface) == ("https://example.org/blog/fees#isso-7", "blog")


def test_in_a_thread_the_bytes_of_each_comment_are_its_own(server: Server, known: Known) -> None:
    """Isso puts replies inside what they answer: the capture of that holds none of them."""
    reply = comment(2, "<p>the reply</p>", parent=1, hash="4505c1eeda98")
    server.threads["/blog/fees"] = [
        comment(1, hash="5450d3cb538e") | {"replies": [reply]},
        comment(3) | {"replies": []},
    ]
    posts = told(isso(server, known, uris=("/blog/fees",)))
    assert [post.native_id.partition("-")[0] for post in posts] == ["1", "3", "2"]
    captures = [post.capture for post in posts if post.capture]
    assert not any(b"the reply" in capture.content for capture in captures[:2])
    assert json.loads(captures[2].content) == reply
    assert posts[0].author is not None
    assert posts[0].author.author_id == "5450d3cb538e"
    assert posts[2].parent_post_id == posts[0].post_id


def test_an_edit_is_seen_with_or_without_its_time(server: Server, made: Isso) -> None:
    """An author's change has a time; a moderator's has none, and must not take that of the one before."""
    server.latest = [comment(1)]
    told(made)
    server.latest = [comment(1, "<p>by its author</p>", modified=BEGAN + 60)]
    [edited] = told(made)
    assert (edited.kind, edited.text) == ("edited", "by its author")
    assert edited.site_at is not None
    server.latest = [comment(1, "<p>by the moderator</p>", modified=BEGAN + 60)]
    [again] = told(made)
    assert (again.kind, again.site_at) == ("edited", None)
    server.latest = [comment(1, "<p>by the moderator</p>", modified=BEGAN + 60, likes=3)]
    assert told(made) == []


def test_what_is_gone_is_told_once_and_not_what_never_stood(server: Server, made: Isso) -> None:
    """The capture of a removal is the nothing that the site says of it, with the digest of the whole answer."""
    server.latest = [comment(1), comment(2)]
    _, gone = told(made)
    server.latest = [comment(1), comment(3, "", mode=4)]
    [removed] = told(made)
    assert (removed.kind, removed.native_id, removed.text) == ("removed", gone.native_id, None)
    assert removed.capture is not None
    assert removed.capture.content == b""
    assert removed.capture.whole_size_bytes == len(json.dumps(server.latest))
    assert told(made) == []


def test_a_comment_that_left_its_place_for_its_replies_is_removed(server: Server, known: Known) -> None:
    """Isso marks it and shows its place; the capture is that place."""
    made = isso(server, known, uris=("/blog/fees",))
    server.threads["/blog/fees"] = [comment(1) | {"replies": [comment(2, parent=1)]}]
    told(made)
    server.threads["/blog/fees"] = [comment(1, "<p></p>", mode=4) | {"replies": [comment(2, parent=1)]}]
    [removed] = told(made)
    assert removed.kind == "removed"
    assert removed.capture is not None
    assert json.loads(removed.capture.content)["mode"] == 4


def test_a_number_that_isso_gives_again_is_another_post(server: Server, made: Isso) -> None:
    """After the last comment was deleted, the next one gets its number."""
    server.latest = [comment(5)]
    [first] = told(made)
    server.latest = [comment(5, "<p>somebody else</p>", created=BEGAN + 900)]
    seen, removed = told(made)
    assert (seen.kind, removed.kind, removed.native_id) == ("seen", "removed", first.native_id)
    assert seen.post_id != first.post_id


def test_what_cannot_be_read_is_put_aside_and_nothing_is_called_removed_for_it(server: Server, made: Isso) -> None:
    """A comment without an id may be any of those that we know."""
    server.latest = [comment(1), comment(2)]
    told(made)
    server.latest = [comment(1), comment(2) | {"id": "two"}, comment(3, created="soon"), 7]
    bad = [item.what for item in passed(made) if isinstance(item.what, Bad)]
    assert len(bad) == 3
    assert not any(isinstance(item.what, Post) for item in passed(made))
    server.latest = [comment(2) | {"text": None}]
    found = passed(made)
    assert [item.what.kind for item in found if isinstance(item.what, Post)] == ["removed"]  # only the first


def test_a_thread_that_is_not_watched_any_more_is_not_gone(server: Server, known: Known) -> None:
    """Only what was asked for can be missing."""
    server.threads = {"/blog/fees": [comment(1)], "/blog/cards": [comment(2)]}
    assert len(told(isso(server, known, uris=("/blog/fees", "/blog/cards")))) == 2
    assert told(isso(server, known, uris=("/blog/cards",))) == []


def test_the_count_of_the_site_is_compared_now_and_then(server: Server, made: Isso) -> None:
    """On the first pass, and then every ten minutes."""
    made.clock = lambda: at
    at, server.latest, server.counted = 0.0, [comment(1), comment(2)], 3
    compared = [item.what for item in passed(made) if isinstance(item.what, Compared)]
    assert compared == [Compared(3, 2)]
    assert [item.what for item in passed(made)] == [Looked(2)]
    at = COMPARE_SECONDS
    assert Compared(3, 2) in [item.what for item in passed(made)]


@pytest.mark.parametrize("body", [b"<html>", b'{"replies": [', b'[{"id": 1}', b"\xff", b"null", b"[" * 100_000])
def test_an_answer_that_is_no_listing_says_so_and_nothing_is_told(body: bytes, server: Server, made: Isso) -> None:
    """A proxy's own page must not read as a site without comments."""
    server.latest = [comment(1)]
    told(made)
    server.site.pages["/latest"] = Reply(body)
    with pytest.raises(SiteAway, match="the answer of the site"):
        list(made.items(None))


def test_a_server_that_does_not_list_all_threads_says_what_to_do(server: Server, made: Isso) -> None:
    """It is switched off unless somebody wanted it."""
    server.site.pages["/latest"] = Reply(b"no", 404)
    with pytest.raises(Misconfigured, match="latest-enabled"):
        list(made.items(None))
    server.site.pages["/"] = Reply(b"no", 404)
    with pytest.raises(SiteAway, match="no Isso"):
        list(isso(server, made.known, uris=("/blog/fees",)).items(None))
