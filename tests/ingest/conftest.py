"""What the tests of ingest share: a publisher without a broker, and a receiver around it."""

from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingest.cursors import Cursors
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.publisher import Place
from ingest.receiver.app import create_app
from ingest.receiver.coverage import Counts
from ingest.receiver.receiving import Receiver
from ingest.receiver.signatures import key_of
from records.base import Record
from records.errors import Unavailable
from records.settings import Settings
from records.topics import Topic

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class FakePublisher:
    """Our Publishing protocol over a list."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.connected = True
        self.failures = 0

    def connect(self) -> None:
        """Nothing to reach."""

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """Takes the record, or fails as often as it was told to."""
        answer: Future[Place] = Future()
        self.failures -= 1
        if self.failures >= 0:
            answer.set_exception(Unavailable("the broker does not answer"))
            return answer
        self.sent.append((topic.name, record))
        answer.set_result(Place(topic.name, 0, len(self.sent) - 1, datetime.now(UTC)))
        return answer

    def of(self, topic: str) -> list[Any]:
        """What was published on one topic."""
        return [record for name, record in self.sent if name == topic]


@pytest.fixture
def publisher() -> FakePublisher:
    """A publisher that remembers."""
    return FakePublisher()


@pytest.fixture
def cursors(tmp_path: Path) -> Cursors:
    """Cursors in an empty folder."""
    return Cursors(Settings(data_dir=tmp_path))


@pytest.fixture
def reading() -> Reading:
    """Our own shape, from a source called `test`."""
    return Reading("test", natural())


@pytest.fixture
def receiver(publisher: FakePublisher, cursors: Cursors, reading: Reading) -> Receiver:
    """A receiver that knows one secret."""
    watch = Counts("test", publisher, cursors)
    return Receiver(reading, (key_of(SECRET),), 300, publisher, watch)


@pytest.fixture
def client(receiver: Receiver) -> httpx.AsyncClient:
    """An HTTP client of that receiver."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(create_app(receiver)), base_url="http://receiver")
