"""The bundled sample is what it says: many posts, many kinds of things that happen to them, and every line readable."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import deploy
from ingest.mapping import natural
from ingest.posts import Reading
from records.digests import sha256_hex
from records.posts import Capture, Post

SAMPLE = Path(deploy.__file__).parent / "local" / "sample" / "posts.jsonl"
SEEN_AT = datetime(2026, 11, 23, tzinfo=UTC)


def read(line: bytes) -> Post:
    """The post of one line, as the source reads it."""
    digest = sha256_hex(line)
    capture = Capture(
        content=line, sha256=digest, size_bytes=len(line), whole_sha256=digest, whole_size_bytes=len(line)
    )
    return Reading("sample", natural()).post(json.loads(line), capture, SEEN_AT)


@pytest.fixture(scope="module")
def posts() -> list[Post]:
    """Every line of the sample as a post."""
    return [read(line) for line in SAMPLE.read_bytes().splitlines()]


def test_the_counts_are_those_of_its_readme(posts: list[Post]) -> None:
    """What the README of the sample says can be counted in it."""
    assert Counter(post.kind for post in posts) == {
        "seen": 311,
        "edited": 29,
        "removed": 20,
        "reacted": 18,
        "reported": 11,
    }
    assert len({post.post_id for post in posts}) == 311
    assert len({post.surface for post in posts}) == 10
    assert sum(post.reaction is not None and post.reaction.staff_id is not None for post in posts) == 13


def test_every_line_is_a_fact_of_its_own(posts: list[Post]) -> None:
    """No line says the same as another."""
    assert len({post.record_id for post in posts}) == len(posts)


def test_every_post_is_seen_before_anything_happens_to_it(posts: list[Post]) -> None:
    """Replies, edits, removals, reports and reactions are about posts further up, and the site's clock goes forward."""
    known: set[str] = set()
    latest = datetime(2026, 10, 26, tzinfo=UTC)
    for post in posts:
        at = post.site_at or latest
        assert at > latest - timedelta(hours=2), post.post_id
        assert (post.post_id in known) != (post.kind == "seen"), post.post_id
        assert post.parent_post_id is None or post.parent_post_id in known, post.post_id
        known.add(post.post_id)
        latest = max(latest, at)


def test_one_campaign_runs_over_many_surfaces_within_an_hour(posts: list[Post]) -> None:
    """The scam comes from twelve accounts."""
    scam = [post for post in posts if post.kind == "seen" and "i was drowning in" in (post.text or "").casefold()]
    assert len({post.author.author_id for post in scam if post.author}) == 12
    assert len({post.surface for post in scam}) == 8
    times = [post.site_at for post in scam if post.site_at]
    assert max(times) - min(times) < timedelta(hours=1)


def test_all_addresses_are_under_example_domains(posts: list[Post]) -> None:
    """Nobody real is pointed at."""
    addresses = [post.url for post in posts] + [post.author.url for post in posts if post.author]
    hosts = {urlsplit(address).hostname or "" for address in addresses if address}
    assert all(host.endswith(("example.com", "example.org")) for host in hosts)


def test_no_two_people_wrote_the_same_by_chance(posts: list[Post]) -> None:
    """Apart from the campaign every text of some length is written once."""
    texts = Counter(post.text for post in posts if post.kind == "seen" and len(post.text or "") > 20)
    assert [text for text, count in texts.items() if count > 1 and "Collins Reed" not in (text or "")] == []
