"""Makes histories of posts in our natural shape, and the manifest of what must be found afterwards: the truth."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ingest.capture import Whole, capture_of
from ingest.mapping import natural
from ingest.posts import Reading
from records.posts import Post

WORDS = (
    "rate fee card account branch app letter parcel advice loan saving coffee thanks never again wait queue phone "
    "friendly slow helpful broken update login garden weather match week branch monday transfer limit charge refund"
).split()
EDITED_SHARE, REMOVED_SHARE, REPORTED_SHARE, TWICE_SHARE = 0.10, 0.05, 0.03, 0.05
START = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass
class Manifest:
    """What a pipeline that loses nothing and doubles nothing ends with."""

    posts: set[str] = field(default_factory=set)
    revisions: set[tuple[str, str]] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


def history(count: int, seed: int, source: str) -> tuple[list[dict[str, Any]], Manifest]:
    """So many posts with their edits, removals, reports and repeated deliveries, in an order that could be a site's."""
    rng = random.Random(seed)
    events = [event for number in range(count) for event in _life(rng, number, source)]
    events.sort(key=lambda event: (int(event["id"].rpartition("-")[2]) // 50, rng.random()))
    return events, manifest_of(events, source)


def manifest_of(events: list[dict[str, Any]], source: str) -> Manifest:
    """The truth about these events, by the same reading that the product uses for the identity of a fact."""
    truth = Manifest()
    for event in events:
        post = natural_post(event, source)
        truth.posts.add(post.post_id)
        truth.facts.add(post.record_id)
        if post.revision_id:
            truth.revisions.add((post.post_id, post.revision_id))
        if post.kind == "removed":
            truth.removed.add(post.post_id)
    return truth


def natural_post(event: dict[str, Any], source: str) -> Post:
    """One event as the record that the product makes of it."""
    line = json.dumps(event).encode()
    return _reading(source).post(event, capture_of(line, Whole.of(line)), START)


@cache
def _reading(source: str) -> Reading:
    return Reading(source, natural())


def write_lines(events: list[dict[str, Any]], path: Path) -> Path:
    """The events as one JSON object a line."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def _life(rng: random.Random, number: int, source: str) -> Iterator[dict[str, Any]]:
    post = {
        "id": f"{source}-{number}",
        "surface": f"blog/{rng.randrange(5)}",
        "url": f"https://www.example.com/blog/{number % 5}#{source}-{number}",
        "author": {"id": f"u-{rng.randrange(200)}", "name": f"Reader {rng.randrange(200)}"},
    }
    at = START + timedelta(seconds=number)
    first = {**post, "text": _text(rng, number), "posted_at": at.isoformat()}
    yield first
    if rng.random() < TWICE_SHARE:
        yield first
    if rng.random() < EDITED_SHARE:
        edited_at = (at + timedelta(minutes=5)).isoformat()
        yield {**post, "kind": "edited", "text": _text(rng, number), "edited_at": edited_at}
    if rng.random() < REPORTED_SHARE:
        report = {"reporter": f"u-{rng.randrange(200)}", "reason": "misleading"}
        yield {**post, "kind": "reported", "report": report, "reported_at": (at + timedelta(minutes=7)).isoformat()}
    if rng.random() < REMOVED_SHARE:
        yield {**post, "kind": "removed", "removed_at": (at + timedelta(minutes=9)).isoformat()}


def _text(rng: random.Random, number: int) -> str:
    return f"{' '.join(rng.choices(WORDS, k=rng.randrange(4, 40)))} {number}"
