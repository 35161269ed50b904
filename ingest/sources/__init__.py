"""Where posts come from: one file a source, and this one list of them."""

from ingest.sources.jsonl import KIND as JSONL
from ingest.sources.source import SourceKind
from ingest.sources.webhook import KIND as WEBHOOK

SOURCES: tuple[SourceKind, ...] = (
    JSONL,
    WEBHOOK,
)
