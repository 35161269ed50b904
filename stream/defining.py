"""What staff define, as the judge has it in force: tags of files, and the tags and lists that people have published.

The registry is read to its end before the first batch is judged, and again every few seconds beside the batches. What
is new is made ready there (a tag's examples are encoded, and it is fitted), and taken by the next batch as a whole.
"""

import asyncio
import threading
from dataclasses import dataclass
from typing import Protocol

import structlog

from ingest.registry import Registered, newest_of
from moderation.defined import Defined
from moderation.policy import Policy
from moderation.scorer import Scorer
from moderation.tags import TaggingScorer, Tags, load_tags
from moderation.tags.load import Folder
from moderation.word_lists import WordLists, lists_of
from records.errors import Unavailable
from records.registry import PublishedTag, WordList
from stream.batches import or_end

DEFINE_SECONDS = 2.0

log = structlog.get_logger()


class Looking(Protocol):
    """What is needed of the registry."""

    def look(self) -> list[Registered]:
        """All entries so far; raises Unavailable."""
        ...

    def close(self) -> None:
        """Gives the connection back."""
        ...


@dataclass(frozen=True, slots=True)
class Under:
    """What a batch is judged with."""

    scorer: Scorer
    defined: Defined


class Defining:
    """Holds what is in force; `look` may be called from any thread."""

    def __init__(self, folder: Folder, policy: Policy, model: Scorer, registry: Looking) -> None:
        self._folder, self._policy, self._model, self._registry = folder, policy, model, registry
        self._looking, self._waiting = threading.Lock(), False
        self._seen: tuple[str, ...] | None = None
        self._now = self._made([], [], Tags())

    async def in_force(self) -> Under:
        """What is in force now; raises Unavailable while nobody knows what people have published."""
        if self._seen is None:
            await asyncio.to_thread(self.look)
        return self._now

    async def round(self) -> None:
        """One look beside the batches: while the broker is away, what was known counts on."""
        await or_end(self._round())

    def look(self) -> None:
        """Reads what people have published, and makes it ready; raises Unavailable."""
        with self._looking:
            found = self._registry.look()
            tags, lists = newest_of(found, PublishedTag), newest_of(found, WordList)
            seen = tuple(sorted(one.record_id for one in (*tags, *lists)))
            if seen != self._seen:
                if seen or self._seen:
                    self._now = self._made(tags, lists, self._now.defined.tags)
                self._seen = seen

    def close(self) -> None:
        """Gives the connection back."""
        self._registry.close()

    async def _round(self) -> None:
        try:
            await asyncio.to_thread(self.look)
        except Unavailable as reason:
            if not self._waiting:
                log.warning("what people have published is not known", reason=str(reason))
            self._waiting = True
        else:
            self._waiting = False

    def _made(self, tags: list[PublishedTag], lists: list[WordList], known: Tags) -> Under:
        made = Defined(load_tags(self._folder, self._policy, self._model, tags, known), lists_of(lists))
        _tell(made.tags, made.lists)
        return Under(TaggingScorer(self._model, made.tags), made)


def _tell(tags: Tags, lists: WordLists) -> None:
    if tags.unused:
        log.warning("no tag is in use", reason=tags.unused)
    if tags.fitted:
        log.info("tags in use", tags=dict(tags.thresholds), digest=tags.digest)
    if lists.lists:
        log.info("lists in use", lists={one.registry_id: one.version for one in lists.lists}, digest=lists.digest)
    for name, reason in (*tags.refused.items(), *lists.refused.items()):
        log.warning("not in use, as it was published", name=name, reason=reason)
