"""What a round works with: the index, the registry, a publisher, the policy; and what it has published lately."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from console.retaining.due import Rules
from ingest.registry import newest_of
from moderation.policy import Policy
from moderation.tags import retentions_of
from records.base import Record
from records.registry import Hold, PublishedTag
from records.settings import Settings
from records.topics import Topic

if TYPE_CHECKING:
    from ingest.registry import Registered
    from search.client import Search


class Publishing(Protocol):
    """What is needed of a publisher."""

    def publish_all(self, topic: Topic, records: Iterable[Record]) -> object:
        """Returns when the broker has them; raises Unavailable."""
        ...


class Looking(Protocol):
    """What is needed of the registry."""

    def look(self) -> "list[Registered]":
        """All that have come so far; raises Unavailable."""
        ...


class Sent:
    """The records that the broker has, and whose effect the index does not show yet: they are not published again.

    What a whole round did not want any more has had its effect, and is forgotten.
    """

    def __init__(self) -> None:
        self._before: set[str] = set()
        self._now: set[str] = set()

    def unsent(self, records: Iterable[Record]) -> list[Record]:
        """Those that the broker does not have."""
        found = {record.record_id: record for record in records}
        self._now |= found.keys() & self._before
        return [record for record_id, record in found.items() if record_id not in self._before | self._now]

    def sent(self, records: Iterable[Record]) -> None:
        """The broker has these."""
        self._now |= {record.record_id for record in records}

    def ends(self, *, whole: bool) -> None:
        """A round is over."""
        self._before, self._now = self._now if whole else self._before | self._now, set()


@dataclass
class Reach:
    """Held by the process, lent to each pass."""

    settings: Settings
    search: "Search"
    registry: Looking
    publisher: Publishing
    policy: Policy
    classes: Mapping[str, str] = field(default_factory=dict)
    """Of the tags of files: the retention class of each."""
    published: Mapping[str, str] = field(default_factory=dict)
    """Of the tags that people have published, as this round has read them."""
    sent: Sent = field(default_factory=Sent)
    put_on: dict[str, datetime] = field(default_factory=dict)
    """Since when a hold, by the record_id of its placement, is on all that it covered then: whoever decides after that
    about one of these posts is told so by the fold."""

    async def registered(self) -> "list[Registered]":
        """Everything that people set up."""
        found = await asyncio.to_thread(self.registry.look)
        self.published = retentions_of("none", self.policy, newest_of(found, PublishedTag))
        return found

    @property
    def rules(self) -> Rules:
        """How long posts are kept."""
        return Rules(self.policy, {**self.published, **self.classes})

    async def publish(self, topic: Topic, records: Sequence[Record]) -> int:
        """How many of these the broker did not have, and has now."""
        unsent = self.sent.unsent(records)
        if unsent:
            await asyncio.to_thread(self.publisher.publish_all, topic, unsent)
            self.sent.sent(unsent)
        return len(unsent)


def recorded(registered: "Iterable[Registered]") -> dict[str, Any]:
    """When each hold entry was recorded, by its record_id."""
    return {one.said.record_id: one.recorded_at for one in registered if isinstance(one.said, Hold)}
