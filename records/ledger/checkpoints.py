"""Checkpoints as C2SP tlog-checkpoint writes them: how long a log is, and the root over all of it, for signing."""

import base64
import re
from dataclasses import dataclass

from records.errors import Malformed
from records.ledger.notes import ED25519, Note, Verifier, parse_note
from records.ledger.tree import EMPTY_ROOT, HASH_BYTES

SIZE_MAX = 2**63 - 1
LINE_CHARS_MAX = 1024
EXTENSIONS_MAX = 16
ENDED = "ended "
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_ROOT = re.compile(r"[A-Za-z0-9+/]{43}=")
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: its origin (also the name that its keeper signs under), entries, root, and further lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """What cannot be written cannot be made; raises ValueError with a sentence."""
        if wrong := self._wrong():
            raise ValueError(wrong)

    def text(self) -> str:
        """The text to sign."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.extensions))

    @property
    def ended(self) -> str | None:
        """Why the log ended, if this is its end."""
        return next((line.removeprefix(ENDED) for line in self.extensions if line.startswith(ENDED)), None)

    def _wrong(self) -> str | None:
        if not all(_is_line(line) for line in (self.origin, *self.extensions)):
            return f"an origin, and what follows the root, is one line of 1 to {LINE_CHARS_MAX} printed characters"
        if len(self.extensions) > EXTENSIONS_MAX:
            return f"there are more than {EXTENSIONS_MAX} lines after the root"
        if not 0 <= self.size <= SIZE_MAX or len(self.root) != HASH_BYTES:
            return f"the size is beyond {SIZE_MAX}, or the root is not {HASH_BYTES} bytes long"
        if self.size == 0 and self.root != EMPTY_ROOT:
            return "a log without entries has another root"
        return None


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that this is the text of, character for character; raises Malformed."""
    if not text.endswith("\n"):
        raise Malformed("is not a checkpoint: the last line has no end")
    origin, size, root, *extensions = [*text[:-1].split("\n"), "", ""]
    extensions = extensions[:-2]
    if not _SIZE.fullmatch(size) or not _ROOT.fullmatch(root):
        raise Malformed("is not a checkpoint: origin, size and root, a line each")
    try:
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(root), tuple(extensions))
    except ValueError as error:
        raise Malformed(f"is not a checkpoint: {error}") from None
    if checkpoint.text() != text:
        raise Malformed("is not a checkpoint: the root is written unusually")
    return checkpoint


def opened_checkpoint(data: bytes, public: bytes) -> tuple[Checkpoint, Note]:
    """The checkpoint in this note, signed under its own origin by this key; else Malformed."""
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    if not Verifier(checkpoint.origin, ED25519, public).verifies(note):
        raise Malformed("is a checkpoint that the key of the ledger did not sign under its origin")
    return checkpoint, note


def _is_line(line: str) -> bool:
    return 0 < len(line) <= LINE_CHARS_MAX and not _UNPRINTED.search(line)
