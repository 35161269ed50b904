"""Walks of the source `wordpress`: many pages, a site that stops us, comments that move meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.web import SiteAway
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


def test_many_comments_are_walked_and_what_the_site_says_it_has_is_compared(
    site: CommentsSite, watch: Watching
) -> None:
    """Page by page; an old edit and an old deletion are seen by the next walk, and not before."""
    for number in range(4, 451):
        site.say(number)
    assert len(watch.passed()) == 450
    (said,) = watch.publisher.of("coverage")
    assert (said.kind, said.read, said.kept) == ("compared", 450, 450)
    site.say(5, "changed")
    del site.comments[6], site.comments[450]
    assert watch.told() == [("removed", "450", None)]
    assert watch.told(minutes=50) == []
    assert watch.told(minutes=20) == [("edited", "5", "changed"), ("removed", "6", None)]
    assert watch.publisher.of("coverage")[0].kept == 448


def test_a_backlog_is_read_to_where_it_began(site: CommentsSite, watch: Watching) -> None:
    """After a while away the newest pages are read until there is nothing new on one."""
    for number in range(4, 151):
        site.say(number)
    watch.passed()
    for number in range(151, 401):
        site.say(number)
    site.asked.clear()
    assert len(watch.passed()) == 250
    assert [(asked["page"], asked["order"]) for asked in site.queries()] == [(str(n), "desc") for n in (1, 2, 3, 4)]
    assert watch.told() == []


class Stumbles(CommentsSite):
    """Answers so many questions about comments, then asks us to come back later."""

    patience = 3

    def _listed(self, headers: dict[str, str]) -> Any:
        self.patience -= 1
        return super()._listed(headers) if self.patience >= 0 else Reply(b"", 429, {"Retry-After": "7"})


@pytest.mark.parametrize("moved", [False, True])
def test_a_walk_goes_on_where_the_site_stopped_it(tmp_path: Path, moved: bool) -> None:
    """With two pages a time all six hundred are told in the end, even if some were deleted between the passes."""
    with Stumbles() as site:
        for number in range(1, 601):
            site.say(number)
        told: set[str] = set()
        with watching(site, tmp_path) as watch:
            for _ in range(2):
                site.patience = 3
                with pytest.raises(SiteAway) as away:
                    watch.passed()
                assert (away.value.rate_limited, away.value.retry_after_seconds) == (True, 7)
                told |= {post.native_id for post in watch.publisher.of("posts") if post.kind == "seen"}
                for number in list(site.comments)[: 3 if moved else 0]:
                    del site.comments[number]
            site.patience = 3
            told |= {post.native_id for post in watch.passed()}
        assert told == {str(number) for number in range(1, 601)}


def test_deletions_during_a_walk_hide_nobody(tmp_path: Path) -> None:
    """What moves up into a page that was read is read again."""

    class Deletes(CommentsSite):
        def _listed(self, headers: dict[str, str]) -> Any:
            reply = super()._listed(headers)
            self.comments.pop(min(self.comments))
            return reply

    with Deletes() as site:
        for number in range(1, 351):
            site.say(number)
        with watching(site, tmp_path) as watch:
            assert {post.native_id for post in watch.passed()} >= {str(number) for number in range(100, 351)}


def test_a_backlog_that_was_cut_short_is_walked(tmp_path: Path) -> None:
    """The newest were told, the older ones not: the next pass reads all."""
    with Stumbles() as site:
        site.say(1)
        with watching(site, tmp_path) as watch:
            watch.passed()
            for number in range(2, 351):
                site.say(number)
            site.patience = 2
            with pytest.raises(SiteAway):
                watch.passed()
            assert len(watch.publisher.of("posts")) == 200
            site.patience = 9
            assert len(watch.passed()) == 149
