"""Where the ledger is that is verified: the keeper, or a folder; and whose word is believed about it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.verifying.judging import Trust
from console.verifying.witnessed import Statement
from ingest.keeper import history
from records.errors import Malformed, Misconfigured, Unavailable
from records.ledger.entries import LogId
from records.ledger.log import Log
from records.ledger.reading import Folder, Reader, refuse_no_ledger
from records.ledger.store import parse_public_line
from records.settings import Settings

if TYPE_CHECKING:
    from search.client import Search

HISTORY_BYTES_MAX = 500_000_000
LINE_BYTES_MAX = 1_024


@dataclass(frozen=True)
class Where:
    """The keeper of these settings, or the ledger in a folder; may be handed to another process.

    `staff_id` and `job` stand in the audit record of what the keeper opens for us.
    """

    settings: Settings
    folder: Path | None = None
    staff_id: str = "verify"
    job: str = "verify"

    @contextmanager
    def opened(self) -> Iterator[Reader]:
        """A reader of what is signed now."""
        if self.folder is not None:
            with closing(Folder(self.folder)) as folder:
                yield folder
            return
        from ingest.ledger import Remote

        with Remote(self.settings, self.staff_id, "verify", self.job) as remote:
            yield remote

    def search(self) -> "Search":
        """The indices that are compared with it."""
        from search.client import Search

        return Search(self.settings)

    def old_notes(self, log: LogId) -> list[bytes]:
        """The cosigned checkpoints that the ledger has kept of the past; only their signatures are believed."""
        if self.folder is not None:
            return history.notes(_content(self.folder / "logs" / log.path / "history"))
        from ingest.ledger_answers import Asking

        with closing(Asking(self.settings)) as keeper:
            return history.notes(keeper.got_if_there(f"/{log.path}/history", HISTORY_BYTES_MAX) or b"")

    def file_of(self, log: LogId, entry: int) -> Path | None:
        """The file in which an entry lies, where it is a folder of this machine."""
        if self.folder is None:
            return None
        try:
            with closing(Log(self.folder / "logs" / log.path)) as opened:
                return opened.segments.path_at(opened.position(min(entry, opened.size)))
        except (Misconfigured, IndexError):
            return None

    def trust(self, statements: list[Statement]) -> Trust:
        """The key of the ledger, by the copy that somebody made of its `ledger.pub`, and those of the witnesses."""
        name, public = parse_public_line(self._public_line())
        return Trust(name, public, tuple(statement.verifier for statement in statements))

    def _public_line(self) -> str:
        if self.folder is not None:
            refuse_no_ledger(self.folder)
        own = self.folder or self.settings.ledger_dir or self.settings.data_dir / "ledger"
        file = self.settings.witness_ledger_file or own / "ledger.pub"
        try:
            with file.open("rb") as opened:
                return opened.read(LINE_BYTES_MAX).decode()
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(
                f"{file} cannot be read ({type(error).__name__}): set LIFEGUARD_WITNESS_LEDGER_FILE to a copy of the "
                "ledger's ledger.pub"
            ) from None


def statements(settings: Settings) -> list[Statement]:
    """What every witness of the settings says now; one that is away says that."""
    from ingest.witnesses import witness_checkpoints, witness_lines

    found = []
    for line in witness_lines(settings):
        try:
            notes = [note.encode() for note in witness_checkpoints(line)]
        except (Unavailable, Malformed) as reason:
            found.append(Statement(line.verifier, line.url, away=str(reason)))
        else:
            found.append(Statement(line.verifier, line.url, notes))
    return found


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
