"""What a polled source has told already: a small SQLite file, so that a pass tells only what is new or changed.

Losing the file means that everything is told again, with the same record ids, and so as the same facts.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Self

from ingest.cursors import file_name
from records.errors import Misconfigured
from records.settings import Settings

PAGE_ROWS = 1000
_TABLES = """
PRAGMA locking_mode = EXCLUSIVE;
BEGIN EXCLUSIVE;
CREATE TABLE IF NOT EXISTS posts (native_id BLOB PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unreadable (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
COMMIT;
"""


class Known:
    """The posts of one source, each with what the source wants to remember of it.

    One process at a time has the file; within it, one thread at a time may use this.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        folder = settings.data_dir / "known"
        self._path = folder / f"{file_name(settings.namespace + name)}.sqlite"
        with self._readable():
            folder.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self._path, timeout=1.0, check_same_thread=False)
            try:
                self._file.executescript(_TABLES)
            except sqlite3.Error:
                self._file.close()
                raise

    def get(self, native_id: str) -> str | None:
        """What was kept of a post; None for one that was never told."""
        with self._readable():
            found = self._file.execute("SELECT state FROM posts WHERE native_id = ?", (_key(native_id),)).fetchone()
        return None if found is None else str(found[0])

    def keep(self, states: Mapping[str, str]) -> None:
        """Remembers the states of posts; when this returns, a crash finds them."""
        if not states:
            return
        with self._readable(), self._file:
            rows = ((_key(native_id), state) for native_id, state in states.items())
            self._file.executemany("INSERT OR REPLACE INTO posts VALUES (?, ?)", rows)

    def ids(self) -> Iterator[str]:
        """The native ids of all posts, in their order; what is kept meanwhile may or may not be among them."""
        last = ""
        while page := self._page(last):
            yield from page
            last = page[-1]

    def __len__(self) -> int:
        with self._readable():
            return int(self._file.execute("SELECT count(*) FROM posts").fetchone()[0])

    def unreadable(self, sha256: str) -> bool:
        """Whether bytes with this digest have been put aside already: the same pass tells them once."""
        with self._readable():
            return self._file.execute("SELECT 1 FROM unreadable WHERE sha256 = ?", (sha256,)).fetchone() is not None

    def keep_unreadable(self, digests: Sequence[str]) -> None:
        """Remembers the digests of bytes that have been put aside."""
        if not digests:
            return
        with self._readable(), self._file:
            self._file.executemany("INSERT OR REPLACE INTO unreadable VALUES (?)", ((digest,) for digest in digests))

    def close(self) -> None:
        """Lets another process have the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _page(self, after: str) -> list[str]:
        asked = "SELECT native_id FROM posts WHERE native_id > ? ORDER BY native_id LIMIT ?"
        with self._readable():
            found = self._file.execute(asked, (_key(after), PAGE_ROWS)).fetchall()
        return [bytes(row[0]).decode("utf-8", "surrogatepass") for row in found]

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise Misconfigured(f"another process has {self._path}: one process may poll a source") from None
            raise Misconfigured(f"{self._path} cannot be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise Misconfigured(
                f"{self._path} cannot be read ({error}): remove it, and everything is told again as the same facts",
            ) from None
        except OSError as error:
            raise Misconfigured(f"{self._path} cannot be made: {error.strerror}") from None


def _key(native_id: str) -> bytes:
    return native_id.encode("utf-8", "surrogatepass")  # a site may send half of a surrogate pair: it is simply unknown
