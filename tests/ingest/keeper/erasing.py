"""A keeper's ledger and the part of the keeper that erases, without Kafka, started again as often as a test wants."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ingest.keeper.cosigning import Cosigner
from ingest.keeper.erasing import Erasing
from ingest.keeper.standing import Standing
from ingest.registry import Registered
from records.base import Record
from records.errors import Unavailable
from records.ledger.opened import in_order
from records.ledger.reading import Folder
from records.ledger.store import Ledger
from records.topics import Topic
from tests.records.ledger.erasing import kept, log_id, sign


class Kafka:
    """Takes what is published, unless it is away, and knows the registry."""

    def __init__(self) -> None:
        self.published: list[Any] = []
        self.registry: list[Registered] = []
        self.away = False

    def publish_all(self, topic: Topic, records: Sequence[Record]) -> None:
        """As the publisher does."""
        assert topic.name == "registry"
        if self.away:
            raise Unavailable("Kafka is away")
        self.published += records

    def look(self) -> list[Registered]:
        """As the registry's reader does."""
        if self.away:
            raise Unavailable("Kafka is away")
        return self.registry

    def close(self) -> None:
        """Nothing."""


class ErasingKeeper:
    """A keeper's ledger and the part of it that erases, started again as often as a test wants."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kafka = folder, Kafka()
        self.ledger: Any = None
        self.erasing: Any = None
        self.standing: Any = None
        self.start()

    def start(self) -> None:
        """As the process begins."""
        self.ledger = Ledger(self.folder, "test")
        self.standing = Standing(self.ledger, Cosigner(()))
        self.erasing = Erasing(self.ledger, self.kafka, self.kafka, self.standing)
        self.erasing.carry_out()

    def again(self) -> None:
        """Stopped and started."""
        self.ledger.close()
        self.start()

    def keep(self, topic: str, *records: Record, **how: Any) -> None:
        """A round of the keeper with these records."""
        kept(self.ledger, topic, records, **how)
        self.round()

    def round(self) -> None:
        """Signs, and then what follows from it."""
        sign(self.ledger)
        self.erasing.carry_out()
        self.erasing.publish()

    def opened(self, topic: str) -> list[Any]:
        """The records of a log; in the place of one that cannot be opened the reason."""
        return [one if isinstance(one, str) else one.record for one in self.received(topic)]

    def received(self, topic: str) -> list[Any]:
        """The records of a log with their places, or why one cannot be opened."""
        with closing(Folder(self.folder)) as reader:
            state = next(state for state in reader.logs() if state.log == log_id(topic))
            return [one.received or one.why for one in in_order(reader, state.log, 0, state.size)]

    @property
    def refused(self) -> list[str]:
        """Why erasures were not carried out."""
        told = self.standing.health()
        assert told["ok"] == (not told["erasures_refused"])
        return [one["reason"] for one in told["erasures_refused"]]
