"""The work of the fold: a batch of facts into the document of each post, and into the history."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from moderation.cases import fold_post
from records.received import Received
from records.settings import Settings
from search.client import Search
from search.indexer import Indexer
from stream import metrics
from stream.batches import Limits
from stream.breaker import Breaker
from stream.worker import Publish


class Folding:
    """Holds the door to Elasticsearch. Folding again what was folded changes nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        breaker = Breaker(settings.dead_letters_per_minute_max)
        waits = {"facts": settings.fold_wait_ms / 1000, "decisions": settings.batch_wait_ms / 1000}
        self.limits = {
            name: Limits("fold", batch_max=settings.fold_batch_max, wait_seconds=seconds, breaker=breaker)
            for name, seconds in waits.items()
        }

    @cached_property
    def indexer(self) -> Indexer:
        """The one writer of the two views, opened in the loop that uses it."""
        return Indexer(Search(self._settings))

    async def close(self) -> None:
        """Gives the connection back."""
        await self.indexer.search.close()

    async def into_views(self, batch: Sequence[Received], publish: Publish) -> None:  # noqa: ARG002  it publishes nothing
        """Reads each document once, applies, writes it once; on a conflict reads and applies again."""
        pending: dict[str, list[Received]] = defaultdict(list)
        for received in batch:
            pending[received.record.post_id].append(received)
        history = batch
        while pending:
            held = await self.indexer.read(list(pending))
            documents = {
                post_id: fold_post(held[post_id].document if post_id in held else None, facts)
                for post_id, facts in pending.items()
            }
            conflicted = await self.indexer.write(documents, held, history)
            pending = {post_id: pending[post_id] for post_id in conflicted}
            history = ()
        metrics.folded(batch)
