"""Cursors: where a source goes on, kept in one small file each that is either the old one or the new one."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from records.errors import Misconfigured
from records.settings import Settings

_UNUSUAL = re.compile(r"[^a-z0-9_.-]")


class Cursors:
    """The cursors of this machine, in `LIFEGUARD_DATA_DIR/cursors`."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data_dir / "cursors"
        self._prefix = settings.namespace

    def load(self, name: str) -> dict[str, Any] | None:
        """What was last saved under this name: `cursor` and `saved_at`; None if there is nothing."""
        try:
            found = json.loads(self._file(name).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise Misconfigured(
                f"the cursor {self._file(name)} cannot be read ({type(error).__name__}): remove it to start again",
            ) from None
        return found if isinstance(found, dict) else None

    def save(self, name: str, cursor: dict[str, Any]) -> None:
        """Makes a cursor durable: when this returns, a crash finds it."""
        content = json.dumps({"cursor": cursor, "saved_at": datetime.now(UTC).isoformat()}).encode("utf-8")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _replace(self._file(name), content)
        except OSError as error:
            raise Misconfigured(f"the cursor {self._file(name)} cannot be written: {error.strerror}") from None

    def _file(self, name: str) -> Path:
        return self._folder / f"{file_name(self._prefix + name)}.json"


def file_name(name: str) -> str:
    """A name as a file can be called: lower-case letters, digits, _ . and -."""
    return _UNUSUAL.sub("_", name)


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
