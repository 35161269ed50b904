"""Local accounts in a SQLite file of the console's own: hashes of passphrases, and failures to give them.

A hash is no record: it never leaves this file, which only its owner may read. Passphrases are hashed by argon2id with
the parameters of RFC 9106's second choice (64 MiB, three passes, four lanes); a hash made with others is made anew when
its passphrase is next given. Who may do what is not here: roles are records.
"""

import re
import secrets
from dataclasses import dataclass
from functools import cache
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from console.staff.file import StaffFile
from records.errors import Malformed, NotAllowed
from records.settings import Settings

NAME = re.compile(r"[\w][\w.@+-]{0,63}")
"""What a member of staff can be called."""
PASSPHRASE_CHARS_MIN, PASSPHRASE_CHARS_MAX = 12, 1_000
FAILURES_FREE = 5
"""So many wrong passphrases in a row cost nothing; after that each doubles the wait."""
WAIT_SECONDS_FIRST, WAIT_SECONDS_MAX = 30, 3_600
FORGOTTEN_SECONDS = 24 * 3_600
"""Failures are forgotten when nobody has tried for so long after the wait."""
_TABLES = (
    "CREATE TABLE IF NOT EXISTS accounts (staff_id TEXT PRIMARY KEY, hash TEXT NOT NULL)",
    # Of names without an account, too: whoever guesses is not told by the wait which names there are.
    "CREATE TABLE IF NOT EXISTS failed (staff_id TEXT PRIMARY KEY, failures INTEGER, wait_until REAL)",
)
_ALL = """SELECT staff_id, coalesce(failures, 0) FROM accounts LEFT JOIN failed USING (staff_id) ORDER BY staff_id"""
_HASH = "SELECT hash FROM accounts WHERE staff_id = ?"
_ADD = "INSERT INTO accounts (staff_id, hash) VALUES (?, ?)"
_RENEW = "UPDATE accounts SET hash = ? WHERE staff_id = ?"
_REMOVE = "DELETE FROM accounts WHERE staff_id = ?"
_FAILED = "SELECT failures, wait_until FROM failed WHERE staff_id = ?"
_FAIL = "INSERT OR REPLACE INTO failed (staff_id, failures, wait_until) VALUES (?, ?, ?)"
_FORGIVE = "DELETE FROM failed WHERE staff_id = ? OR wait_until < ?"
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@dataclass(frozen=True, slots=True)
class Account:
    """A local account; `failures` in a row since the passphrase was last given."""

    staff_id: str
    failures: int


class Wait(NotAllowed):
    """Too many tries: nobody may try again for so many seconds."""

    def __init__(self, said: str, seconds: int) -> None:
        super().__init__(f"{said}: wait {seconds} seconds")
        self.seconds = seconds


class Accounts:
    """The accounts of one file, which is made when the first one is added; each change is on disk when it returns."""

    def __init__(self, settings: Settings) -> None:
        self._rows = StaffFile(settings, _TABLES)
        self.file = self._rows.path

    def all(self) -> list[Account]:
        """Every account, by name."""
        if not self.file.exists():
            return []
        with self._rows.opened(to_write=False) as rows:
            return [Account(*row) for row in rows.execute(_ALL)]

    def has(self, staff_id: str) -> bool:
        """Whether there is an account of this name."""
        return any(one.staff_id == staff_id for one in self.all())

    def add(self, staff_id: str, passphrase: str) -> None:
        """A new account; raises Malformed for a passphrase that is no good, NotAllowed where the name is taken."""
        refuse_weak(passphrase, staff_id)
        with self._rows.opened() as rows:
            if rows.execute(_HASH, (staff_id,)).fetchone():
                raise NotAllowed(f"there is an account {staff_id} already")
            rows.execute(_ADD, (staff_id, _HASHER.hash(passphrase)))

    def change(self, staff_id: str, passphrase: str) -> None:
        """Another passphrase; the failures are forgotten."""
        refuse_weak(passphrase, staff_id)
        with self._rows.opened() as rows:
            if not rows.execute(_RENEW, (_HASHER.hash(passphrase), staff_id)).rowcount:
                raise NotAllowed(f"there is no account {staff_id}")
            rows.execute(_FORGIVE, (staff_id, 0.0))

    def remove(self, staff_id: str) -> None:
        """Nobody signs in by this name any more; what they did stays on record."""
        with self._rows.opened() as rows:
            if not rows.execute(_REMOVE, (staff_id,)).rowcount:
                raise NotAllowed(f"there is no account {staff_id}")

    def check(self, staff_id: str, passphrase: str, now: float) -> None:
        """Raises NotAllowed unless this is the passphrase; `now` in seconds since 1970. Failures are remembered.

        Nobody else gets to guess meanwhile: guesses are counted one by one.
        """
        nobody = _nobody()
        with self._rows.opened() as rows:
            failures, wait_until = rows.execute(_FAILED, (staff_id,)).fetchone() or (0, 0.0)
            if wait_until > now:
                raise Wait(f"too many wrong passphrases for {staff_id}", ceil(wait_until - now))
            found = rows.execute(_HASH, (staff_id,)).fetchone()
            right = _matches(found[0] if found else nobody, passphrase) and found is not None
            if not right:
                rows.execute(_FAIL, (staff_id, failures + 1, now + wait_seconds(failures + 1)))
            elif _HASHER.check_needs_rehash(found[0]):
                rows.execute(_RENEW, (_HASHER.hash(passphrase), staff_id))
            rows.execute(_FORGIVE, (staff_id if right else None, now - FORGOTTEN_SECONDS))
        if not right:
            raise NotAllowed(f"this is not the passphrase of {staff_id}, or there is no such account")


def refuse_weak(passphrase: str, staff_id: str) -> None:
    """Raises Malformed with what is wrong: length counts, and not being the name (NIST SP 800-63B)."""
    if not PASSPHRASE_CHARS_MIN <= len(passphrase) <= PASSPHRASE_CHARS_MAX:
        raise Malformed(f"a passphrase is several words: {PASSPHRASE_CHARS_MIN} characters or more")
    if staff_id.casefold() in passphrase.casefold() or len(set(passphrase)) < PASSPHRASE_CHARS_MIN // 2:
        raise Malformed("this passphrase is too easy to guess: several words that are not the name")


def wait_seconds(failures: int) -> int:
    """How long nobody may try after so many failures in a row."""
    beyond = failures - FAILURES_FREE
    return 0 if beyond < 0 else min(WAIT_SECONDS_FIRST * 2**beyond, WAIT_SECONDS_MAX)


@cache
def _nobody() -> str:
    """An unknown name takes as long as a known one."""
    return _HASHER.hash(secrets.token_urlsafe())


def _matches(known: str, passphrase: str) -> bool:
    try:
        return _HASHER.verify(known, passphrase[:PASSPHRASE_CHARS_MAX])
    except (VerificationError, InvalidHashError):
        return False
