"""Many cases at once, frozen: which posts at which version, what was decided on them; in the console's own file.

A batch is no record: each decision in it is one, with the batch's id. The file only knows what was meant, so that the
same decisions can be sent again after a crash, watched, and taken back together.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from console.staff.file import StaffFile
from records.settings import Settings

POSTS_MAX = 1_000
KEPT_SECONDS = 30 * 86_400
_TABLES = (
    """CREATE TABLE IF NOT EXISTS batches (batch_id TEXT PRIMARY KEY, staff_id TEXT NOT NULL, title TEXT NOT NULL,
        made_at REAL NOT NULL, items TEXT NOT NULL, decided TEXT, undone INTEGER NOT NULL DEFAULT 0)""",
)
_ADD = "INSERT OR IGNORE INTO batches (batch_id, staff_id, title, made_at, items) VALUES (?, ?, ?, ?, ?)"
_FIND = "SELECT batch_id, staff_id, title, items, decided, undone FROM batches WHERE batch_id = ? AND staff_id = ?"
_DECIDE = "UPDATE batches SET decided = ?, items = ? WHERE batch_id = ? AND decided IS NULL"
_UNDO = "UPDATE batches SET undone = 1 WHERE batch_id = ?"
_FORGET = "DELETE FROM batches WHERE made_at < ?"


@dataclass(frozen=True, slots=True)
class Item:
    """One post of a batch as it was when the batch was frozen.

    Once it was decided on, `record_id` is that of the decision, or `refusal` says why none was sent.
    """

    post_id: str
    version: int
    revision_id: str | None
    refusal: str = ""
    record_id: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be decided, and what was; `decided` has the act and what belongs to it."""

    batch_id: str
    staff_id: str
    title: str
    items: tuple[Item, ...]
    decided: Mapping[str, str] | None
    undone: bool


class Batches:
    """The batches of one file; each is known to whoever froze it."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._rows, self._now = StaffFile(settings, _TABLES), now

    def freeze(self, staff_id: str, title: str, items: Sequence[Item], batch_id: str = "") -> str:
        """A batch, and its id; one that is there already stays as it is. Old ones are forgotten."""
        batch_id, now = batch_id or f"batch-{secrets.token_hex(10)}", self._now()
        with self._rows.opened() as rows:
            rows.execute(_FORGET, (now - KEPT_SECONDS,))
            rows.execute(_ADD, (batch_id, staff_id, title, now, _said(items)))
        return batch_id

    def find(self, batch_id: str, staff_id: str) -> Batch | None:
        """A batch of this person."""
        with self._rows.opened() as rows:
            row = rows.execute(_FIND, (batch_id, staff_id)).fetchone()
        if row is None:
            return None
        items = tuple(Item(**one) for one in json.loads(row[3]))
        return Batch(row[0], row[1], row[2], items, json.loads(row[4]) if row[4] else None, bool(row[5]))

    def decide(self, batch_id: str, decided: Mapping[str, str], items: Sequence[Item]) -> None:
        """What is decided on it, once: a second time changes nothing."""
        with self._rows.opened() as rows:
            rows.execute(_DECIDE, (json.dumps(dict(decided)), _said(items), batch_id))

    def undo(self, batch_id: str) -> None:
        """All of it is to be taken back."""
        with self._rows.opened() as rows:
            rows.execute(_UNDO, (batch_id,))


def _said(items: Sequence[Item]) -> str:
    return json.dumps([asdict(one) for one in items])
