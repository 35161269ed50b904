"""Checkpoints that the ledger's key signed and that contradict what was cosigned: kept for people, a file each."""

import json
import threading
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from ingest.witness.folder import durably
from records.errors import Unavailable
from records.ledger.notes import Note
from records.ledger.witnessing import Refused, Request

FILES_PER_LOG_MAX = 8
"""The first ones matter: a log that has forked goes on and on with other checkpoints."""
FILE_BYTES_MAX = 500_000
DIGEST_CHARS = 16

Case = dict[str, Any]


class Evidence:
    """The files in `refused/`, until a person moves them away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "refused"
        self.folder.mkdir(exist_ok=True, mode=0o700)
        self._unwritten: dict[Path, Case] = {}
        self._writing = threading.Lock()

    def keep(self, refused: Refused, held: Note, request: Request) -> bool:
        """Keeps both notes, whole; false where they are kept already, or enough of this log. A full disk loses none."""
        origin = request.checkpoint.origin
        file = self._file(origin, request.note.text)
        unwritten = [path for path in self._unwritten if path.name.startswith(_digest(origin))]
        of_log = [*self._of_log(origin), *unwritten]
        if file in of_log or len(of_log) >= FILES_PER_LOG_MAX:
            return False
        case: Case = {
            "origin": origin,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "fault": refused.fault,
            "reason": refused.reason,
            "old": request.old,
            "proof": [node.hex() for node in request.proof],
            "refused": request.note.encode().decode(),
            "cosigned": held.encode().decode(),
        }
        self._unwritten[file] = case
        self._write()
        return True

    def withdraw(self, note: Note, origin: str) -> bool:
        """Takes back what a checkpoint explains that goes on where the last one ended; tells whether there was any.

        That is its own proof that did not fit, and every smaller checkpoint: the log has all of its entries again, or
        somebody sent an old one, which anybody can.
        """
        own = self._file(origin, note.text)
        self._unwritten = {
            file: case for file, case in self._unwritten.items() if not _is_explained(file, case, origin, own)
        }
        explained = [file for file in self._of_log(origin) if _is_explained(file, _read(file), origin, own)]
        for file in explained:
            with suppress(OSError):
                file.unlink()
        return bool(explained)

    def cases(self) -> list[Case]:
        """What there is, oldest first; a file that cannot be read is one, too."""
        self._write()
        found = [_read(file) for file in self.folder.glob("*.json")]
        return sorted([*found, *self._unwritten.values()], key=lambda case: str(case["at"]))

    def __len__(self) -> int:
        return len(list(self.folder.glob("*.json"))) + len(self._unwritten)

    def _write(self) -> None:
        with self._writing:
            for file, case in list(self._unwritten.items()):
                with suppress(Unavailable):
                    durably(file, json.dumps(case, indent=1).encode())
                    self._unwritten.pop(file, None)

    def _of_log(self, origin: str) -> list[Path]:
        return list(self.folder.glob(f"{_digest(origin)}-*.json"))

    def _file(self, origin: str, text: str) -> Path:
        return self.folder / f"{_digest(origin)}-{_digest(text)}.json"


def _is_explained(file: Path, case: Case, origin: str, own: Path) -> bool:
    fault = case.get("fault")
    return (file == own and fault == "inconsistent") or (case["origin"] == origin and fault == "shrunk")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:DIGEST_CHARS]


def _read(file: Path) -> Case:
    try:
        with file.open("rb") as opened:
            case = json.loads(opened.read(FILE_BYTES_MAX))
    except (OSError, ValueError):
        case = None
    strange = {"origin": "?", "at": "", "fault": None, "reason": f"{file.name} cannot be read"}
    return case if isinstance(case, dict) and strange.keys() <= case.keys() else strange
