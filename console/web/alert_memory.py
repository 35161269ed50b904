"""What of each queue was told already, in the console's own file: after a restart nothing is lost or told again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from console.staff.file import StaffFile
from records.settings import Settings

NOT_WAITING = -1
_TABLES = (
    # query: digest of the search whose posts these are; told_at: of the last alert, in seconds since 1970.
    """CREATE TABLE IF NOT EXISTS alerts (
        queue TEXT NOT NULL, way TEXT NOT NULL, query TEXT NOT NULL, told_at REAL NOT NULL,
        PRIMARY KEY (queue, way))""",
    """CREATE TABLE IF NOT EXISTS alert_posts (
        queue TEXT NOT NULL, way TEXT NOT NULL, post_id TEXT NOT NULL, opened_ms INTEGER NOT NULL,
        PRIMARY KEY (queue, way, post_id)) WITHOUT ROWID""",
)
_ALL = "SELECT queue, way, query, told_at FROM alerts"
_POSTS = "SELECT post_id, opened_ms FROM alert_posts WHERE queue = ? AND way = ?"
_BEGIN = "INSERT OR REPLACE INTO alerts (queue, way, query, told_at) VALUES (?, ?, ?, 0)"
_TOLD = "UPDATE alerts SET told_at = ? WHERE queue = ? AND way = ?"
_COME = "INSERT OR REPLACE INTO alert_posts (queue, way, post_id, opened_ms) VALUES (?, ?, ?, ?)"
_GONE = "DELETE FROM alert_posts WHERE queue = ? AND way = ? AND post_id = ?"
_EMPTY = "DELETE FROM alert_posts WHERE queue = ? AND way = ?"
_FORGET = "DELETE FROM alerts WHERE queue = ? AND way = ?"

Stream = tuple[str, str]
"""A queue by its name, and the way by which it is told."""


@dataclass(slots=True)
class Told:
    """Which posts are in a queue as far as was told, each with since when it waits (`NOT_WAITING`), and when it was."""

    query: str
    told_at: float = 0.0
    posts: dict[str, int] = field(default_factory=dict)


class AlertMemory:
    """Read once, then written as it changes; each change is on disk when it returns. One process uses it."""

    def __init__(self, settings: Settings) -> None:
        self._rows = StaffFile(settings, _TABLES)
        with self._rows.opened() as rows:
            self._told = {(queue, way): Told(query, at) for queue, way, query, at in rows.execute(_ALL).fetchall()}
            for stream, told in self._told.items():
                told.posts = dict(rows.execute(_POSTS, stream).fetchall())

    def told(self, stream: Stream) -> Told | None:
        """What was told of this queue, if it ever began."""
        return self._told.get(stream)

    def begin(self, stream: Stream, query: str, posts: Mapping[str, int]) -> None:
        """From now on what enters is new; `posts` are in it already."""
        with self._rows.opened() as rows:
            rows.execute(_EMPTY, stream)
            rows.execute(_BEGIN, (*stream, query))
            rows.executemany(_COME, [(*stream, post_id, opened) for post_id, opened in posts.items()])
        self._told[stream] = Told(query, 0.0, dict(posts))

    def keep(self, stream: Stream, gone: Iterable[str], come: Mapping[str, int], told_at: float | None = None) -> None:
        """Posts that have left and posts that were told, at `told_at`."""
        told, left = self._told.get(stream), list(gone)
        if told is None:
            return  # its alert was taken away meanwhile
        with self._rows.opened() as rows:
            rows.executemany(_GONE, [(*stream, post_id) for post_id in left])
            rows.executemany(_COME, [(*stream, post_id, opened) for post_id, opened in come.items()])
            if told_at is not None:
                rows.execute(_TOLD, (told_at, *stream))
        for post_id in left:
            told.posts.pop(post_id, None)
        told.posts.update(come)
        told.told_at = told.told_at if told_at is None else told_at

    def forget_others(self, streams: Iterable[Stream], ways: Collection[str]) -> None:
        """Whatever is told by one of these ways and not to be told any more; if it is again, it begins anew."""
        others = {stream for stream in list(self._told) if stream[1] in ways} - set(streams)
        if not others:
            return
        with self._rows.opened() as rows:
            for stream in others:
                rows.execute(_EMPTY, stream)
                rows.execute(_FORGET, stream)
        for stream in others:
            del self._told[stream]
