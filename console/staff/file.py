"""The console's own SQLite file, for its owner alone: hashes of passphrases, and sessions. No record is in it."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from records.errors import Misconfigured, Unavailable
from records.settings import Settings

BUSY_SECONDS_MAX = 10
FOR_OTHERS = 0o077


class StaffFile:
    """Some tables of the file; each change is on disk when it returns, and what is deleted is overwritten."""

    def __init__(self, settings: Settings, tables: Sequence[str]) -> None:
        self.path: Path = settings.staff_file or settings.data_dir / "staff.sqlite"
        self._tables = tables
        self._has_tables = False

    @contextmanager
    def opened(self, *, to_write: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction; nobody else writes meanwhile, unless it is only read."""
        self._made()
        if not to_write and not self._has_tables:
            with self.opened():
                pass
        try:
            rows = sqlite3.connect(self.path, timeout=BUSY_SECONDS_MAX, isolation_level=None)
            try:
                rows.execute("PRAGMA secure_delete = ON")
                rows.execute("PRAGMA synchronous = FULL")
                rows.execute("BEGIN IMMEDIATE" if to_write else "BEGIN")
                for table in self._tables if to_write else ():
                    rows.execute(table)
                yield rows
                rows.execute("COMMIT")
                self._has_tables = True
            finally:
                rows.close()
        except sqlite3.OperationalError as error:
            raise Unavailable(f"the accounts in {self.path} cannot be used now: {error}") from None
        except sqlite3.DatabaseError:
            raise Misconfigured(f"{self.path} is no file of accounts: restore it from a backup") from None

    def _made(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            open_to_others = self.path.stat().st_mode & FOR_OTHERS
        except OSError as error:
            raise Misconfigured(f"LIFEGUARD_STAFF_FILE, {self.path}, cannot be used: {error.strerror}") from None
        if open_to_others:
            raise Misconfigured(f"LIFEGUARD_STAFF_FILE, {self.path}, is open to others: chmod 600")
