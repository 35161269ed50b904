"""Which backups of the ledger's keys there are, and until when: a line of JSON for each, beside the ledger's logs."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from records.errors import Misconfigured

KNOWN = "key-backups"


def note_backup(folder: Path, facts: Mapping[str, str]) -> None:
    """Takes down a backup of the keys; its facts say `kept_until`."""
    with (folder / KNOWN).open("a", encoding="utf-8") as file:
        file.write(json.dumps(dict(facts)) + "\n")


def kept_until(folder: Path) -> datetime | None:
    """When the last backup of the keys ends, of which is known beside this ledger; None without any."""
    file = folder / KNOWN
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return max((datetime.fromisoformat(json.loads(line)["kept_until"]) for line in lines), default=None)
    except (OSError, ValueError, KeyError, TypeError):
        raise Misconfigured(
            f"{file} does not say until when each backup of the keys is kept: mend its lines by hand"
        ) from None
