"""The work of the fold: facts into the document of each post and the history; what was watched into a third view."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

from moderation.cases import fold_post
from records.received import Received
from records.settings import Settings
from search.client import Search
from search.coverage_indexer import CoverageIndexer
from search.indexer import Held, Indexer
from search.wanting import Due, due
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
        """Every fact into the history, and into the document of its post."""
        await self.indexer.apply(batch, fold_post)
        metrics.folded(batch)

    async def wanting(self, before: datetime, size: int) -> list[Due]:
        """Posts that want something of their site, as far as the index shows it."""
        return await due(self._search, before, size)

    async def documents(self, post_ids: Iterable[str]) -> dict[str, Held]:
        """Their documents as they are now."""
        return await self.indexer.read(post_ids)

    async def into_coverage(self, batch: Sequence[Received], publish: Publish) -> None:  # noqa: ARG002  as above
        """What sources say about their own watching into the third view."""
        await self.coverage_indexer.apply_statements(batch)
