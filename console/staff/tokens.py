"""Tokens of integrations in the console's own file: digests alone, each with the record of the registry it belongs to.

A token is 256 random bits behind a prefix by which scanners of secrets know it. What it may do, on whose authority and
until when, is said by the record; a row whose record was replaced or removed opens nothing.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from console.staff.file import StaffFile
from records.settings import Settings

PREFIX, TOKEN_BYTES = "lgt_", 32
TOKEN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
USED_SECONDS = 60
"""The time of last use is written so often at most: a request must not cost a write to disk."""
_TABLES = (
    # token: SHA-256 of the token; entry: record_id of the integration that it was made for.
    """CREATE TABLE IF NOT EXISTS tokens (
        name TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, entry TEXT NOT NULL, used_at REAL)""",
)
_ADD = "INSERT OR REPLACE INTO tokens (name, token, entry) VALUES (?, ?, ?)"
_FIND = "SELECT name, entry, used_at FROM tokens WHERE token = ?"
_ALL = "SELECT name, entry, used_at FROM tokens ORDER BY name"
_USED = "UPDATE tokens SET used_at = ? WHERE name = ?"
_REMOVE = "DELETE FROM tokens WHERE name = ?"


@dataclass(frozen=True, slots=True)
class Kept:
    """A token that is known: of which integration, by which record; `used_at` is in seconds since 1970."""

    name: str
    entry: str
    used_at: float | None


class Tokens:
    """The tokens of one file."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._rows, self._now = StaffFile(settings, _TABLES), now

    def add(self, name: str, entry: str) -> str:
        """A new token, which nobody can be told again; the one that this integration had opens nothing any more."""
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        with self._rows.opened() as rows:
            rows.execute(_ADD, (name, _digest(token), entry))
        return token

    def find(self, token: str) -> Kept | None:
        """Whose token this is; that it was used is remembered."""
        if not TOKEN.fullmatch(token):
            return None
        with self._rows.opened(to_write=False) as rows:
            row = rows.execute(_FIND, (_digest(token),)).fetchone()
        if row is None:
            return None
        found = Kept(*row)
        if found.used_at is None or not 0 <= self._now() - found.used_at < USED_SECONDS:
            with self._rows.opened() as rows:
                rows.execute(_USED, (self._now(), found.name))
        return found

    def all(self) -> list[Kept]:
        """Every one, by name."""
        with self._rows.opened(to_write=False) as rows:
            return [Kept(*row) for row in rows.execute(_ALL).fetchall()]

    def remove(self, name: str) -> None:
        """It opens nothing any more."""
        with self._rows.opened() as rows:
            rows.execute(_REMOVE, (name,))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("ascii")).hexdigest()
