"""The ZIP of an export: every file named by its manifest, the manifest anchored in the ledger, and `verify.py` beside.

It is written under another name and takes its own at the end: what has the name is whole.
"""

import os
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from console.proving.lines import canonical, encoded
from console.proving.prover import Proven, Prover, Range, Withheld
from records.errors import Misconfigured, Unavailable
from records.ledger.files import unfinished
from records.ledger.notes import Verifier

FORMAT = "lifeguard export v1"
LINE_DIGEST_CHARS = 16
VERIFY = Path(__file__).with_name("verify.py")
Kind = Literal["export", "not_captured", "certificate"]


@dataclass(frozen=True, slots=True)
class Keys:
    """Whom the export asks to be believed: the ledger, and its witnesses with what each protects from."""

    ledger: str
    public: bytes
    witnesses: Sequence[tuple[Verifier, str]]

    def value(self) -> dict[str, Any]:
        """As `ledger/keys.json` says it."""
        told = [{"vkey": verifier.vkey, "protects": protects} for verifier, protects in self.witnesses]
        return {"ledger": self.ledger, "public": encoded(self.public), "witnesses": told}


@dataclass(frozen=True, slots=True)
class Anchored:
    """The entry of the ledger that names the manifest, and the checkpoint that it is proved by."""

    entry: Proven
    checkpoint: bytes


class Export:
    """A ZIP that is being written; `finish` anchors it. Raises Misconfigured where the file is there already."""

    def __init__(self, path: Path, kind: Kind, asked: str, made_by: str) -> None:
        if path.exists():
            raise Misconfigured(f"{path} is there already: an export never writes over a file")
        self.path, self._beside = path, unfinished(path)
        self._said = {"kind": kind, "asked": asked, "made_by": made_by}
        self._made_at = datetime.now(UTC)
        self._files: list[dict[str, Any]] = []
        try:
            self._zip = zipfile.ZipFile(self._beside, "w", zipfile.ZIP_DEFLATED)
            self._beside.chmod(0o600)
        except OSError as error:
            raise Misconfigured(f"{path} cannot be written: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What was not finished leaves nothing behind."""
        failed = error if isinstance(error, OSError) else None
        try:
            self._zip.close()
        except OSError as again:  # on a full disk what is buffered cannot be written either
            failed = failed or again
        finally:
            self._beside.unlink(missing_ok=True)
        if failed is not None:
            raise Unavailable(
                f"{self.path} could not be written ({failed.strerror}); nothing was left of it: make room, or choose "
                "another folder"
            ) from None

    def add(self, name: str, data: bytes) -> None:
        """One file."""
        self._put(name, data)
        self._files.append({"name": name, "size_bytes": len(data), "sha256": sha256(data).hexdigest()})

    def add_lines(self, name: str, lines: Iterable[bytes]) -> int:
        """A file of lines, each named by its digest, so that a changed one can be told; how many there are."""
        digest, size, told = sha256(), 0, []
        with self._zip.open(self._info(name), "w", force_zip64=True) as opened:
            for line in lines:
                opened.write(line + b"\n")
                digest.update(line + b"\n")
                size += len(line) + 1
                told.append(sha256(line).hexdigest()[:LINE_DIGEST_CHARS])
        self._files.append({"name": name, "size_bytes": size, "sha256": digest.hexdigest(), "lines": told})
        return len(told)

    def add_proofs(
        self, prover: Prover, entries: Iterable[Proven | Withheld], keys: Keys, ranges: Sequence[Range] = ()
    ) -> int:
        """The folder `ledger`: entries, ranges, the checkpoints above them, and the keys; how many entries."""
        count = self.add_lines("ledger/entries.jsonl", (canonical(one.value()) for one in entries))
        self.add_lines("ledger/ranges.jsonl", (canonical(one.value()) for one in ranges))
        for path, note in sorted(prover.checkpoints().items()):
            self.add(f"ledger/checkpoints/{path}.txt", note)
        self.add("ledger/keys.json", canonical(keys.value()))
        return count

    def finish(self, anchored: Callable[[str], Anchored]) -> str:
        """Writes manifest and anchor, and gives the file its name; the SHA-256 of the manifest is given back.

        `anchored` puts that digest into the ledger and proves it.
        """
        self.add("verify.py", VERIFY.read_bytes())
        manifest = canonical(
            {"format": FORMAT, "made_at": self._made_at.isoformat(), "files": self._files, **self._said}
        )
        digest = sha256(manifest).hexdigest()
        self._put("manifest.json", manifest)
        found = anchored(digest)
        anchor = {"entry": found.entry.value(), "checkpoint": found.checkpoint.decode()}
        self._put("anchor.json", canonical(anchor))
        self._zip.close()
        with self._beside.open("rb") as written:
            os.fsync(written.fileno())
        try:
            os.link(self._beside, self.path)
        except FileExistsError:
            raise Misconfigured(f"{self.path} is there already: an export never writes over a file") from None
        return digest

    def _put(self, name: str, data: bytes) -> None:
        self._zip.writestr(self._info(name), data)

    def _info(self, name: str) -> zipfile.ZipInfo:
        made = self._made_at
        info = zipfile.ZipInfo(name, (made.year, made.month, made.day, made.hour, made.minute, made.second))
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        return info
