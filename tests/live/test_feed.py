"""A feed on real servers: a comment in it becomes a judged post that can be found; an outage is a gap, then read."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.lag import ends
from ingest.reader import read_all
from ingest.topics import create_topics
from records.coverage import Coverage
from records.posts import Post
from records.settings import Settings
from records.topics import COVERAGE, POSTS
from tests.ingest.web_site import Reply, WebSite
from tests.live.pipeline import Pipeline, wait_for
from tests.live.poller import NOBODY_JUDGES

pytestmark = [
    pytest.mark.live,
    pytest.mark.timeout(300),
]
TEXT = "Write me at dana@example.com, card 4111 1111 1111 1111"


class Blog:
    """The comment feed of a site: its newest entries, with a tag that says when nothing has changed."""

    def __init__(self, site: WebSite) -> None:
        self.site = site
        self.items: list[str] = []
        site.pages["/feed"] = self._answer

    def comment(self, native_id: str, text: str) -> None:
        """Somebody comments, now."""
        at = format_datetime(datetime.now(UTC))
        link = f"{self.site.address}/blog/fees#{native_id}"
        said = f"<guid>{native_id}</guid><link>{link}</link><pubDate>{at}</pubDate><description>{text}</description>"
        self.items.insert(0, f"<item>{said}</item>")

    def _answer(self, headers: dict[str, str]) -> Reply:
        tag = f'"{len(self.items)}"'
        if headers.get("if-none-match") == tag:
            return Reply(status=304)
        body = f"<rss><channel>{''.join(self.items)}</channel></rss>"
        return Reply(body.encode(), headers={"ETag": tag, "Content-Type": "application/rss+xml"})


@pytest.fixture
def blog() -> Iterator[Blog]:
    """A site with a feed."""
    with WebSite() as site:
        yield Blog(site)


@pytest.fixture
def asking(blog: Blog, live_settings: Settings, tmp_path: Path) -> Settings:
    """Settings of processes that ask that feed every second."""
    path = tmp_path / "sources.toml"
    path.write_text(f'[[sources]]\nkind = "feed"\nname = "blog"\nevery_seconds = 1\nurl = "{blog.site.address}/feed"\n')
    return live_settings.model_copy(update={"sources_file": path})


@pytest.fixture
def surroundings(asking: Settings, live_environment: dict[str, str]) -> dict[str, str]:
    """The same for a child process."""
    return live_environment | {"LIFEGUARD_SOURCES_FILE": str(asking.sources_file)}


def said(settings: Settings, *kinds: str) -> list[Coverage]:
    """What was said about our watching, of these kinds."""
    return [one.record for one in read_all(settings, [COVERAGE]) if one.record.kind in kinds]


def published(settings: Settings) -> list[Post]:
    """The posts on the topic."""
    return [one.record for one in read_all(settings, [POSTS])]


def found(pipeline: Pipeline, native_id: str) -> dict[str, Any] | None:
    """The document of a post, once the index shows it."""
    pipeline.settle()
    query = {"query": {"term": {"post_id": f"blog:{native_id}"}}}
    hits = pipeline.ask("POST", "/{posts}/_search", query)["hits"]["hits"]
    return hits[0]["_source"] if hits else None


def test_a_comment_is_judged_and_an_outage_is_a_gap_and_then_read(
    blog: Blog, asking: Settings, surroundings: dict[str, str]
) -> None:
    """What was there before is history; a new comment is found by its words; the gap has the outage's bounds."""
    blog.comment("c-1", "posted before anybody watched")
    with Pipeline(asking, surroundings, names=("judge", "fold", "poll")) as pipeline:
        wait_for(lambda: len(published(asking)) == 1, "the history is not told")
        blog.comment("c-2", TEXT)
        wait_for(lambda: len(published(asking)) == 2, "the comment is not told")
        document = found(pipeline, "c-2")
        assert document is not None
        assert (document["text"], document["state"], document["surface"]) == (TEXT, "open", "blog/fees")
        assert "personal_data" in document["labels"]
        assert [one.backfill for one in published(asking)] == [True, False]

        gone_at = datetime.now(UTC)
        blog.site.stop()
        blog.comment("c-3", "posted while nobody could ask")
        log = "the site does not answer"
        wait_for(lambda: log in pipeline.log("poll"), "the outage is not noticed")
        back_at = datetime.now(UTC)
        blog.site.start()
        wait_for(lambda: len(said(asking, "gap", "backfill")) == 2, "the gap is not closed")
        gap, backfill = said(asking, "gap", "backfill")
        assert (gap.kind, backfill.kind, backfill.kept) == ("gap", "backfill", 1)
        assert (gap.from_at, gap.until_at) == (backfill.from_at, backfill.until_at)
        assert gap.from_at is not None
        assert gap.until_at is not None
        assert gap.from_at <= gone_at + timedelta(seconds=1)
        assert gap.until_at >= back_at
        assert "does not answer" in (gap.detail or "")
        late = found(pipeline, "c-3")
        assert late is not None
        assert late["backfill"] is True
        capture = next(post.capture for post in published(asking) if post.native_id == "c-3")
        assert capture is not None
        assert capture.content == blog.items[0].encode()


def test_kill_9_in_the_middle_loses_nothing(blog: Blog, asking: Settings, surroundings: dict[str, str]) -> None:
    """The next pass tells what the broker had not yet acknowledged, and at most one batch again."""
    create_topics(asking)
    for number in range(1800):
        blog.comment(f"c-{number}", f"post {number}")
    command = [sys.executable, "-m", "ingest", "poll", "--once"]
    surroundings = surroundings | {"LIFEGUARD_BACKFILL_LAG_POSTS_MAX": NOBODY_JUDGES}
    first = subprocess.Popen(command, env=surroundings)
    wait_for(lambda: ends(asking, [POSTS])["posts"] > 300, "nothing is told")
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    for _ in range(2):
        subprocess.run(command, env=surroundings, check=True, timeout=120)
    ids = [post.native_id for post in published(asking)]
    assert len(set(ids)) == 1800
    assert len(ids) <= 1800 + 500
    assert blog.site.asked[-1][1]["if-none-match"] == '"1800"'
