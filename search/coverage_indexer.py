"""How the fold writes what a source says about its own watching."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from records.received import Received
from search.client import Search
from search.coverage_documents import hour_document, hour_id, is_beat, statement_document
from search.indexer import Action, Indexer, bulk_action


class CoverageIndexer(Indexer):
    """The same writer on the index `coverage`: hours are documents that grow, every other statement is a fact."""

    def __init__(self, search: Search, view: str | None = None) -> None:
        super().__init__(search, view or search.coverage)

    async def apply_statements(self, batch: Sequence[Received]) -> None:
        """Heartbeats into the document of their hour, every other statement as it is."""
        pending: dict[str, list[Received]] = defaultdict(list)
        for received in batch:
            if is_beat(received.record):
                pending[hour_id(received.record)].append(received)
        statements = [received for received in batch if not is_beat(received.record)]
        while pending or statements:
            held = await self.read(list(pending))
            hours = {
                hour: hour_document(held[hour].document if hour in held else None, [beat.record for beat in beats])
                for hour, beats in pending.items()
            }
            conflicted = await self.write(hours, held, statements)
            pending = {hour: pending[hour] for hour in conflicted}
            statements = []

    def _fact(self, received: Received, erased: Collection[str] = ()) -> Action:  # noqa: ARG002  no post is here
        document = statement_document(received.record)
        return bulk_action("create", {"_index": self.view, "_id": document["record_id"]}, document, None)
