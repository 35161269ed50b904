"""A real Isso under watch: what visitors write and take back there is judged, searchable and accounted for."""

import hashlib
import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.reader import read_all
from records.coverage import Coverage
from records.posts import Post
from records.received import Received
from records.settings import Settings
from records.topics import COVERAGE, POSTS, Topic
from tests.live.isso_site import IssoSite, installed
from tests.live.pipeline import Pipeline, wait_for
from tests.live.poller import Poller

pytestmark = [pytest.mark.live, pytest.mark.timeout(400)]

TEXT = "Collins Reed promises that 500 becomes 6,200 in one week with no risk at all."
MANY = 1200
FEES, CARDS = "/blog/fees", "/blog/cards"
WATCHED = """
[[sources]]
kind = "isso"
name = "all"
url = "{url}"
every_seconds = 1
site = "https://example.org"

[[sources]]
kind = "isso"
name = "fees"
url = "{url}"
every_seconds = 1
uris = ["/blog/fees"]
"""


@pytest.fixture(params=[False])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IssoSite]:
    """The site, with or without a moderator before everything; where Isso cannot be installed, a sentence says so."""
    try:
        installed()
    except (OSError, subprocess.SubprocessError):
        sentence = "a real Isso is needed: it is installed from PyPI the first time, so connect this machine once"
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with IssoSite(tmp_path / "isso", latest=True, moderated=request.param) as started:
        yield started


@pytest.fixture
def pipeline(live_settings: Settings, live_environment: dict[str, str]) -> Iterator[Pipeline]:
    """Judge and fold."""
    with Pipeline(live_settings, live_environment, names=("judge", "fold")) as started:
        yield started


@pytest.fixture
def poller(site: IssoSite, pipeline: Pipeline, live_environment: dict[str, str], tmp_path: Path) -> Poller:
    """Two sources of the one site: all of its threads, and one that is named; not started yet."""
    return Poller(tmp_path, live_environment, WATCHED.format(url=site.url))


def records(settings: Settings, topic: Topic, source: str) -> list[Any]:
    """What one source has published on a topic."""
    found = [one.record for one in read_all(settings, [topic]) if isinstance(one, Received)]
    return [record for record in found if record.source == source]


def posts(settings: Settings, source: str, number: int) -> list[Post]:
    """What was told of the comments with one number, in order."""
    return [post for post in records(settings, POSTS, source) if post.native_id.partition("-")[0] == str(number)]


def coverage(settings: Settings, source: str, kind: str) -> list[Coverage]:
    """What a source said of its watching."""
    return [said for said in records(settings, COVERAGE, source) if said.kind == kind]


def documents(pipeline: Pipeline, source: str, text: str) -> list[dict[str, Any]]:
    """The documents of one source with these words, judged or not."""
    wanted = {"bool": {"filter": [{"term": {"source": source}}], "must": [{"match_phrase": {"text": text}}]}}
    hits = pipeline.ask("POST", "/{posts}/_search", {"query": wanted})["hits"]["hits"]
    return [hit["_source"] for hit in hits]


def judged(pipeline: Pipeline, source: str, text: str) -> bool:
    """Whether a post with these words can be found with its verdict."""
    return any(one.get("judged") for one in documents(pipeline, source, text))


def test_a_comment_on_the_site_becomes_a_judged_post_with_its_capture(
    site: IssoSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """It is found by its words with what the judge says; its capture is cut out of what the site really answers."""
    number = site.comment(FEES, TEXT, author="Tom & D'Arcy", website="http://darcy.example", email="tom@example.org")
    reply = site.comment(FEES, "I doubt *that*.", author="Bo", parent=number)
    site.comment(CARDS, "Which card is the cheapest?")
    with poller:
        for source in ("all", "fees"):
            wait_for(lambda s=source: judged(pipeline, s, "500 becomes 6,200"), "the comment was not judged")
            wait_for(lambda s=source: judged(pipeline, s, "I doubt that"), "the reply was not judged")
        wait_for(lambda: judged(pipeline, "all", "Which card"), "the other thread was not judged")
    [found] = documents(pipeline, "all", "500 becomes 6,200")
    assert (found["text"], found["author_name"], found["surface"]) == (TEXT, "Tom & D'Arcy", "blog/fees")
    assert (found["url"], found["visible"]) == (f"https://example.org/blog/fees#isso-{number}", True)
    assert "promissory" in found["labels"]
    [answered] = documents(pipeline, "fees", "I doubt that")
    assert answered["parent_post_id"] == posts(live_settings, "fees", number)[0].post_id
    assert documents(pipeline, "fees", "Which card") == []
    for source, of in (("all", number), ("fees", number), ("fees", reply)):
        check_capture(posts(live_settings, source, of)[0], of)
    compared = coverage(live_settings, "all", "compared")[0]
    assert (compared.read, compared.kept) == (3, 3)


def check_capture(post: Post, number: int) -> None:
    """Digest and size are those of the bytes, and the site gives these very bytes to whoever asks the same."""
    capture = post.capture
    assert capture is not None
    assert capture.http is not None
    assert capture.sha256 == hashlib.sha256(capture.content).hexdigest()
    with urllib.request.urlopen(capture.http.url) as answer:
        body = answer.read()
    assert json.loads(capture.content)["id"] == number
    if post.source == "fees":  # /latest shows the fields of a comment in an order of the process
        assert capture.content in body
        assert capture.whole_sha256 == hashlib.sha256(body).hexdigest()


def test_edits_and_deletions_are_seen(
    site: IssoSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """By visitors and by the moderator; a number that is given again is another post."""
    parent = site.comment(FEES, "this keeps its place", author="Ida")
    site.comment(FEES, "because of this reply", author="Bo", parent=parent)
    edited = site.comment(FEES, "the first text", author="Dana")
    taken, last = (site.comment(FEES, text, author="Dana") for text in ("taken back", "removed by us"))
    with poller:
        for source in ("all", "fees"):
            wait_for(lambda s=source: len(records(live_settings, POSTS, s)) == 5, "not all were seen")
        site.edit(edited, "the second text")
        site.delete(parent)
        site.delete(taken)
        site.remove(last)
        again = site.comment(FEES, "somebody else with the same number", author="Eve")
        for source in ("all", "fees"):
            wait_for(lambda s=source: len(records(live_settings, POSTS, s)) == 10, "not all was seen")
        site.rewrite(edited, "the third text")
        for source in ("all", "fees"):
            wait_for(lambda s=source: judged(pipeline, s, "the third text"), "the moderator's change was not seen")
    pipeline.settle()
    assert again == taken  # the highest number that is free
    for source in ("all", "fees"):
        [changed] = documents(pipeline, source, "the third text")
        assert changed["revisions"] == 3
        for text in ("this keeps its place", "taken back", "removed by us"):
            assert [one["visible"] for one in documents(pipeline, source, text)] == [False]
        assert [one["visible"] for one in documents(pipeline, source, "with the same number")] == [True]
        assert [post.kind for post in posts(live_settings, source, taken)].count("removed") == 1


@pytest.mark.parametrize("site", [True], indirect=True, ids=["moderated"])
def test_what_waits_for_the_moderator_is_not_seen_until_it_stands(
    site: IssoSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """Visitors did not see it either."""
    waiting = site.comment(FEES, "may this stand", author="Dana")
    with poller:
        for source in ("all", "fees"):
            wait_for(lambda s=source: bool(coverage(live_settings, s, "heartbeat")), "there was no pass")
            assert records(live_settings, POSTS, source) == []
        site.activate(waiting)
        for source in ("all", "fees"):
            wait_for(lambda s=source: judged(pipeline, s, "may this stand"), "it was not seen")


@pytest.mark.chaos
def test_a_kill_in_the_middle_makes_no_second_fact(
    site: IssoSite, pipeline: Pipeline, poller: Poller, live_settings: Settings
) -> None:
    """What the broker had when we were killed is told again as the same records; the history has each once."""
    site.comment(FEES, "the first of many")
    site.insert(FEES, *(f"comment number {number}" for number in range(2, MANY + 1)))
    with poller:
        wait_for(lambda: bool(records(live_settings, POSTS, "fees")), "nothing was read")
        poller.kill()
        poller.start()
        for source in ("all", "fees"):
            wait_for(lambda s=source: bool(coverage(live_settings, s, "heartbeat")), "it did not go on")
    pipeline.settle()
    for source in ("all", "fees"):
        assert len({post.record_id for post in records(live_settings, POSTS, source)}) == MANY
    count = pipeline.ask("POST", "/{history}/_count", {"query": {"term": {"topic": "posts"}}})["count"]
    assert count == 2 * MANY


def test_a_site_that_was_away_leaves_a_gap_with_bounds_that_is_filled(
    site: IssoSite, pipeline: Pipeline, poller: Poller, live_settings: Settings, tmp_path: Path
) -> None:
    """What came meanwhile is told as backfill; the gap says since when, until when and why."""
    site.comment(FEES, "before", author="Dana")
    with poller:
        wait_for(lambda: judged(pipeline, "fees", "before"), "the first was not judged")
        wait_for(lambda: bool(coverage(live_settings, "fees", "heartbeat")), "there is no heartbeat")
        down_at = datetime.now(UTC)
        site.down()
        wait_for(lambda: "fees: the site does not answer" in poller.said, "the source has not noticed")
        site.insert(FEES, "during")
        up_at = datetime.now(UTC)
        site.up()
        wait_for(lambda: bool(coverage(live_settings, "fees", "backfill")), "the gap was not filled")
        wait_for(lambda: judged(pipeline, "fees", "during"), "what was missed was not judged")
    [gap] = coverage(live_settings, "fees", "gap")
    assert gap.from_at is not None
    assert gap.until_at is not None
    assert gap.from_at <= down_at < up_at <= gap.until_at
    assert "does not answer" in (gap.detail or "")
    [filled] = coverage(live_settings, "fees", "backfill")
    assert (filled.from_at, filled.until_at, filled.kept) == (gap.from_at, gap.until_at, 1)
    assert [post.backfill for post in records(live_settings, POSTS, "fees")] == [True, True]
