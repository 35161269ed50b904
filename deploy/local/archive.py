"""One file that holds many, each with its digest: written whole or not at all, and verified before it is believed."""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from deploy.local.trouble import Trouble

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_BYTES_MAX = 100_000_000
GZIP_LEVEL = 1  # records are small JSON: higher levels gain a tenth and cost several times the time
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One file: its name in the archive, its size, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Everything that an archive holds, and what was true when it was made; its digest proves all of it."""

    facts: dict[str, str]
    entries: tuple[Entry, ...]
    sha256: str

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.entries)


def new_file(target: Path, name: str) -> Path:
    """The file to write: `target`, or in the folder that it is one named so and by the time; never one that exists."""
    file = target / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz" if target.is_dir() else target
    if file.exists():
        raise Trouble(f"{file} exists already, and a backup never replaces another: name a new file.")
    if not file.parent.is_dir():
        raise Trouble(f"There is no folder {file.parent} to put the backup into.")
    return file


def write(target: Path, files: Iterable[tuple[str, Path]], facts: dict[str, str]) -> Manifest:
    """Write an archive that only its owner may read; until it is whole and on disk its name ends in `.part`."""
    with _appearing(target) as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=GZIP_LEVEL) as archive:
        entries = tuple(_add(archive, name, path) for name, path in files)
        said = {"format": FORMAT, "facts": facts, "entries": [asdict(entry) for entry in entries]}
        content = json.dumps(said, indent=1).encode()
        archive.addfile(_info(MANIFEST, len(content)), io.BytesIO(content))
    return Manifest(facts, entries, hashlib.sha256(content).hexdigest())


@contextmanager
def _appearing(target: Path) -> Iterator[IO[bytes]]:
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            yield raw
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class _Digesting:
    """Reads or writes through, and takes the digest of what passes."""

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int) -> bytes:
        """What tarfile asks for."""
        return self._passed(self._file.read(size) if self._file else b"")

    def write(self, block: bytes) -> None:
        """What is unpacked; without a file it is only looked at."""
        self._passed(block)
        if self._file:
            self._file.write(block)

    def _passed(self, block: bytes) -> bytes:
        self._digest.update(block)
        self.size += len(block)
        return block

    def entry(self, name: str) -> Entry:
        """What has passed."""
        return Entry(name, self.size, self._digest.hexdigest())


def _add(archive: tarfile.TarFile, name: str, path: Path) -> Entry:
    with path.open("rb") as file:
        digesting = _Digesting(file)
        facts = os.fstat(file.fileno())
        archive.addfile(_info(name, facts.st_size, int(facts.st_mtime)), digesting)  # type: ignore[arg-type]
    return digesting.entry(name)


def _info(name: str, size: int, changed_at: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, changed_at, 0o600
    return info


def verify(source: Path) -> Manifest:
    """Read all of it, write nothing; one sentence if anything is missing, is too much, or differs from its digest."""
    return _read(source, lambda _: None)


def unpack(source: Path, into: Path) -> Manifest:
    """Write every file below a folder, and on to the disk; verified once more on the way."""

    def create(name: str) -> IO[bytes]:
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    return _read(source, create)


def _read(source: Path, create: Callable[[str], IO[bytes] | None]) -> Manifest:
    entries: list[Entry] = []
    try:
        with gzip.open(source) as plain, tarfile.open(fileobj=plain, mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is None or not _is_tame(member.name):
                    raise _broken(source, f"it holds {member.name!r}, which no backup of ours does")
                if member.name == MANIFEST:
                    return _compared(source, content.read(MANIFEST_BYTES_MAX), entries)
                entries.append(_copied(member.name, content, create))
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _broken(source, f"it is cut off or damaged ({type(error).__name__})") from None
    raise _broken(source, "its manifest is missing")


def _copied(name: str, content: IO[bytes], create: Callable[[str], IO[bytes] | None]) -> Entry:
    file = create(name)
    try:
        digesting = _Digesting(file)
        while block := content.read(BLOCK_BYTES):
            digesting.write(block)
        if file:
            file.flush()
            os.fsync(file.fileno())
    finally:
        if file:
            file.close()
    return digesting.entry(name)


def _compared(source: Path, content: bytes, found: list[Entry]) -> Manifest:
    try:
        said: dict[str, Any] = json.loads(content)
        listed = [Entry(**entry) for entry in said["entries"]]
        facts, number = dict(said["facts"]), said["format"]
    except (ValueError, KeyError, TypeError):
        raise _broken(source, "its manifest cannot be read") from None
    if number != FORMAT:
        raise Trouble(f"{source} has format {number} and this release knows {FORMAT}: use the release that made it.")
    for entry, real in zip(listed, found, strict=False):
        if entry != real:
            raise _broken(source, f"{real.name} is not what the manifest says")
    if len(listed) != len(found):
        raise _broken(source, f"it holds {len(found)} files and its manifest says {len(listed)}")
    return Manifest(facts, tuple(listed), hashlib.sha256(content).hexdigest())


def _is_tame(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and name == str(path)


def _broken(source: Path, why: str) -> Trouble:
    return Trouble(f"{source} is not a whole backup: {why}. Nothing was changed; use another one.")
