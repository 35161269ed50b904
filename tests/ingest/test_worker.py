"""The one loop: published and acknowledged before the place is kept; outages are waited out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import patience
from ingest.cursors import Cursors
from ingest.posts import Reading
from ingest.sources import SOURCES
from ingest.sources.jsonl import JsonLines
from ingest.sources.source import Item
from ingest.worker import BATCH_ITEMS_MAX, Loop, batches
from records.errors import Misconfigured, Unavailable
from tests.ingest.conftest import FakePublisher
from tests.ingest.test_jsonl import line


def test_an_outage_is_waited_out_and_the_batch_published_again(publisher: FakePublisher) -> None:
    """Unavailable is tried again, longer each time; the result is that of the try that worked."""
    waited: list[float] = []
    publisher.failures = 3

    def act() -> int:
        if publisher.failures > 0:
            publisher.failures -= 1
            raise Unavailable("gone")
        return 5

    assert patience.patiently(act, waited.append) == 5
    assert len(waited) == 3
    assert waited[0] < waited[2]


def test_waiting_has_an_upper_bound() -> None:
    """However long an outage is, the next try is never far."""
    waits: Iterator[float] = patience.waits()
    assert max(next(waits) for _ in range(50)) <= patience.WAIT_SECONDS_MAX * 1.2


def test_the_place_is_kept_only_after_the_acknowledgement(
    reading: Reading, cursors: Cursors, publisher: FakePublisher, tmp_path: Path
) -> None:
    """A process that ends between the two publishes the batch again, as the same facts."""
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"\n".join(line(n) for n in range(BATCH_ITEMS_MAX + 3)))

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    first = Loop(JsonLines(reading, file), publisher, _Forgetful(cursors), "test", tell=stop)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    Loop(JsonLines(reading, file), publisher, cursors, "test").run()
    assert len(publisher.of("posts")) == 2 * BATCH_ITEMS_MAX + 3
    assert len({post.record_id for post in publisher.of("posts")}) == BATCH_ITEMS_MAX + 3


def test_coverage_says_what_was_read(
    reading: Reading, cursors: Cursors, publisher: FakePublisher, tmp_path: Path
) -> None:
    """At the end of a run there is a record of how far it came, with counts."""
    file = tmp_path / "posts.jsonl"
    file.write_bytes(line(1) + b"\nbad\n")
    Loop(JsonLines(reading, file), publisher, cursors, "test").run()
    (said,) = publisher.of("coverage")
    assert (said.kind, said.source, said.read, said.kept) == ("cursor", "test", 2, 1)


def test_batches_are_bounded_in_items_and_bytes() -> None:
    """Many small items or a few large ones: a batch stays within what a producer should hold."""

    def item(at: int) -> Item:
        return Item(what=None, bytes_read=at)  # type: ignore[arg-type]

    assert [len(batch) for batch in batches(item(n) for n in range(1200))] == [500, 500, 200]
    assert [len(batch) for batch in batches(item(n * 5_000_000) for n in range(1, 6))] == [2, 2, 1]


def test_a_cursor_that_cannot_be_read_is_a_sentence(cursors: Cursors, tmp_path: Path) -> None:
    """A broken cursor is not guessed around: the person decides."""
    cursors.save("one", {"offset": 1})
    next((tmp_path / "cursors").iterdir()).write_text("{")
    with pytest.raises(Misconfigured, match="remove it"):
        cursors.load("one")


def test_every_source_says_what_it_can_do() -> None:
    """The list of sources is complete and without doubles."""
    assert len({kind.name for kind in SOURCES}) == len(SOURCES)
    assert all(kind.purpose for kind in SOURCES)


class _Forgetful(Cursors):
    """Cursors of a process that dies just before it keeps its place."""

    def __init__(self, cursors: Cursors) -> None:
        self.__dict__.update(cursors.__dict__)

    def save(self, name: str, cursor: dict[str, object]) -> None:
        """Too late."""
