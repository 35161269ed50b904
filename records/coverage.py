"""The topic `coverage`: what we were watching, and when we were not."""

from typing import Literal

from records.base import Count, Instant, Line, Name, Record, stamp


class Coverage(Record):
    """One statement about a source: alive, how far it has read, a gap, a backfill, a refusal, or a comparison.

    `from_at` (included) and `until_at` (excluded) bound what is said; `read` and `kept` are counts of posts within
    them. A `compared` says that the site had `read` posts at `until_at`, and that we have captured `kept` of them.
    """

    kind: Literal["heartbeat", "cursor", "gap", "backfill", "refused", "compared"]
    source: Name
    surface: Line | None = None
    cursor: Line | None = None
    from_at: Instant | None = None
    until_at: Instant | None = None
    read: Count = 0
    kept: Count = 0
    detail: Line | None = None
    happened_at: Instant

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """Source, kind, where and when."""
        return (self.source, self.kind, self.surface, self.cursor, self.detail, stamp(self.happened_at))

    def key(self) -> str:
        """The source."""
        return self.source
