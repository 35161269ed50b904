"""The work of the fold: facts into the document of each post and the history; what was watched into a third view."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from moderation.cases import fold_post
from records.received import Received
from records.settings import Settings
from search.client import Search
from search.coverage_documents import hour_document, hour_id, is_beat
from search.coverage_indexer import CoverageIndexer
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
        waits = {"facts": settings.fold_wait_ms, "decisions": settings.batch_wait_ms, "coverage": settings.fold_wait_ms}
        self.limits = {
            name: Limits("fold", batch_max=settings.fold_batch_max, wait_seconds=wait_ms / 1000, breaker=breaker)
            for name, wait_ms in waits.items()
        }

    @cached_property
    def indexer(self) -> Indexer:
        """The one writer of posts and history, opened in the loop that uses it."""
        return Indexer(self._search)

    @cached_property
    def coverage_indexer(self) -> CoverageIndexer:
        """The one writer of the third view, through the same connection."""
        return CoverageIndexer(self._search)

    @cached_property
    def _search(self) -> Search:
        return Search(self._settings)

    async def close(self) -> None:
        """Gives the connection back."""
        await self._search.close()

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

    async def into_coverage(self, batch: Sequence[Received], publish: Publish) -> None:  # noqa: ARG002  as above
        """Heartbeats into the document of their hour, every other statement as it is."""
        pending: dict[str, list[Received]] = defaultdict(list)
        for received in batch:
            if is_beat(received.record):
                pending[hour_id(received.record)].append(received)
        statements = [received for received in batch if not is_beat(received.record)]
        while pending or statements:
            held = await self.coverage_indexer.read(list(pending))
            hours = {
                hour: hour_document(held[hour].document if hour in held else None, [beat.record for beat in beats])
                for hour, beats in pending.items()
            }
            conflicted = await self.coverage_indexer.write(hours, held, statements)
            pending = {hour: pending[hour] for hour in conflicted}
            statements = []
