"""How the fold writes what a source says about its own watching."""

from records.received import Received
from search.client import Search
from search.coverage_documents import statement_document
from search.indexer import Action, Indexer, bulk_action


class CoverageIndexer(Indexer):
    """The same writer on the index `coverage`: hours are documents that grow, every other statement is a fact."""

    def __init__(self, search: Search) -> None:
        super().__init__(search, search.coverage)

    def _fact(self, received: Received) -> Action:
        document = statement_document(received.record)
        return bulk_action("create", {"_index": self.view, "_id": document["record_id"]}, document, None)
