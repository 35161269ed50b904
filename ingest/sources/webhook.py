"""Posts that a site sends to us, signed; the receiver that takes them is `ingest/receiver/`."""

from ingest.sources.source import SourceKind

KIND = SourceKind(
    name="webhook",
    purpose="an HTTP receiver for any site, signed as in the Standard Webhooks specification",
    history=False,
    edits=True,
    removals=True,
    reactions=True,
)
