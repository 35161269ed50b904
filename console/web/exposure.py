"""How long texts of the gravest labels were open before somebody, by day: for them to see, and for nobody else.

A page tells of it in beats. What a beat says is believed as far as it can be true: no more than has passed since the
last one. It is no record, and a day is deleted after `DAYS_KEPT`, whoever's it is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from console.staff.file import StaffFile
from records.settings import Settings

DAYS_KEPT = 14
BEAT_SECONDS_MAX = 60
"""A page beats more often than that."""
_TABLES = (
    """CREATE TABLE IF NOT EXISTS exposure (staff_id TEXT NOT NULL, day TEXT NOT NULL, seconds REAL NOT NULL,
        beat_at REAL NOT NULL, PRIMARY KEY (staff_id, day))""",
)
_LAST = "SELECT beat_at FROM exposure WHERE staff_id = ? ORDER BY day DESC LIMIT 1"
_ADD = """INSERT INTO exposure (staff_id, day, seconds, beat_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (staff_id, day) DO UPDATE SET seconds = seconds + ?3, beat_at = ?4"""
_FIND = "SELECT day, seconds FROM exposure WHERE staff_id = ?"
_FORGET = "DELETE FROM exposure WHERE day <= ?"


@dataclass(frozen=True, slots=True)
class Day:
    """So many seconds on one day, in UTC."""

    day: date
    seconds: float


class Exposure:
    """The days of everybody, each for their own. All calls touch the disk: from an event loop, in a thread."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._rows, self._now = StaffFile(settings, _TABLES), now

    def add(self, staff_id: str, said: float) -> None:
        """One beat of this person's pages, which says how many seconds are to be added."""
        now, today = self._now(), self._today()
        with self._rows.opened() as rows:
            rows.execute(_FORGET, (_before(today),))
            last = rows.execute(_LAST, (staff_id,)).fetchone()
            passed = now - last[0] if last else float(BEAT_SECONDS_MAX)
            rows.execute(_ADD, (staff_id, today.isoformat(), believed(said, passed), now))

    def days(self, staff_id: str) -> list[Day]:
        """The last days of this person, today first; what is older is deleted."""
        today = self._today()
        with self._rows.opened() as rows:
            rows.execute(_FORGET, (_before(today),))
            known = dict(rows.execute(_FIND, (staff_id,)).fetchall())
        days = [today - timedelta(days=ago) for ago in range(DAYS_KEPT)]
        return [Day(day, known.get(day.isoformat(), 0.0)) for day in days]

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now(), UTC).date()


def believed(said: float, passed: float) -> float:
    """How many seconds a beat adds: what it says, as far as that many have passed and one beat can tell of."""
    return max(0.0, min(said, passed, BEAT_SECONDS_MAX))


def spent(seconds: float) -> str:
    """A length of time in words, to the minute."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    if not hours and not minutes:
        return "less than a minute" if seconds >= 1 else "none"
    return " ".join(said for said in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if said)


def _before(today: date) -> str:
    """The newest day that is not kept any more."""
    return (today - timedelta(days=DAYS_KEPT)).isoformat()
