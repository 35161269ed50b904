"""The folder of a witness: its key, and the newest checkpoint of each log that it has cosigned."""

import errno
import fcntl
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from records.errors import Malformed, Misconfigured, Unavailable
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.files import replace, sync_folder
from records.ledger.notes import COSIGNATURE, ED25519, NOTE_BYTES_MAX, Note, Signer, Verifier, parse_note

LOGS_MAX = 10_000
DIGEST_CHARS = 32


class Folder:
    """What a witness remembers. Only the process that holds the lock writes; nothing is cached, the files are true."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self._cosigned = path / "cosigned"
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._cosigned.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise Misconfigured(f"the witness cannot make its folder {path}: {error.strerror}") from None
        self._lock: int | None = None
        self._signer: Signer | None = None
        self._unsure: set[Path] = set()

    @property
    def signer(self) -> Signer:
        """The key; made the first time, and never for a folder that has checkpoints."""
        if self._signer is None:
            self._signer = self._loaded_or_made(self.path / "key")
        return self._signer

    @property
    def verifier(self) -> Verifier:
        """What our cosignatures are checked with."""
        return self.signer.verifier(self.name, COSIGNATURE)

    def lock(self) -> None:
        """Makes this process the only one; two of them could cosign two histories. Raises Misconfigured."""
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise Misconfigured(f"another process of a witness works in {self.path}") from None
        self._lock = lock
        sync_folder(self._cosigned)  # a life before ours may have ended between a name and its place on the disk

    def close(self) -> None:
        """Gives the lock back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def held(self, origin: str) -> tuple[Checkpoint, Note] | None:
        """What was cosigned last for a log; raises Misconfigured if that cannot be believed."""
        return self._opened(self._file(origin))

    def keep(self, checkpoint: Checkpoint, note: Note) -> None:
        """Makes a cosigned checkpoint the newest; when this returns, a crash finds it. Else raises Unavailable."""
        file = self._file(checkpoint.origin)
        if not file.exists() and len(self) >= LOGS_MAX:
            raise Unavailable(f"the witness already watches {LOGS_MAX:,} logs, and takes no more")
        content = note.encode()
        try:
            durably(file, content)
        except Unavailable:
            if file.exists() and file.read_bytes() == content:
                self._unsure.add(file)  # it has its place, and may lose it with the power
            raise
        self._unsure.discard(file)

    def notes(self) -> Iterator[tuple[Checkpoint, Note]]:
        """The newest cosigned checkpoint of each log, unless its disk has failed; raises Misconfigured."""
        for file in sorted(self._files()):
            if file not in self._unsure and (found := self._opened(file)):
                yield found

    def __len__(self) -> int:
        return len(self._files())

    def refuse_strange(self, public: bytes) -> None:
        """Raises Misconfigured unless everything that is here was signed by this ledger, and cosigned by us."""
        for checkpoint, note in self.notes():
            if not Verifier(checkpoint.origin, ED25519, public).verifies(note):
                raise Misconfigured(
                    f"{self._file(checkpoint.origin)} was signed by another key than the ledger has now; a ledger that "
                    f"was begun anew needs a name of its own, and a witness with an empty folder"
                )

    def _files(self) -> list[Path]:
        return [file for file in self._cosigned.iterdir() if not file.name.startswith(".")]

    def _file(self, origin: str) -> Path:
        return self._cosigned / sha256(origin.encode()).hexdigest()[:DIGEST_CHARS]

    def _opened(self, file: Path) -> tuple[Checkpoint, Note] | None:
        try:
            with file.open("rb") as opened:
                note = parse_note(opened.read(NOTE_BYTES_MAX + 1))
            checkpoint = parse_checkpoint(note.text)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Misconfigured(f"the witness cannot read {file}: {error.strerror}") from None
        except Malformed as problem:
            raise Misconfigured(f"the witness cannot believe {file}: it {problem}") from None
        if self.verifier.cosigned_at(note) is None or self._file(checkpoint.origin) != file:
            raise Misconfigured(f"the witness cannot believe {file}: {self.name} has not cosigned it under this key")
        return checkpoint, note

    def _loaded_or_made(self, key: Path) -> Signer:
        if key.exists():
            return Signer.load(key)
        if self._files():
            raise Misconfigured(
                f"the witness has cosigned checkpoints and its key {key} is gone: bring it back from its backup, "
                f"or begin again under another name in an empty folder"
            )
        signer, arriving = Signer.made(), key.with_suffix(".arriving")
        try:
            arriving.unlink(missing_ok=True)
            signer.save(arriving)
            arriving.rename(key)
            sync_folder(self.path)
        except OSError as error:
            raise Misconfigured(f"the witness cannot make its key {key}: {error.strerror}") from None
        return signer


def durably(file: Path, content: bytes) -> None:
    """Puts a file in the place of another, on the disk; raises Unavailable, and then the old one counts."""
    try:
        replace(file, content)
    except (OSError, Misconfigured) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "no permission"
        raise Unavailable(f"the witness cannot write {file.name} into {file.parent}: {reason}") from None
    except Unavailable:
        raise Unavailable(f"the disk of {file.parent} is full: {os.strerror(errno.ENOSPC)}") from None
