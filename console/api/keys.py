"""Which writes were asked for under which key, in the console's own file: a digest of each, and no word of it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from console.staff.file import StaffFile
from records.digests import fact_digest
from records.errors import Malformed
from records.settings import Settings

KEPT_DAYS = 7
"""After that a key that comes again with another body is not known any more; on record it stays what it was."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS api_keys (
        integration TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL, asked_at REAL NOT NULL,
        PRIMARY KEY (integration, key)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS api_keys_asked ON api_keys (asked_at)",
)
_FORGET = "DELETE FROM api_keys WHERE asked_at < ?"
_ADD = "INSERT OR IGNORE INTO api_keys (integration, key, digest, asked_at) VALUES (?, ?, ?, ?)"
_FIND = "SELECT digest, asked_at FROM api_keys WHERE integration = ? AND key = ?"


class Keys:
    """The keys of one file."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._rows, self._now = StaffFile(settings, _TABLES), now

    def first_asked(self, integration: str, key: str, digest: str) -> datetime:
        """When this was first asked for; raises Malformed where the key came with something else."""
        now = self._now()
        with self._rows.opened() as rows:
            rows.execute(_FORGET, (now - KEPT_DAYS * 86_400,))
            rows.execute(_ADD, (integration, key, digest, now))
            known, asked_at = rows.execute(_FIND, (integration, key)).fetchone()
        if known != digest:
            raise Malformed("this Idempotency-Key came before with another request: give each request one of its own")
        return datetime.fromtimestamp(asked_at, UTC)


def of_record(integration: str, key: str) -> str:
    """The key of what is put on record; the names of integrations have no colon."""
    return f"api:{integration}:{key}"


def batch_of(key: str) -> str:
    """The id of the batch that is frozen under this key of a record."""
    return f"batch-{fact_digest('batch', key)[:20]}"
