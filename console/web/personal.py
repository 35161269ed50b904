"""What people ask for themselves: theme, texts that are hidden from them, the reminder; in the console's own file.

It is no record, and nobody else is to read it: every call is about one person, and every route asks with its visitor.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field

from console.staff.file import StaffFile
from console.web.care import Care, Theme, gravest
from moderation.policy import LabelPolicy, Policy
from records.errors import Malformed
from records.settings import Settings

THEMES: Mapping[Theme, str] = {"system": "as the system", "light": "light", "dark": "dark"}
BREAK_MINUTES, BREAK_MINUTES_MIN, BREAK_MINUTES_MAX = 45, 5, 240
_TABLES = ("CREATE TABLE IF NOT EXISTS personal (staff_id TEXT PRIMARY KEY, said TEXT NOT NULL)",)
_FIND = "SELECT said FROM personal WHERE staff_id = ?"
_KEEP = "INSERT INTO personal (staff_id, said) VALUES (?1, ?2) ON CONFLICT (staff_id) DO UPDATE SET said = ?2"


@dataclass(frozen=True, slots=True)
class Personal:
    """One person's own settings.

    `masks` says of a label, or tag, whether its texts are hidden; of one that it does not name, they are where it is
    among the gravest of the policy.
    """

    theme: Theme = "system"
    masks: Mapping[str, bool] = field(default_factory=dict)
    reminds: bool = True
    break_minutes: int = BREAK_MINUTES


class PersonalFile:
    """The settings of everybody. All calls are quick, but touch the disk: from an event loop, in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._rows = StaffFile(settings, _TABLES)

    def of(self, staff_id: str) -> Personal:
        """What this person has asked for, or what everybody begins with."""
        with self._rows.opened(to_write=False) as rows:
            row = rows.execute(_FIND, (staff_id,)).fetchone()
        return Personal(**json.loads(row[0])) if row else Personal()

    def keep(self, staff_id: str, personal: Personal) -> None:
        """This from now on."""
        with self._rows.opened() as rows:
            rows.execute(_KEEP, (staff_id, json.dumps(asdict(personal))))


def care_of(personal: Personal, policy: Policy, labels: Mapping[str, LabelPolicy]) -> Care:
    """The same as pages heed it, under the policy in force; `labels` are its own, and tags."""
    grave = gravest(policy, labels)
    return Care(
        theme=personal.theme,
        masked={name: one.title for name, one in labels.items() if personal.masks.get(name, name in grave)},
        grave=grave,
        break_minutes=personal.break_minutes if personal.reminds else 0,
    )


def personal_in(
    theme: str, masks: Collection[str], minutes: str, labels: Collection[str], *, reminds: bool
) -> Personal:
    """What a form asks for that has a mask for each of these labels; raises Malformed."""
    found = next((name for name in THEMES if name == theme), None)
    if found is None:
        raise Malformed(f"a theme is {', '.join(THEMES.values())}")
    if not (minutes.isascii() and minutes.isdecimal() and len(minutes) <= len(str(BREAK_MINUTES_MAX))):
        minutes = "0"
    if not BREAK_MINUTES_MIN <= int(minutes) <= BREAK_MINUTES_MAX:
        raise Malformed(f"a reminder comes after {BREAK_MINUTES_MIN} to {BREAK_MINUTES_MAX} minutes")
    return Personal(found, {name: name in masks for name in labels}, reminds, int(minutes))
