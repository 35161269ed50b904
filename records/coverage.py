"""The topic `coverage`: what we were watching, and when we were not."""

from typing import Literal

from records.base import Count, Instant, Line, Name, Record, stamp


class Coverage(Record):
    """One statement about a source, of what lies within `from_at` (included) and `until_at` (excluded).

    `heartbeat`: everything that the source can see was seen; `read` posts were looked at, `kept` published. `cursor`:
    how far an importer has read. `gap`: not watched, `detail` says why. `backfill`: was a gap and has been read since,
    `kept` posts of it were found; `detail` says what cannot be made good. `refused`: `read` things were refused, or we
    were; `detail` says why. `compared`: at `until_at` the site said that it has `read` posts, of which we have captured
    `kept`; no surface is the whole source. A time that no record speaks about was not watched.
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
