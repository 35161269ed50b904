"""Who is signed in: sessions in the console's own file, which outlast a restart and hold nothing that opens them.

A cookie is 256 random bits, of which only the SHA-256 is kept. It is exchanged for a new one every `ROTATE_SECONDS`;
the old one stays good until the new one has come back, and `OVERLAP_SECONDS` more, so that requests under way, and an
answer that was lost, sign nobody out. A session of a local account ends with the account and with its passphrase.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from console.staff.file import StaffFile
from records.errors import NotAllowed
from records.settings import Settings

ROTATE_SECONDS = 15 * 60
OVERLAP_SECONDS = 10
USED_SECONDS = 30
"""The time of last use is written so often at most: a page must not cost a write to disk."""
PER_PERSON_MAX = 10
"""Of more sessions the one that was used longest ago ends."""
TOKEN_BYTES = 32
TOKEN_CHARS_MAX = 64
_TABLES = (
    # account: digest of the hash of the local account's passphrase; empty where a provider has signed the person in.
    """CREATE TABLE IF NOT EXISTS sessions (
        session_key TEXT PRIMARY KEY, staff_id TEXT NOT NULL, account TEXT NOT NULL, csrf TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE, rotated_at REAL NOT NULL, before TEXT, before_until REAL,
        used_at REAL NOT NULL, ends_at REAL NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS sessions_before ON sessions (before)",
    "CREATE TABLE IF NOT EXISTS accounts (staff_id TEXT PRIMARY KEY, hash TEXT NOT NULL)",
)
_ROW = """SELECT session_key, staff_id, account, csrf, token, rotated_at, before_until, used_at, ends_at, hash
    FROM sessions LEFT JOIN accounts USING (staff_id)"""
_FIND = f"{_ROW} WHERE token = ?1 OR before = ?1"
_FIND_KEY = f"{_ROW} WHERE session_key = ?"
_BEGIN = """INSERT INTO sessions (session_key, staff_id, account, csrf, token, rotated_at, used_at, ends_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_ROTATE = """UPDATE sessions SET before = ?, before_until = NULL, token = ?, rotated_at = ?, used_at = ?
    WHERE session_key = ? AND token = ? AND rotated_at = ?"""
_ARRIVED = "UPDATE sessions SET before_until = ? WHERE session_key = ? AND token = ? AND before_until IS NULL"
_USED = "UPDATE sessions SET used_at = ? WHERE session_key = ? AND used_at < ?"
_END = "DELETE FROM sessions WHERE session_key = ?"
_END_OLD = "DELETE FROM sessions WHERE ends_at <= ? OR used_at <= ?"
_END_MANY = """DELETE FROM sessions WHERE staff_id = ?1 AND session_key NOT IN
    (SELECT session_key FROM sessions WHERE staff_id = ?1 ORDER BY used_at DESC LIMIT ?2)"""
_HASH = "SELECT hash FROM accounts WHERE staff_id = ?"


@dataclass(frozen=True, slots=True)
class Session:
    """A session that stands; `new_token` is to be given to the browser where there is one."""

    session_key: str
    staff_id: str
    csrf: str
    new_token: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    session_key: str
    staff_id: str
    account: str
    csrf: str
    token: str
    rotated_at: float
    before_until: float | None
    used_at: float
    ends_at: float
    hash: str | None


class Sessions:
    """The sessions of one file. All calls are quick, but touch the disk: from an event loop, in a thread."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._rows = StaffFile(settings, _TABLES)
        self._idle_seconds = settings.session_idle_minutes * 60
        self._seconds_max = settings.session_hours_max * 3600
        self._now = now
        with self._rows.opened():
            pass  # the tables are there

    def begin(self, staff_id: str, *, by_passphrase: bool) -> Session:
        """A new session with its first token; what has run out is forgotten. NotAllowed if the account is gone."""
        now, token = self._now(), secrets.token_urlsafe(TOKEN_BYTES)
        key, csrf = secrets.token_hex(TOKEN_BYTES // 2), secrets.token_urlsafe(TOKEN_BYTES)
        with self._rows.opened() as rows:
            found = rows.execute(_HASH, (staff_id,)).fetchone() if by_passphrase else None
            if by_passphrase and not found:
                raise NotAllowed(f"there is no account {staff_id} any more")
            account = _digest(found[0]) if found else ""
            rows.execute(_END_OLD, (now, now - self._idle_seconds))
            rows.execute(_BEGIN, (key, staff_id, account, csrf, _digest(token), now, now, now + self._seconds_max))
            rows.execute(_END_MANY, (staff_id, PER_PERSON_MAX))
        return Session(key, staff_id, csrf, token)

    def find(self, token: str, *, used: bool = True) -> Session | None:
        """The session that this token opens now, or none; idle and absolute ends are looked at, and its account.

        Without `used` it is not the person who asks, and the session goes on ageing.
        """
        if not token or len(token) > TOKEN_CHARS_MAX:
            return None
        now, digest = self._now(), _digest(token)
        with self._rows.opened(to_write=False) as rows:
            found = rows.execute(_FIND, (digest,)).fetchone()
        row = _Row(*found) if found else None
        if row is None or not self._stands(row, digest, now):
            return None
        return Session(row.session_key, row.staff_id, row.csrf, self._kept(row, digest, now, used=used))

    def stands(self, session_key: str) -> bool:
        """Whether it still stands; for whoever streams for long."""
        with self._rows.opened(to_write=False) as rows:
            found = rows.execute(_FIND_KEY, (session_key,)).fetchone()
        return found is not None and self._stands(_Row(*found), found[4], self._now())

    def end(self, session_key: str) -> None:
        """Nobody comes in by it any more."""
        with self._rows.opened() as rows:
            rows.execute(_END, (session_key,))

    def _stands(self, row: _Row, digest: str, now: float) -> bool:
        if row.ends_at <= now or row.used_at + self._idle_seconds <= now:
            return False
        if row.account and (row.hash is None or not hmac.compare_digest(row.account, _digest(row.hash))):
            return False
        return digest == row.token or row.before_until is None or row.before_until > now

    def _kept(self, row: _Row, digest: str, now: float, *, used: bool) -> str:
        """Writes what this use changes; the new token where it was time for one."""
        due = now - row.rotated_at >= (ROTATE_SECONDS if digest == row.token else OVERLAP_SECONDS)
        if due and (digest == row.token or row.before_until is None):
            return self._rotated(row, digest, now, now if used else row.used_at)
        if digest == row.token and row.before_until is None:
            with self._rows.opened() as rows:
                rows.execute(_ARRIVED, (now + OVERLAP_SECONDS, row.session_key, digest))
        if used and now - row.used_at >= USED_SECONDS:
            with self._rows.opened() as rows:
                rows.execute(_USED, (now, row.session_key, now))
        return ""

    def _rotated(self, row: _Row, digest: str, now: float, used_at: float) -> str:
        """Another token, unless a request beside this one was quicker: that one's answer brings it."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._rows.opened() as rows:
            values = (digest, _digest(token), now, used_at, row.session_key, row.token, row.rotated_at)
            changed = rows.execute(_ROTATE, values).rowcount
        return token if changed else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
