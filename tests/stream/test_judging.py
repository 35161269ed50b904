"""The judge's work on batches: what one batch brings is known to the next, although the index lacks it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.registry import Registered
from records.base import Record
from records.errors import Unavailable
from records.posts import Author, Collector, Post, revision_of
from records.received import Received
from records.settings import Settings
from records.topics import Topic
from records.verdicts import Verdict
from stream.judging import Judging

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TEXT = "A great opportunity, ask me how it works!"


class EmptyIndex:
    """An index that shows nothing yet, and remembers which posts it was told to leave out."""

    posts = "posts"

    def __init__(self) -> None:
        self.left_out: list[list[str]] = []

    async def ask(self, _method: str, _path: str, body: Any) -> Any:
        """No post of any text or author."""
        (others,) = body["query"]["bool"]["must_not"]
        self.left_out.append(others["ids"]["values"])
        return {"aggregations": {}}


class NothingSetUp:
    """A registry without an entry."""

    def look(self) -> list[Registered]:
        """None."""
        return []

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def judging(tmp_path: Path) -> Judging:
    """Without a model."""
    one = Judging(Settings(scorer="none", data_dir=tmp_path), NothingSetUp())
    one.__dict__["search"] = EmptyIndex()
    return one


def received(number: int) -> Received:
    """The same text by another author each time."""
    post = Post(
        kind="seen",
        post_id=f"site:{number}",
        source="site",
        native_id=str(number),
        text=TEXT,
        author=Author(author_id=f"u{number}"),
        revision_id=revision_of(TEXT),
        seen_at=NOW,
        collector=Collector(source="site", version="1", config_digest="0" * 64),
    )
    return Received("posts", "T", 0, number, NOW, post)


async def details(judging: Judging, *numbers: int) -> list[str | None]:
    """What the rule says of each post of a batch."""
    published: list[Verdict] = []

    async def publish(topic: Topic, records: Sequence[Record]) -> None:
        published.extend(record for record in records if isinstance(record, Verdict))

    await judging.verdicts([received(number) for number in numbers], publish)
    found = [{one.rule: one.detail for one in verdict.findings} for verdict in published]
    return [one.get("repeated_text") for one in found]


async def test_a_text_over_several_batches_is_seen_at_once(judging: Judging) -> None:
    """One post a batch, all within the second that the index takes: the third is the same text again."""
    assert [await details(judging, number) for number in range(3)] == [
        [None],
        [None],
        ["the same text in 2 posts before and 0 beside this one"],
    ]


async def test_what_is_remembered_is_not_counted_by_the_index_too(judging: Judging) -> None:
    """It is left out there, by the ids of its documents."""
    await details(judging, 1, 2)
    await details(judging, 3)
    first, second = judging.search.left_out  # type: ignore[attr-defined]
    assert len(first) == 2
    assert set(first) < set(second)
    assert len(second) == 3


async def test_a_batch_that_could_not_be_published_is_not_remembered(judging: Judging) -> None:
    """It comes again, and finds the same."""

    async def away(topic: Topic, records: Sequence[Record]) -> None:
        raise Unavailable("no broker")

    for _ in range(3):
        with pytest.raises(Unavailable):
            await judging.verdicts([received(1)], away)
    assert await details(judging, 2) == [None]


async def test_what_is_seen_of_an_erased_post_is_not_judged(judging: Judging) -> None:
    """There is no text in it, and nothing is asked about it either."""

    async def publish(topic: Topic, records: Sequence[Record]) -> None:
        raise AssertionError("nothing was judged")

    one = received(1)
    await judging.verdicts([Received("posts", "T", 0, 1, NOW, one.record.reduced())], publish)
    assert not judging.search.left_out  # type: ignore[attr-defined]
