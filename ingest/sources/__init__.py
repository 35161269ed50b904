"""Where posts come from: one file a source, and this one list of them."""

from ingest.sources.feed import KIND as FEED
from ingest.sources.imap import KIND as IMAP
from ingest.sources.isso import KIND as ISSO
from ingest.sources.jsonl import KIND as JSONL
from ingest.sources.source import SourceKind
from ingest.sources.webhook import KIND as WEBHOOK
from ingest.sources.wordpress import KIND as WORDPRESS

SOURCES: tuple[SourceKind, ...] = (
    JSONL,
    WEBHOOK,
    FEED,
    WORDPRESS,
    ISSO,
    IMAP,
)
ABILITIES = ("history", "edits", "removals", "reactions", "orders")


def table() -> str:
    """The table of sources in Markdown, from their declarations; the README holds it word for word."""
    head = f"| source | what it is | {' | '.join(ABILITIES)} |"
    return "\n".join([head, f"|{'---|' * (len(ABILITIES) + 2)}", *map(_row, SOURCES)])


def _row(kind: SourceKind) -> str:
    abilities = " | ".join(_said(getattr(kind, ability)) for ability in ABILITIES)
    return f"| `{kind.name}` | {kind.purpose} | {abilities} |"


def _said(ability: bool | tuple[str, ...]) -> str:
    if isinstance(ability, tuple):
        return ", ".join(ability) or "no"
    return "yes" if ability else "no"
