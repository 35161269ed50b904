"""What a bad answer does to the source `wordpress`: it harms nothing, and says what is wrong."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ingest.sources.wordpress import WordPressOptions
from ingest.web import SiteAway
from records.errors import Misconfigured
from tests.ingest.comments_site import CommentsSite, Watching, watching
from tests.ingest.web_site import Reply


@pytest.fixture
def site() -> Iterator[CommentsSite]:
    """A site with comments 1 to 3."""
    with CommentsSite() as started:
        for number in (1, 2, 3):
            started.say(number)
        yield started


@pytest.fixture
def watch(site: CommentsSite, tmp_path: Path) -> Iterator[Watching]:
    """A source that sees what visitors see."""
    with watching(site, tmp_path) as made:
        yield made


@pytest.fixture
def insider(site: CommentsSite, tmp_path: Path) -> Iterator[Watching]:
    """A source with an application password."""
    secret = tmp_path / "password"
    secret.write_text("abcd efgh ijkl\n")
    with watching(site, tmp_path / "insider", user="moderator", password_file=str(secret)) as made:
        yield made


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "id:"),
        ({"id": "5"}, "id:"),
        ({"content": {}}, "content.rendered"),
        ({"date_gmt": "yesterday"}, "posted_at"),
        ({"link": 7}, "url"),
    ],
)
def test_a_comment_that_cannot_be_read_is_put_aside_once(
    site: CommentsSite, watch: Watching, fields: dict[str, Any], reason: str
) -> None:
    """With its bytes and the reason, and the others are told."""
    site.say(2, **fields)
    assert [post.native_id for post in watch.passed()] == ["1", "3"]
    (letter,) = watch.publisher.of("dead-letters")
    assert letter.value == json.dumps(site.comments[2]).encode()
    assert reason in letter.reason
    assert watch.told() == []
    assert watch.publisher.of("dead-letters") == []


@pytest.mark.parametrize("date", ["0000-00-00T00:00:00", "-0001-11-30T00:00:00", None])
def test_a_comment_without_a_date_is_a_post_without_one(site: CommentsSite, watch: Watching, date: str | None) -> None:
    """Imports leave such comments behind; visitors see them all the same."""
    site.say(2, date_gmt=date)
    assert [post.site_at is None for post in watch.passed()] == [False, True, False]


def test_an_enormous_comment_is_kept_cut(site: CommentsSite, watch: Watching) -> None:
    """Its text and its capture are cut and marked; its digest is that of the whole."""
    site.say(2, "x" * 1_000_000)
    post = watch.passed()[1]
    assert post.text_cut
    assert post.capture.cut
    assert post.capture.sha256 == hashlib.sha256(json.dumps(site.comments[2]).encode()).hexdigest()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"code":"rest_no_route","message":"No route"}', "rest_no_route"),
        (b'{"code":"<script>","message":"x"}', "not a JSON array"),
        (b"<!DOCTYPE html><title>Soon</title>", "not a JSON array"),
        (b'[{"id":1,"content":{"ren', "not JSON"),
        (b"[" * 50_000, "nested too deeply"),
    ],
)
def test_an_answer_that_is_none_means_that_the_site_is_away(
    site: CommentsSite, watch: Watching, body: bytes, said: str
) -> None:
    """Nothing is told as removed for it, and the sentence repeats no word of the site but its code."""
    watch.passed()
    site.body = body
    with pytest.raises(SiteAway, match=said) as away:
        watch.passed()
    assert "<script>" not in str(away.value)
    assert watch.publisher.of("posts") == []
    site.body = None
    assert watch.told() == []


def test_a_site_that_does_not_understand_us_is_away(site: CommentsSite, watch: Watching) -> None:
    """One that gives all comments whatever is asked for is not taken at its word."""
    watch.passed()
    del site.comments[2]
    site.body = json.dumps([site.comments[1], site.comments[3]]).encode()
    with pytest.raises(SiteAway, match="other comments than those"):
        watch.passed()
    assert watch.publisher.of("posts") == []


def test_a_site_that_has_one_page_for_everything_is_away(site: CommentsSite, watch: Watching) -> None:
    """Without counts, and with the same answer to every question, a walk would never end."""
    site.body = json.dumps(list(site.comments.values())).encode()
    with pytest.raises(SiteAway, match="on every page"):
        watch.passed()


def test_counts_that_a_proxy_took_away_are_not_needed(site: CommentsSite, watch: Watching) -> None:
    """The walk ends with an empty page, and nothing is compared."""
    site.headers_off = True
    assert len(watch.passed()) == 3
    assert watch.publisher.of("coverage") == []
    assert watch.told() == []


def test_a_wrong_password_is_a_sentence_without_it(site: CommentsSite, insider: Watching) -> None:
    """The name of the source, and where to look."""
    site.pages["/wp-json/wp/v2/comments"] = lambda _: site.pages["refused"]

    site.pages["refused"] = Reply(b'{"code":"incorrect_password"}', 401)
    with pytest.raises(Misconfigured, match=r"blog.*refuses") as refused:
        insider.passed()
    assert "abcd" not in str(refused.value)


def test_a_password_goes_to_its_site_alone(site: CommentsSite, insider: Watching) -> None:
    """Where the front page names an API elsewhere, nothing is asked there with it."""
    site.pages["/"] = Reply(headers={"Link": f'<http://localhost:{site.port}/wp-json/>; rel="https://api.w.org/"'})
    with pytest.raises(Misconfigured, match="password is for that alone"):
        insider.passed()
    assert site.queries() == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"user": "moderator"}, "belong together"),
        ({"user": "m", "password_file": "p", "url": "http://blog.example"}, "https only"),
        ({"url": "ftp://blog.example"}, "http"),
        ({"every": 3}, "Extra"),
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any], said: str) -> None:
    """With the reason."""
    with pytest.raises(ValidationError, match=said):
        WordPressOptions.model_validate({"kind": "wordpress", "name": "blog", "url": "https://blog.example"} | options)


def test_a_site_that_does_not_name_its_api_is_asked_where_it_always_is(site: CommentsSite, watch: Watching) -> None:
    """Some proxies take the Link header away; the plain form of the address works on every site."""
    listed = site.pages["/wp-json/wp/v2/comments"]

    def front(headers: dict[str, str]) -> Reply:
        return listed(headers) if "rest_route=/wp/v2/comments&" in site.asked[-1][0] else Reply(b"<html>")

    site.pages = {"/": front}
    assert [post.native_id for post in watch.passed()] == ["1", "2", "3"]
