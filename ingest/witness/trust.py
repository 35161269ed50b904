"""Whom a witness trusts: exactly one ledger, by the line in a file; it is waited for until the file is there."""

from pathlib import Path

from ingest.witness.folder import Folder
from records.errors import Misconfigured, Unavailable
from records.ledger.store import parse_public_line

LINE_BYTES_MAX = 1024


class Trusted:
    """The name and the key of the ledger. Once read they stay: another key is another ledger."""

    def __init__(self, file: Path | None, folder: Folder) -> None:
        if file is None:
            raise Misconfigured("LIFEGUARD_WITNESS_LEDGER_FILE is not set: name a copy of the ledger's file ledger.pub")
        self._file = file
        self._folder = folder
        self._found: tuple[str, bytes] | None = None

    def key(self) -> tuple[str, bytes]:
        """Name and public key; raises Unavailable while there is no file, and Misconfigured if it is not usable."""
        if self._found is None:
            found = self._read()
            self._folder.refuse_strange(found[1])
            self._found = found
        return self._found

    def _read(self) -> tuple[str, bytes]:
        try:
            with self._file.open("rb") as opened:
                line = opened.read(LINE_BYTES_MAX).decode()
        except FileNotFoundError:
            raise Unavailable(f"there is no {self._file} yet, which the keeper makes at its first start") from None
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"{self._file} cannot be read: {type(error).__name__}") from None
        try:
            return parse_public_line(line)
        except Misconfigured as problem:
            raise Misconfigured(f"{self._file} is not usable: {problem}") from None
