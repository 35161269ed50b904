"""Publishing for whoever brings posts: of a post that was erased, only that it was observed goes on."""

import threading
from concurrent.futures import Future
from typing import cast

import structlog

from ingest.publisher import CLOSE_SECONDS_MAX, Place, Publisher
from ingest.registry import Registry
from records.base import Record
from records.errors import Problem
from records.posts import Post
from records.registry import Erasure
from records.settings import Settings
from records.topics import POSTS, Topic

LOOK_SECONDS = 2.0

log = structlog.get_logger()


class PostPublisher(Publisher):
    """Knows which posts were erased before it publishes the first one, and looks again every `LOOK_SECONDS`.

    While the broker is away it goes on with what it knows. What was erased in between may still bring its text once:
    the fold and the keeper take it out as well.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._registry = Registry(settings)
        self._erased: set[str] = set()
        self._read = 0
        self._stop = threading.Event()
        self._first_look = threading.Lock()
        self._looking: threading.Thread | None = None

    @property
    def connected(self) -> bool:
        """Whether `send` returns at once: it reaches the broker, and knows what was erased."""
        return self._looking is not None and super().connected

    def connect(self) -> None:
        """Reaches the broker, and learns what was erased."""
        super().connect()  # first: it is the one that says so where a topic is missing
        with self._first_look:
            if self._looking is None:
                self._look()
                self._looking = threading.Thread(target=self._look_again, name="erasures", daemon=True)
                self._looking.start()

    def send(self, topic: Topic, record: Record) -> Future[Place]:
        """Hands a record to the producer, reduced where its post was erased."""
        if self._looking is None:
            self.connect()
        if topic is POSTS and cast("Post", record).post_id in self._erased:
            record = cast("Post", record).reduced()
        return super().send(topic, record)

    def close(self) -> None:
        """Sends what is still waiting, and gives the connections back."""
        self._stop.set()
        if self._looking is None:
            self._registry.close()
        else:
            self._looking.join(CLOSE_SECONDS_MAX)  # a look at a broker that went away takes longer: it ends with us
        super().close()

    def _look(self) -> None:
        try:
            found = self._registry.look()
        except Problem:
            self._read = 0  # it has forgotten what it had read
            raise
        erased = {one.said.registry_id for one in found[self._read :] if isinstance(one.said, Erasure)}
        self._read = len(found)
        if not erased <= self._erased:
            self._erased = self._erased | erased
            log.info("posts were erased", posts=len(self._erased))

    def _look_again(self) -> None:
        told = ""
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._look()
                told = ""
            except Problem as reason:
                if str(reason) != told:
                    log.warning("what was erased since is not known", reason=str(reason))
                told = str(reason)
        self._registry.close()
