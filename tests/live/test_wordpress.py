"""A real WordPress under watch: what visitors write and moderators do there is judged, searchable and accounted for."""

import hashlib
import json
import os
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.cursors import Cursors
from ingest.reader import read_all
from ingest.topics import create_topics
from records.coverage import Coverage
from records.posts import Post
from records.received import Received
from records.settings import Settings
from records.topics import COVERAGE, POSTS, Topic
from tests.live.pipeline import Pipeline, wait_for
from tests.live.poller import Poller
from tests.live.wordpress_site import MODERATOR, WordPressSite, missing

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

TEXT = "Collins Reed promises that 500 becomes 6,200 in one week with no risk at all."
INSERTED = "['comment_post_ID' => 1, 'comment_content' => 'during', 'comment_author' => 'Bo', 'comment_approved' => 1]"
WATCHED = """
[[sources]]
kind = "wordpress"
name = "blog"
url = "{url}"
every_seconds = 1
reconcile_seconds = 3

[[sources]]
kind = "wordpress"
name = "inside"
url = "{url}"
every_seconds = 1
user = "{user}"
password_file = "{password_file}"
"""


@pytest.fixture(params=["/%year%/%monthnum%/%postname%/"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WordPressSite]:
    """The site; where this machine cannot run one, the sentence that says what to install."""
    sentence = missing()
    if sentence and os.environ.get("CI") == "true":
        pytest.fail(sentence)
    if sentence:
        pytest.skip(sentence)
    with WordPressSite(tmp_path / "wordpress", request.param) as started:
        yield started


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """Judge and fold."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold")) as started:
        yield started


@pytest.fixture
def poller(site: WordPressSite, live_settings: Settings, live_environment: dict[str, str], tmp_path: Path) -> Poller:
    """Two sources of the one site: what a visitor sees, and what its moderator sees; not started yet."""
    create_topics(live_settings)
    secret = tmp_path / "password"
    secret.write_text(site.password)
    return Poller(tmp_path, live_environment, WATCHED.format(url=site.url, user=MODERATOR, password_file=secret))


def records(settings: Settings, topic: Topic, source: str) -> list[Any]:
    """What one source has published on a topic."""
    found = [one.record for one in read_all(settings, [topic]) if isinstance(one, Received)]
    return [record for record in found if record.source == source]


def posts(settings: Settings, source: str, number: int) -> list[Post]:
    """What was told of one comment, in order."""
    return [post for post in records(settings, POSTS, source) if post.native_id == str(number)]


def coverage(settings: Settings, source: str, kind: str) -> list[Coverage]:
    """What a source said of its watching."""
    return [said for said in records(settings, COVERAGE, source) if said.kind == kind]


def document(pipeline: Pipeline, source: str, number: int) -> dict[str, Any]:
    """The document of a comment, or nothing yet."""
    wanted = {"query": {"ids": {"values": [f"{source}:{number}"]}}}
    hits = pipeline.ask("POST", "/{posts}/_search", wanted)["hits"]["hits"]
    return hits[0]["_source"] if hits else {}


@pytest.mark.parametrize("site", ["/%year%/%monthnum%/%postname%/", ""], indirect=True, ids=["pretty", "plain"])
def test_a_comment_on_the_site_becomes_a_judged_post_with_its_capture(
    site: WordPressSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """It is found by its words with what the judge says; its capture is cut out of what the site really answers."""
    number = site.comment(TEXT, "Tom & D'Arcy", url="http://darcy.example")
    reply = site.comment("I doubt that.", "Bo", comment_parent=number)
    with poller:
        wait_for(lambda: document(pipeline, "blog", reply).get("judged", False), "the reply was not judged")
        wait_for(lambda: document(pipeline, "blog", number).get("judged", False), "the comment was not judged")
    found = document(pipeline, "blog", number)
    assert (found["text"], found["author_name"]) == (TEXT, "Tom & D'Arcy")
    assert (found["page_title"], found["visible"]) == ("Hello world!", True)
    assert "promissory" in found["labels"]
    assert document(pipeline, "blog", reply)["parent_post_id"] == f"blog:{number}"
    pipeline.settle()
    wanted = {"query": {"match_phrase": {"text": "500 becomes 6,200"}}}
    hits = pipeline.ask("POST", "/{posts}/_search", wanted)["hits"]["hits"]
    assert {hit["_id"] for hit in hits} == {f"blog:{number}", f"inside:{number}"}
    check_capture(posts(live_settings, "blog", number)[0])


def check_capture(post: Post) -> None:
    """Digest and size are those of the bytes, and the site gives these very bytes to whoever asks the same."""
    capture = post.capture
    assert capture is not None
    assert capture.http is not None
    assert capture.sha256 == hashlib.sha256(capture.content).hexdigest()
    with urllib.request.urlopen(capture.http.url) as answer:
        assert capture.content in answer.read()
    assert json.loads(capture.content)["id"] == int(post.native_id)
    assert b"author_email" not in capture.content


def test_edits_and_what_moderators_take_away_are_seen(
    site: WordPressSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """A visitor sees that comments are gone, a moderator also why; what is approved again stands again."""
    names = ("edited", "spam", "trash", "deleted", "held")
    numbers = {name: site.comment(f"a comment to be {name}", "Dana M.") for name in names}
    with poller:
        for source in ("blog", "inside"):
            wait_for(lambda s=source: len(records(live_settings, POSTS, s)) == len(names), "not all were seen")
        site.edit(numbers["edited"], "another text")
        site.spam(numbers["spam"])
        site.trash(numbers["trash"])
        site.delete(numbers["deleted"])
        site.hold(numbers["held"])
        for source in ("blog", "inside"):
            wait_for(lambda s=source: len(records(live_settings, POSTS, s)) == 2 * len(names), "not all was seen")
        site.approve(numbers["held"])
        wait_for(lambda: document(pipeline, "blog", numbers["held"]).get("visible"), "it does not stand again")
    pipeline.settle()
    edited = document(pipeline, "blog", numbers["edited"])
    assert (edited["text"], edited["revisions"], edited["visible"]) == ("another text", 2, True)
    for name in ("spam", "trash", "deleted"):
        assert document(pipeline, "blog", numbers[name])["visible"] is False
        assert document(pipeline, "inside", numbers[name])["visible"] is False
        assert posts(live_settings, "blog", numbers[name])[-1].capture.content.startswith(b"[")
    for name in ("spam", "trash"):
        assert json.loads(posts(live_settings, "inside", numbers[name])[-1].capture.content)["status"] == name
    assert posts(live_settings, "inside", numbers["deleted"])[-1].capture.content == b"[]"
    assert site.password not in poller.said


def test_a_site_that_was_away_leaves_a_gap_with_bounds_that_is_filled(
    site: WordPressSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """What came meanwhile is told as backfill; the gap says since when, until when and why."""
    before = site.comment("before", "Dana M.")
    with poller:
        wait_for(lambda: document(pipeline, "blog", before).get("judged", False), "the first was not judged")
        wait_for(lambda: bool(coverage(live_settings, "blog", "heartbeat")), "there is no heartbeat")
        down_at = datetime.now(UTC)
        site.down()
        wait_for(lambda: "blog: the site does not answer" in poller.said, "the source has not noticed")
        missed = int(site.run(f"echo wp_insert_comment({INSERTED});"))
        up_at = datetime.now(UTC)
        site.up()
        wait_for(lambda: bool(coverage(live_settings, "blog", "backfill")), "the gap was not filled")
        wait_for(lambda: document(pipeline, "blog", missed).get("judged", False), "what was missed was not judged")
        wait_for(lambda: coverage(live_settings, "blog", "compared")[-1].read == 2, "the next walk did not end")
    [gap] = coverage(live_settings, "blog", "gap")
    assert gap.from_at is not None
    assert gap.until_at is not None
    assert gap.from_at <= down_at < up_at <= gap.until_at
    assert "does not answer" in (gap.detail or "")
    [filled] = coverage(live_settings, "blog", "backfill")
    assert (filled.from_at, filled.until_at, filled.kept) == (gap.from_at, gap.until_at, 1)
    assert [post.backfill for post in posts(live_settings, "blog", missed)] == [True]
    assert coverage(live_settings, "blog", "compared")[-1].kept == 2


def test_a_poller_that_is_killed_goes_on(site: WordPressSite, live_settings: Settings, poller: Poller) -> None:
    """Kill -9 in the middle of twelve hundred comments: every one is told in the end, and is one fact."""
    site.run(f"for ($n = 0; $n < 1200; $n++) {{ wp_insert_comment({INSERTED}); }}")
    with poller:
        wait_for(lambda: Cursors(live_settings).load("wordpress.blog") is not None, "nothing was told")
        poller.kill()
        poller.start()
        wait_for(lambda: bool(coverage(live_settings, "blog", "compared")), "the walk did not end")
    found = records(live_settings, POSTS, "blog")
    assert len({post.native_id for post in found}) == len({post.record_id for post in found}) == 1200
