"""Whoever brings posts knows which were erased before the first one is sent, and goes on with what it knows."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest

from ingest import erasures
from ingest.capture import Whole, capture_of
from ingest.erasures import PostPublisher
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.publisher import Place, Publisher
from ingest.registry import Registered, Registry
from records.base import Record
from records.errors import Misconfigured, Problem, Unavailable
from records.posts import Post
from records.registry import Erasure, RoleGrant
from records.settings import Settings
from records.topics import POSTS, REGISTRY, Topic

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SECONDS_MAX = 10


def post(number: int) -> Post:
    """A post as a source brings it."""
    line = b'{"id": "%d", "text": "quince marmalade"}' % number
    return Reading("web", natural()).post(
        {"id": str(number), "text": "quince marmalade"}, capture_of(line, Whole.of(line)), NOW
    )


def erased(number: int) -> Registered:
    """The word that one was erased."""
    said = Erasure(
        registry_id=f"web:{number}",
        staff_id="retain",
        set_at=NOW,
        basis="art. 17",
        confirmed_by="bo",
        confirmed_place="decisions-0-1",
        confirmed_at=NOW,
        stub={},
    )
    return Registered(said, "registry-0-1", 0)


class Kafka:
    """What the registry has, or why it cannot be read; and what was sent."""

    def __init__(self) -> None:
        self.registered: list[Registered] = []
        self.trouble: Problem | None = None
        self.looks = 0
        self.looked = threading.Condition()
        self.sent: list[Record] = []
        self.closed = threading.Event()

    def look(self) -> list[Registered]:
        """As the registry does: all that there is, or a problem."""
        with self.looked:
            self.looks += 1
            self.looked.notify_all()
        if self.trouble:
            raise self.trouble
        return self.registered

    def looks_again(self) -> None:
        """Returns once a look that began after this call has ended."""
        with self.looked:
            wanted = self.looks + 2
            assert self.looked.wait_for(lambda: self.looks >= wanted, SECONDS_MAX)


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    """Stands where the broker is."""
    made = Kafka()

    def send(_: Publisher, topic: Topic, record: Record) -> Future[Place]:
        made.sent.append(record)
        answer: Future[Place] = Future()
        answer.set_result(Place(topic.name, 0, len(made.sent), NOW))
        return answer

    monkeypatch.setattr(erasures, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(Registry, "look", lambda _: made.look())
    monkeypatch.setattr(Registry, "close", lambda _: made.closed.set())
    monkeypatch.setattr(Publisher, "connect", lambda _: None)
    monkeypatch.setattr(Publisher, "connected", property(lambda _: True))
    monkeypatch.setattr(Publisher, "send", send)
    return made


@pytest.fixture
def publisher(kafka: Kafka) -> Iterator[PostPublisher]:
    """Closed when the test ends."""
    made = PostPublisher(Settings())
    yield made
    made.close()
    assert kafka.closed.wait(SECONDS_MAX)


def texts(kafka: Kafka) -> list[str | None]:
    """Of the posts that were sent."""
    return [record.text for record in kafka.sent if isinstance(record, Post)]


def test_the_first_post_waits_until_it_is_known_what_was_erased(kafka: Kafka, publisher: PostPublisher) -> None:
    """While that cannot be learnt nothing is sent, and the receiver says that it is not connected."""
    kafka.registered, kafka.trouble = [erased(1)], Unavailable("the broker is away")
    assert not publisher.connected
    with pytest.raises(Unavailable):
        publisher.send(POSTS, post(1))
    assert not kafka.sent
    kafka.trouble = None
    publisher.send(POSTS, post(1)).result()
    publisher.send(POSTS, post(2)).result()
    assert publisher.connected
    assert texts(kafka) == [None, "quince marmalade"]


def test_of_an_erased_post_only_the_observation_is_sent(kafka: Kafka, publisher: PostPublisher) -> None:
    """With its clocks and its id; every other post, and every other record, goes as it is."""
    kafka.registered = [erased(1)]
    grant = RoleGrant(registry_id="web:1", staff_id="ann", set_at=NOW, role="reviewer")
    for topic, record in ((POSTS, post(1)), (POSTS, post(2)), (REGISTRY, grant)):
        publisher.send(topic, record)
    assert kafka.sent == [post(1).reduced(), post(2), grant]
    assert b"quince" not in kafka.sent[0].model_dump_json().encode()


def test_what_is_erased_meanwhile_is_learnt_in_the_background(kafka: Kafka, publisher: PostPublisher) -> None:
    """Also after the broker was away, or refused us for a while; until then it goes on with what it knows."""
    publisher.send(POSTS, post(1))
    kafka.registered = [erased(1)]
    kafka.looks_again()
    publisher.send(POSTS, post(1))
    for trouble in (Unavailable("the broker is away"), Misconfigured("the broker refuses us")):
        kafka.trouble = trouble
        kafka.looks_again()
        publisher.send(POSTS, post(1))
    kafka.trouble, kafka.registered = None, [erased(1), erased(2)]
    kafka.looks_again()
    publisher.send(POSTS, post(2))
    assert texts(kafka) == ["quince marmalade", None, None, None, None]
