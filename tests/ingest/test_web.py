"""Asking a site: limits, redirects, and what it means when the site does not answer as it should."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest.web import RETRY_AFTER_SECONDS_MAX, Form, SiteAway, Web, retry_after
from records.errors import Misconfigured
from tests.ingest.web_site import Reply, WebSite

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[WebSite]:
    """A site that answers."""
    with WebSite() as started:
        yield started


@pytest.fixture
def web() -> Iterator[Web]:
    """A way to it that takes at most 100 kB."""
    made = Web("blog", body_bytes_max=100_000)
    yield made
    made.close()


def check_away(web: Web, url: str, *words: str) -> SiteAway:
    """The site counts as away, for a reason with these words."""
    with pytest.raises(SiteAway) as away:
        web.get(url)
    for word in ("blog", *words):
        assert word in str(away.value)
    return away.value


def test_an_answer_comes_whole_with_its_facts(site: WebSite, web: Web) -> None:
    """Status, headers, bytes, and what is kept as evidence; cookies are not."""
    site.pages["/c"] = Reply(
        b"\xffbytes", headers={"ETag": '"7"', "Set-Cookie": "secret=1", "Content-Type": "text/xml"}
    )
    answer = web.get(f"{site.address}/c", params={"page": 2}, headers={"if-none-match": '"6"'}, auth=("u", "hush"))
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"\xffbytes", '"7"')
    assert answer.url == answer.http.url == f"{site.address}/c?page=2"
    assert answer.http.headers["etag"] == '"7"'
    assert "set-cookie" not in answer.http.headers
    ((path, asked),) = site.asked
    assert (path, asked["if-none-match"]) == ("/c?page=2", '"6"')
    assert asked["user-agent"].startswith("lifeguard/")
    assert "hush" not in repr(answer)


@pytest.mark.parametrize("status", [200, 304, 404, 410])
def test_these_are_answers(site: WebSite, web: Web, status: int) -> None:
    """The source knows what they mean."""
    site.pages["/c"] = Reply(status=status)
    assert web.get(f"{site.address}/c").status == status


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_for_a_person(site: WebSite, web: Web, status: int) -> None:
    """The sentence names the source; a caller that expects the status gets it."""
    site.pages["/c"] = Reply(status=status)
    with pytest.raises(Misconfigured, match=f"blog: the site refuses us .HTTP {status}"):
        web.get(f"{site.address}/c", auth=("u", "hush"))
    assert web.get(f"{site.address}/c", answers=(401, 403)).status == status


@pytest.mark.parametrize(
    ("status", "headers", "wait", "limited"),
    [
        (429, {"Retry-After": "17"}, 17.0, True),
        (429, {}, None, True),
        (503, {"Retry-After": "5"}, 5.0, True),
        (503, {}, None, False),
        (500, {"Retry-After": "5"}, None, False),
        (502, {}, None, False),
    ],
)
def test_a_site_that_says_later_is_away(
    site: WebSite, web: Web, status: int, headers: dict[str, str], wait: float | None, limited: bool
) -> None:
    """With how long to wait, where it says so."""
    site.pages["/c"] = Reply(status=status, headers=headers)
    away = check_away(web, f"{site.address}/c", str(status))
    assert (away.retry_after_seconds, away.rate_limited) == (wait, limited)


def test_a_site_that_does_not_answer_is_away(site: WebSite, web: Web) -> None:
    """Nothing listens, or what listens speaks something else."""
    site.stop()
    check_away(web, f"{site.address}/c", "does not answer")


def test_redirects_are_followed_within_bounds(site: WebSite, web: Web) -> None:
    """Not for ever, only to where the web is, and only within the site: nobody sends us into our own network."""
    site.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    site.pages["/new"] = Reply(b"here")
    assert web.get(f"{site.address}/old").url == f"{site.address}/new"
    site.pages["/loop"] = Reply(status=302, headers={"Location": "/loop"})
    check_away(web, f"{site.address}/loop", "more than 5 times")
    for location in ("file://127.0.0.1/etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"):
        site.pages["/odd"] = Reply(status=302, headers={"Location": location})
        check_away(web, f"{site.address}/odd", "neither http nor https")
    site.pages["/bad"] = Reply(status=302, headers={"Location": "http://[::1"})
    check_away(web, f"{site.address}/bad")
    site.pages["/other"] = Reply(status=302, headers={"Location": f"http://localhost:{site.port}/new"})
    asked = len(site.asked)
    check_away(web, f"{site.address}/other", "sends us on to localhost")
    assert len(site.asked) == asked + 1


def test_a_body_is_bounded_packed_or_not(site: WebSite, web: Web) -> None:
    """50 MB are not read, and 100 kB that would unpack to 50 MB neither."""
    site.pages["/large"] = Reply(b"x" * 50_000_000)
    check_away(web, f"{site.address}/large", "more than 100000 bytes")
    site.pages["/bomb"] = Reply(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"})
    check_away(web, f"{site.address}/bomb", "more than 100000 bytes")
    site.pages["/most"] = Reply(gzip.compress(b"x" * 100_000), headers={"Content-Encoding": "gzip"})
    assert web.get(f"{site.address}/most").body == b"x" * 100_000
    site.pages["/deflate"] = Reply(zlib.compress(b"x" * 10), headers={"Content-Encoding": "deflate"})
    assert web.get(f"{site.address}/deflate").body == b"x" * 10
    site.pages["/no"] = Reply(b"nonsense", headers={"Content-Encoding": "gzip"})
    check_away(web, f"{site.address}/no", "unpacked")
    site.pages["/br"] = Reply(b"nonsense", headers={"Content-Encoding": "br"})
    check_away(web, f"{site.address}/br", "encoding")


def test_a_slow_answer_is_not_waited_for_for_ever(site: WebSite) -> None:
    """Each read comes in time, and still the whole has a limit."""
    site.pages["/c"] = Reply(b"drip")
    times = iter([0.0, 1000.0, 2000.0])
    web = Web("blog", clock=lambda: next(times))
    check_away(web, f"{site.address}/c", "does not finish")
    web.close()


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("999999999999", RETRY_AFTER_SECONDS_MAX),
        ("Mon, 02 Mar 2026 09:15:00 GMT", 60.0),
        ("Mon, 02 Mar 2026 09:15:00", 60.0),
        ("Mon, 02 Mar 2020 09:15:00 GMT", 0.0),
        ("Mon, 02 Mar 9999 09:15:00 GMT", RETRY_AFTER_SECONDS_MAX),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str | None, wait: float | None) -> None:
    """What is neither says nothing."""
    assert retry_after(said, NOW) == wait
    assert retry_after(said, NOW + timedelta(days=4000 * 365)) in (None, 0.0, wait) or wait == RETRY_AFTER_SECONDS_MAX


def test_a_change_is_sent_once_and_a_redirect_is_an_answer(site: WebSite, web: Web) -> None:
    """Followed, it would become a question that changes nothing, or go to another host with our words in it."""
    for place in ("/elsewhere", "http://elsewhere.example/"):
        site.pages["/c"] = Reply(status=301, headers={"Location": place})
        answer = web.change("POST", f"{site.address}/c", {"status": "hold"}, auth=("u", "hush"))
        assert (answer.status, answer.code) == (301, "")
    assert site.said == [("POST", "/c", b'{"status":"hold"}')] * 2
    site.pages["/c"] = Reply(b'{"code": "not_so", "message": "<b>no</b>"}', 409)
    answer = web.change("DELETE", f"{site.address}/c", Form({"a": "1 2"}))
    assert (answer.status, answer.code, site.said[-1]) == (409, "not_so", ("DELETE", "/c", b"a=1+2"))


@pytest.mark.parametrize(("status", "problem"), [(0, SiteAway), (429, SiteAway), (503, SiteAway), (403, Misconfigured)])
def test_a_change_that_is_not_made_is_a_problem_as_everywhere(
    site: WebSite, web: Web, status: int, problem: type[Exception]
) -> None:
    """Also where the site hangs up after it has heard us: nobody knows what it did."""
    site.pages["/c"] = Reply(status=status)
    with pytest.raises(problem):
        web.change("POST", f"{site.address}/c", {})
    assert web.change("POST", f"{site.address}/c", {}, answers=(status,)).status == status if status else True


def test_nothing_is_kept_for_a_site_where_cookies_are_off(site: WebSite, web: Web) -> None:
    """Whoever looks as a visitor looks each time as a new one."""
    site.pages["/c"] = Reply(headers={"Set-Cookie": "who=1"})
    stranger = Web("blog", cookies=False)
    for asking in (web, web, stranger, stranger):
        asking.get(f"{site.address}/c")
    stranger.close()
    assert [asked.get("cookie") for _, asked in site.asked] == [None, "who=1", None, None]


@pytest.mark.parametrize("body", [b"", b"[", b"[1]", b'{"code": 7}', b'{"code": "with <b>words</b>"}', b"[" * 100_000])
def test_no_word_of_a_site_passes_for_a_code(site: WebSite, web: Web, body: bytes) -> None:
    """Only what is nothing but a code reaches a sentence of ours."""
    site.pages["/c"] = Reply(body)
    assert web.get(f"{site.address}/c").code == ""
