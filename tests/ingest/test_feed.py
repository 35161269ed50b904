"""The source `feed`: what an RSS or Atom feed tells becomes posts with their exact bytes, whatever is in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.feeds.entries import ENTRY_BYTES_MAX, read
from ingest.feeds.mending import mended, painted_over
from ingest.feeds.slices import DEPTH_MAX, ENTRIES_MAX, slices
from ingest.known import Known
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.sources.feed import MOVED_ON, Feed, FeedOptions, source
from ingest.sources.source import Bad, Item, Looked, Missed
from ingest.web import SiteAway
from records.digests import post_id_of, sha256_hex
from records.errors import Malformed
from records.posts import Post
from records.settings import Settings
from tests.ingest.web_site import Reply, WebSite

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Comments for the blog</title><link>https://www.example.com</link>
%b
</channel></rss>
"""
ATOM = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><title>Comments</title>
%b
</feed>
"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://www.example.com"><title>Comments</title></channel>
%b
</rdf:RDF>
"""
DANA = """<item><title>By: Dana M.</title><link>https://www.example.com/blog/fees/#comment-7</link>
<dc:creator><![CDATA[Dana M.]]></dc:creator><pubDate>Mon, 02 Mar 2026 10:14:00 +0100</pubDate>
<guid isPermaLink="false">https://www.example.com/?p=1#comment-7</guid>
<description>Does the fee change?</description>
<content:encoded><![CDATA[<p>Does the <a href="https://evil.example/x">fee</a> change? caf\u00e9 \u4e2d</p>]]>
</content:encoded></item>"""
NOA = """<entry><title>Re</title><id>tag:www.example.com,2026:c-8</id>
<link rel="alternate" href="https://www.example.com/blog/fees#c-8"/>
<link rel="enclosure" href="https://www.example.com/cat.png" type="image/png"/>
<published>2026-03-02T09:14:00Z</published><updated>2026-03-02T09:20:00Z</updated>
<author><name>Noa</name><uri>https://noa.example</uri></author>
<thr:in-reply-to ref="tag:www.example.com,2026:c-7"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">hello <b>you</b> &lt;i&gt;</div></content></entry>"""


def item(native_id: str, text: str = "hello", at: str = "Mon, 02 Mar 2026 09:14:00 GMT") -> str:
    """One entry of RSS."""
    return f"<item><guid>{native_id}</guid><pubDate>{at}</pubDate><description>{text}</description></item>"


def rss(*items: str) -> bytes:
    """A feed of these."""
    return RSS.replace(b"%b", "\n".join(items).encode("utf-8", "surrogatepass"))


@pytest.fixture
def site() -> Iterator[WebSite]:
    """A site with a feed."""
    with WebSite() as started:
        yield started


@pytest.fixture
def feed(site: WebSite, tmp_path: Path) -> Iterator[Feed]:
    """The source that asks it."""
    with Known(Settings(data_dir=tmp_path), "blog") as known:
        options = FeedOptions(kind="feed", name="blog", url=f"{site.address}/feed")
        found = source(options, known, Reading("blog", natural()))
        yield found
        found.web.close()


def told(feed: Feed, site: WebSite, *answers: bytes | Reply, cursor: Any = None) -> list[Item]:
    """What each answer of the site makes the source tell, kept as the loop keeps it."""
    items: list[Item] = []
    for answer in answers:
        site.pages["/feed"] = answer if isinstance(answer, Reply) else Reply(answer)
        items = list(feed.items(cursor))
        feed.known.keep(
            {one.what.native_id: one.state for one in items if isinstance(one.what, Post) and one.state is not None}
        )
    return items


def posts(items: list[Item]) -> list[Post]:
    """The posts among them."""
    return [one.what for one in items if isinstance(one.what, Post)]


def bad(items: list[Item]) -> list[Bad]:
    """What could not be read."""
    return [one.what for one in items if isinstance(one.what, Bad)]


def test_a_comment_of_rss_becomes_a_post_with_its_exact_bytes(feed: Feed, site: WebSite) -> None:
    """Text with the addresses of its links, author, page, time; the slice, and the digest of the whole."""
    body = rss(item("c-1"), DANA)
    dana, _ = posts(told(feed, site, Reply(body, headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})))
    assert dana.kind == "seen"
    assert dana.native_id == "https://www.example.com/?p=1#comment-7"
    assert dana.text == "Does the fee (https://evil.example/x) change? caf\u00e9 \u4e2d"
    assert (dana.surface, dana.url) == ("blog/fees", "https://www.example.com/blog/fees/#comment-7")
    assert dana.page_title == "By: Dana M."
    assert dana.author is not None
    assert dana.author.name == "Dana M."
    assert dana.site_at is not None
    assert dana.site_at.isoformat() == "2026-03-02T09:14:00+00:00"
    capture = dana.capture
    assert capture is not None
    assert capture.content == DANA.encode()
    assert (capture.whole_sha256, capture.whole_size_bytes) == (sha256_hex(body), len(body))
    assert capture.media_type == "application/rss+xml"
    assert capture.http is not None
    assert (capture.http.status, capture.http.headers["etag"]) == (200, '"1"')


def test_a_comment_of_atom_becomes_a_post(feed: Feed, site: WebSite) -> None:
    """With what it answers to, what is attached, and where its author says they are."""
    (noa,) = posts(told(feed, site, ATOM.replace(b"%b", NOA.encode())))
    assert (noa.native_id, noa.text) == ("tag:www.example.com,2026:c-8", "hello you <i>")
    assert noa.parent_post_id == post_id_of("blog", "tag:www.example.com,2026:c-7")
    assert [(one.url, one.media_type) for one in noa.media] == [("https://www.example.com/cat.png", "image/png")]
    assert noa.author is not None
    assert (noa.author.name, noa.author.url) == ("Noa", "https://noa.example")
    assert noa.site_at is not None
    assert noa.site_at.isoformat() == "2026-03-02T09:14:00+00:00"
    assert noa.capture is not None
    assert noa.capture.content == NOA.encode()


def test_rss_1_is_read_too(feed: Feed, site: WebSite) -> None:
    """Its items stand beside the channel."""
    one = b'<item rdf:about="https://www.example.com/a#1"><title>T</title><description>hello</description></item>'
    (post,) = posts(told(feed, site, RDF.replace(b"%b", one)))
    assert (post.native_id, post.text) == ("https://www.example.com/a#1", "hello")


def test_only_what_is_new_or_changed_is_told_and_the_oldest_first(feed: Feed, site: WebSite) -> None:
    """A changed text is an edit, with the time of the change where the feed has one."""
    first = told(feed, site, rss(item("c-2"), item("c-1")))
    assert [post.native_id for post in posts(first)] == ["c-1", "c-2"]
    again = told(feed, site, rss(item("c-3"), item("c-2"), item("c-1", "changed")))
    assert [(post.native_id, post.kind, post.text) for post in posts(again)] == [
        ("c-1", "edited", "changed"),
        ("c-3", "seen", "hello"),
    ]
    assert again[-1].what == Looked(3)
    told(feed, site, ATOM.replace(b"%b", NOA.encode()))
    (edit,) = posts(told(feed, site, ATOM.replace(b"%b", NOA.replace("hello", "goodbye").encode())))
    assert edit.site_at is not None
    assert (edit.kind, edit.site_at.isoformat()) == ("edited", "2026-03-02T09:20:00+00:00")


def test_a_feed_that_has_not_changed_is_not_sent_again(feed: Feed, site: WebSite) -> None:
    """The site is told what we have, and its 304 is a good pass with nothing new."""
    headers = {"ETag": 'W/"7"', "Last-Modified": "Mon, 02 Mar 2026 09:14:00 GMT"}
    cursor = told(feed, site, Reply(rss(item("c-1")), headers=headers))[-1].cursor
    assert told(feed, site, Reply(status=304), cursor=cursor) == []
    asked = site.asked[-1][1]
    assert asked["if-none-match"] == 'W/"7"'
    assert asked["if-modified-since"] == "Mon, 02 Mar 2026 09:14:00 GMT"
    told(feed, site, rss(), cursor=cursor | {"url": "https://www.example.com/another"})
    assert "if-none-match" not in site.asked[-1][1]


def test_the_place_moves_only_when_all_has_been_told(feed: Feed, site: WebSite) -> None:
    """Else a crash in the middle would be answered with: nothing has changed."""
    items = told(feed, site, Reply(rss(item("c-1"), item("c-2")), headers={"ETag": '"7"'}))
    assert [bool(one.cursor) for one in items] == [False, False, True]


def test_a_window_that_moved_on_is_on_record(feed: Feed, site: WebSite) -> None:
    """Where nothing in the feed is known, more may have been posted than it holds; up to its oldest entry."""
    first = told(feed, site, rss(item("c-1"), item("c-2")))
    assert not [one for one in first if isinstance(one.what, Missed)]
    late = "Mon, 02 Mar 2026 10:00:00 GMT"
    moved = told(feed, site, rss(item("c-9"), item("c-8", at=late.replace("10:", "08:"))))
    assert isinstance(moved[0].what, Missed)
    assert moved[0].what.why == MOVED_ON
    assert moved[0].what.until_at is not None
    assert moved[0].what.until_at.isoformat() == "2026-03-02T08:00:00+00:00"
    overlap = told(feed, site, rss(item("c-10"), item("c-9")))
    assert not [one for one in overlap if isinstance(one.what, Missed)]
    assert told(feed, site, rss())[0].what == Looked(0)
    undated = told(feed, site, rss(item("c-20"), item("c-21", at="whenever")))
    assert undated[0].what == Missed(MOVED_ON, None)


def test_ids_that_are_missing_or_stand_twice(feed: Feed, site: WebSite) -> None:
    """A link can stand for the id; without either there is no post; a second text under one id is put aside."""
    linked = "<item><link>https://www.example.com/a#1</link><description>by link</description></item>"
    nameless = "<item><description>nobody can find me again</description></item>"
    body = rss(
        item("c-1", "first"), item("c-1", "second"), item("c-1", "first"), linked, nameless, "<item/>", "<item />"
    )
    items = told(feed, site, body)
    assert sorted(str(post.text) for post in posts(items)) == ["by link", "first"]
    reasons = sorted(one.reason for one in bad(items))
    assert reasons == ["has the id of another entry of the feed", *["id: is missing"] * 3]
    assert b"<item/>" in [one.value for one in bad(items)]
    assert [post.text for post in posts(told(feed, site, body))] == []


def test_titles_are_text_where_authors_write_them(feed: Feed, site: WebSite) -> None:
    """As in a forum, where the title is part of what a third party posted."""
    options = feed.options.model_copy(update={"with_title": True, "surface": "forum"})
    forum = source(options, feed.known, feed.reading)
    entry = (
        "<item><guid>t-1</guid><title>Free &lt;b&gt;money&lt;/b&gt;</title><description>Write me</description></item>"
    )
    (post,) = posts(told(forum, site, rss(entry)))
    assert (post.text, post.surface) == ("Free money\n\nWrite me", "forum")
    forum.web.close()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("Mon, 02 Mar 2026 09:14:00 +2599", "2026-03-01T06:35:00+00:00"),
        ("Mon, 31 Feb 2026 09:14:00 GMT", None),
        ("Fri, 01 Jan 9999 23:59:60 -1200", None),
        ("0000-00-00T00:00:00Z", None),
        ("2026-03-02T09:14:00+01:00", "2026-03-02T08:14:00+00:00"),
        ("9" * 5000, "9999-11-01T00:00:00+00:00"),
        ("", None),
        ("yesterday", None),
    ],
)
def test_dates_from_hell_cost_only_themselves(feed: Feed, site: WebSite, at: str, expected: str | None) -> None:
    """The post is told all the same, with no time or one that makes sense."""
    (post,) = posts(told(feed, site, rss(item("c-1", at=at))))
    assert (None if post.site_at is None else post.site_at.isoformat()) == expected


def test_what_is_not_a_feed_is_kept_and_the_site_counts_as_away(feed: Feed, site: WebSite) -> None:
    """A login page, half an answer, something else: a person sees why, and it is a gap."""
    for body, word in (
        (b"<html><body>Log in</body></html>", "neither RSS nor Atom"),
        (rss(item("c-1"))[:-20], "not XML"),
        (b"", "not XML"),
        (b"\x00\x01\x02", "not XML"),
        ("<rss><item>".encode("utf-32"), "not XML"),
        (rss("<a>" * (DEPTH_MAX + 1) + "</a>" * (DEPTH_MAX + 1)), "deeper than"),
        (rss(item("c-1"), "<a/>" * 30_000), "around its entries"),
        (rss(*(item(f"c-{n}") for n in range(ENTRIES_MAX + 1))), "more than"),
    ):
        site.pages["/feed"] = Reply(body)
        found = feed.items(None)
        letter = next(found).what
        assert isinstance(letter, Bad)
        assert word in letter.reason
        assert (letter.sha256, letter.size_bytes) == (sha256_hex(body), len(body))
        with pytest.raises(SiteAway, match="what the site answers"):
            next(found)
    site.pages["/feed"] = Reply(status=404)
    with pytest.raises(SiteAway, match="HTTP 404"):
        next(feed.items(None))


BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">%b]><rss><item>&b;</item></rss>"""
)
OUTSIDE = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "%b">]><rss><channel><item><guid>1</guid></item></channel></rss>"""


@pytest.mark.parametrize("body", [BOMB, OUTSIDE, OUTSIDE.replace(b" x ", b" % x ")])
def test_entities_are_neither_unpacked_nor_fetched(site: WebSite, body: bytes) -> None:
    """Refused where they are declared."""
    site.pages["/secret"] = Reply(b"secret")
    with pytest.raises(Malformed, match="declares entities"):
        slices(body.replace(b"%b", f"{site.address}/secret".encode()))
    outside = f'<!DOCTYPE rss SYSTEM "{site.address}/secret"><rss><channel>{item("c-1")}</channel></rss>'.encode()
    found = slices(outside)
    assert read(found, next(iter(found)))["id"] == "c-1"
    assert site.asked == []


@pytest.mark.parametrize(
    "stray",
    [
        "a\x0bb",
        "a\x00b",
        "a & b",
        "a &nbsp; b",
        "a &unknown; b",
        "a &#11; b",
        "a &#x0; b",
        "a &#xFFFFFF; b",
        "a \ufffe b",
        "<![CDATA[a & \x08 &nbsp;]]>",
        "\ud800",
    ],
)
def test_what_one_author_posted_does_not_hide_the_others(feed: Feed, site: WebSite, stray: str) -> None:
    """A character that XML does not allow is passed over; everybody's post is told, with its exact bytes."""
    body = rss(item("c-1", "before"), item("c-2", stray), item("c-3", "after &amp; all"))
    found = posts(told(feed, site, body))
    assert [post.native_id for post in found] == ["c-3", "c-2", "c-1"]
    assert (found[0].text, found[2].text) == ("after & all", "before")
    assert found[1].capture is not None
    assert found[1].capture.content == item("c-2", stray).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252"])
def test_encodings_are_read_as_declared(feed: Feed, site: WebSite, encoding: str) -> None:
    """And the slice is in the bytes of the site, not in ours."""
    text = rss(item("c-1", "caf\u00e9"), item("c-2", "\u00fc>"), "<item/>").decode()
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    body = text.replace("UTF-8", declared).encode(encoding)
    found = posts(told(feed, site, body))
    assert [post.text for post in found] == ["\u00fc>", "caf\u00e9"]
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)
    assert found[1].capture is not None
    assert found[1].capture.content == item("c-1", "caf\u00e9").encode(plain)


def test_wrong_encodings_are_read_as_well_as_can_be(feed: Feed, site: WebSite) -> None:
    """HTTP helps where the feed says nothing true; an entry in another encoding garbles only itself."""
    text = rss(item("c-1", "caf\u00e9")).decode()
    plain = text.replace(' encoding="UTF-8"', "").encode("iso-8859-2")
    (post,) = posts(told(feed, site, Reply(plain, headers={"Content-Type": "text/xml; charset=ISO-8859-2"})))
    assert post.text == "caf\u00e9"
    mixed = rss(item("c-2", "caf\u00e9"), item("c-3", "X")).replace(b">X<", b">na\xefve<")
    found = posts(told(feed, site, Reply(mixed, headers={"Content-Type": "text/xml; charset=nonsense"})))
    assert [post.text for post in found] == ["na\u00efve", "caf\u00e9"]


def test_a_huge_entry_is_put_aside_and_a_huge_feed_not_read(feed: Feed, site: WebSite) -> None:
    """The others are told."""
    items = told(feed, site, rss(item("c-1", "x" * ENTRY_BYTES_MAX), item("c-2")))
    assert [post.native_id for post in posts(items)] == ["c-2"]
    (letter,) = bad(items)
    assert "longer than" in letter.reason
    assert len(letter.value) < letter.size_bytes
    with pytest.raises(SiteAway, match="more than 5000000 bytes"):
        told(feed, site, Reply(b"<rss>" + b"x" * 50_000_000))


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "unit",
    [
        "&",
        "&#",
        "&a",
        "&lt;",
        "&amp;lt;a ",
        "<",
        "<a ",
        "<![CDATA[",
        "\x0b",
        "]]>",
        "\x80",
        "&lt;!--",
        "&lt;a href=",
        "\n",
    ],
)
def test_no_content_makes_reading_slow(unit: str) -> None:
    """Half a million characters are read in a second; by the square of them it would take hours."""
    body = rss(item("c-1", (unit * 400_000)[:400_000]))
    try:
        found = slices(body)
        read(found, next(iter(found)))
    except Malformed as problem:
        assert "is not XML" in str(problem)  # noqa: PT017  both are an answer


anything = st.text(st.characters(codec=None, categories=None), max_size=60)


@settings(max_examples=150, deadline=None)
@given(st.lists(anything, min_size=1, max_size=4))
def test_texts_of_any_kind_come_back_as_entries(texts: list[str]) -> None:
    """However the texts look, properly escaped they make one entry each, whose slice is exact."""
    from xml.sax.saxutils import escape

    items = [item(f"c-{number}", escape(text)) for number, text in enumerate(texts)]
    body = rss(*items)
    found = slices(body)
    assert list(found) == [one.encode("utf-8", "surrogatepass") for one in items]
    assert [read(found, entry)["id"] for entry in found] == [f"c-{number}" for number in range(len(texts))]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 600), st.integers(0, 60))
def test_no_bytes_break_the_reader(stray: bytes, at: int, gone: int) -> None:
    """Whatever the site answers, it is entries or one sentence."""
    body = rss(DANA, item("c-1"))
    body = body[:at] + stray + body[at + gone :]
    try:
        found = slices(body, "utf-8")
    except Malformed:
        return
    for entry in found:
        assert entry in body
        try:
            read(found, entry)
        except Malformed:
            continue


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_painting_over_moves_nothing(body: bytes) -> None:
    """As long as before, and a tag stays where it was."""
    painted = painted_over(body)
    assert len(painted) == len(body)
    assert [n for n, byte in enumerate(painted) if byte in b"<>"] == [n for n, byte in enumerate(body) if byte in b"<>"]


def test_mending_keeps_what_is_right() -> None:
    """Only what XML would refuse is written otherwise."""
    assert mended("a &amp; b &#233; &#xe9; &lt;") == "a &amp; b &#233; &#xe9; &lt;"
    assert (
        mended("AT&T &eacute; &fj\x00lig; &foo; &#0; &#x110000;")
        == "AT&amp;T &#233; &amp;fj lig; &amp;foo; \ufffd \ufffd"
    )
