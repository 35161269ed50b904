"""The source `wordpress`: what is new on the site is told once, and what is gone is asked for first."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.ingest.comments_site import CommentsSite, Watching, watching


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


def test_a_comment_becomes_a_post_with_all_that_the_site_says(site: CommentsSite, watch: Watching) -> None:
    """Text, author, place, page, parent, thread, time; and its own bytes out of the answer, with the facts of that."""
    site.say(4, "caf\u00e9 &amp; <b>cake</b>", parent=2, author=5, author_url="http://dana.example")
    post = watch.passed()[3]
    assert (post.kind, post.native_id, post.text) == ("seen", "4", "café & cake")
    assert (post.surface, post.page_title) == ("2026/03/fees", "Fees \u2013 now")
    assert post.url == f"{site.address}/2026/03/fees/comment-page-2/#comment-4"
    assert (post.author.author_id, post.author.name, post.author.url) == ("user-5", "Dana & M.", "http://dana.example")
    assert (post.parent_post_id, post.thread_id) == ("blog:2", "blog:page-7")
    assert post.site_at == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    own = json.dumps(site.comments[4]).encode()
    assert (post.capture.content, post.capture.sha256) == (own, hashlib.sha256(own).hexdigest())
    assert (post.capture.http.status, post.capture.http.headers["x-wp-total"]) == (200, "4")
    assert post.capture.whole_size_bytes > len(own)


def test_what_was_told_is_not_told_again(site: CommentsSite, watch: Watching) -> None:
    """New comments and other texts only, at every pass; the first pass reads all, the next ones the newest page."""
    assert watch.told() == [("seen", "1", "hello"), ("seen", "2", "hello"), ("seen", "3", "hello")]
    assert watch.told() == []
    site.say(4, "new")
    site.say(2, "changed")
    assert watch.told() == [("seen", "4", "new"), ("edited", "2", "changed")]
    site.say(2)
    assert watch.told() == [("seen", "2", "hello")]  # the very fact of the first pass, seen again


def test_without_a_password_a_comment_that_vanished_is_removed(site: CommentsSite, watch: Watching) -> None:
    """Nobody says why; the capture is the site's answer to the question for its number. It may come back."""
    watch.passed()
    site.comments[2]["status"] = "spam"
    (post,) = watch.passed()
    assert (post.kind, post.native_id, post.capture.content) == ("removed", "2", b"[]")
    assert "include=2" in post.capture.http.url
    assert watch.told() == []
    site.comments[2]["status"] = "approved"
    assert watch.told() == [("seen", "2", "hello")]
    del site.comments[2]
    assert watch.told() == [("removed", "2", None)]


@pytest.mark.parametrize("status", ["hold", "spam", "trash"])
def test_with_a_password_the_capture_says_why(site: CommentsSite, insider: Watching, status: str) -> None:
    """The status stands in the bytes of the comment itself; the password is in no record."""
    insider.passed()
    site.comments[2]["status"] = status
    (post,) = insider.passed()
    assert (post.kind, json.loads(post.capture.content)["status"]) == ("removed", status)
    assert insider.told() == []
    del site.comments[2]
    assert insider.told() == []
    assert "abcd" not in repr(insider.publisher.sent)


def test_what_visitors_never_saw_is_not_told(site: CommentsSite, insider: Watching) -> None:
    """A comment that waits is told when it is approved."""
    site.say(4, status="hold")
    assert [post.native_id for post in insider.passed()] == ["1", "2", "3"]
    assert (insider.publisher.of("coverage")[0].read, insider.publisher.of("coverage")[0].kept) == (3, 3)
    site.say(4)
    assert insider.told() == [("seen", "4", "hello")]


def test_the_file_of_what_is_known_may_be_lost(site: CommentsSite, watch: Watching, tmp_path: Path) -> None:
    """Everything is told again as the same facts."""
    once = {post.record_id for post in watch.passed()}
    watch.known.close()
    (tmp_path / "data" / "known" / "blog.sqlite").unlink()
    with watching(site, tmp_path) as again:
        again.at = watch.at
        assert {post.record_id for post in again.passed(hours=2)} == once


def test_a_surface_of_our_own_is_that_of_every_post(site: CommentsSite, tmp_path: Path) -> None:
    """Where the whole site is one surface of the policy."""
    with watching(site, tmp_path, surface="blog/all") as watch:
        assert {post.surface for post in watch.passed()} == {"blog/all"}
