"""The whole ledger of one keeper: its key, its subjects' keys and its logs, in one folder that only it writes to."""

import base64
import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from records.errors import Misconfigured
from records.ledger.entries import LogId
from records.ledger.files import make_folder, problem, replace, sync_folder, unfinished
from records.ledger.growing import GrowingLog
from records.ledger.keys import GrowingKeys
from records.ledger.log import said_of
from records.ledger.notes import Signer

PUBLIC_BYTES = 32


class Ledger:
    """Opened by the one process that writes to it; refuses to open on anything that it cannot explain.

    `erased`, ids of posts, is for whoever carries out erasures: content of these posts is kept so that nobody opens it.
    """

    def __init__(self, folder: Path, name: str, key_file: Path | None = None) -> None:
        self.folder, self.name = folder, name
        self.erased: set[bytes] = set()
        make_folder(folder / "logs")
        with ExitStack() as opened:
            opened.callback(os.close, _locked(folder))
            paths = _log_folders(folder / "logs")
            self.signer = _signer(key_file or folder / "key", new=not paths)
            _write_public_line(folder / "ledger.pub", public_line(name, self.signer))
            self.keys = GrowingKeys(folder / "keys")
            opened.callback(self.keys.close)
            if len(self.keys) and not paths:
                raise Misconfigured(f"{folder / 'keys'} has keys and {folder / 'logs'} no logs: restore the backup")
            self._opened = opened
            self._logs: dict[str, GrowingLog] = {}
            for path in paths:
                self._open(path)
            self._opened = opened.pop_all()

    def __iter__(self) -> Iterator[GrowingLog]:
        return iter(list(self._logs.values()))

    def log(self, log_id: LogId) -> GrowingLog:
        """A log; begun where there is none yet."""
        if log_id.path not in self._logs:
            self._open(made_log(self.folder / "logs", log_id))
        found = self._logs[log_id.path]
        if found.id != log_id:
            raise Misconfigured(f"{found.folder} is a log of the cluster {found.id.cluster}, not of {log_id.cluster}")
        return found

    def close(self) -> None:
        """Gives files and lock back; what was not flushed is forgotten, and Kafka still has it."""
        self._opened.close()

    def _open(self, path: Path) -> None:
        self._logs[path.name] = log = GrowingLog(path, self.keys, self.signer, self.name, self.erased)
        self._opened.callback(log.close)


def made_log(folder: Path, log_id: LogId) -> Path:
    """The folder of a new log: it is there with its `log.json`, durably, or not at all."""
    path = folder / log_id.path
    beside = unfinished(path)
    try:
        beside.mkdir(mode=0o700, exist_ok=True)
        replace(beside / "log.json", said_of(log_id))
        beside.rename(path)
    except OSError as error:
        raise problem(error, path) from error
    sync_folder(folder)
    return path


def public_line(name: str, signer: Signer) -> str:
    """What others need to know of a ledger: its name and its public key."""
    return f"{name} {base64.b64encode(signer.public()).decode()}\n"


def parse_public_line(line: str) -> tuple[str, bytes]:
    """Name and public key out of `ledger.pub`; raises Misconfigured."""
    name, _, encoded = line.strip().partition(" ")
    try:
        public = base64.b64decode(encoded, validate=True)
    except ValueError:
        public = b""
    if not name or len(public) != PUBLIC_BYTES:
        raise Misconfigured("this is not the line of a ledger.pub: a name, and 32 bytes in base64")
    return name, public


def _locked(folder: Path) -> int:
    """The lock is on the folder itself: a file could be taken for a leftover, and deleted."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        if not isinstance(error, BlockingIOError):
            raise problem(error, folder) from error
        raise Misconfigured(f"another keeper writes to {folder}: there is one ledger, and one keeper of it") from None
    return file


def _log_folders(folder: Path) -> list[Path]:
    """The folders of the logs, without what a crash left of a log that was being begun."""
    paths = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") and path.name.endswith(".new"):
            continue
        if not (path / "log.json").is_file():
            raise Misconfigured(f"{path} is no log, it has no log.json: restore it from a backup, or move it away")
        paths.append(path)
    return paths


def _write_public_line(path: Path, line: str) -> None:
    try:
        written = path.read_bytes()
    except FileNotFoundError:
        written = b""
    if written != line.encode():
        replace(path, line.encode())


def _signer(path: Path, *, new: bool) -> Signer:
    if path.exists():
        return Signer.load(path)
    if not new:
        raise Misconfigured(f"the ledger has entries and its key {path} is gone: restore the backup of the keys")
    signer = Signer.made()
    beside = unfinished(path)
    beside.unlink(missing_ok=True)
    try:
        signer.save(beside)
        beside.rename(path)
    except OSError as error:
        raise problem(error, path) from error
    sync_folder(path.parent)
    return signer
