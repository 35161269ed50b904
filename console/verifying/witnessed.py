"""What witnesses say of the logs, checked: whose signatures are right, and whether two of them saw different histories.

Everything is believed by the keys of the witnesses alone, which a person has put into a file; nothing by the ledger.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations

from console.verifying.differences import Difference
from records.errors import Malformed
from records.ledger.checkpoints import Checkpoint, opened_checkpoint
from records.ledger.notes import Verifier


@dataclass(frozen=True, slots=True)
class Statement:
    """One witness and its newest notes; `away` is why it did not answer."""

    verifier: Verifier
    url: str
    notes: Sequence[bytes] = ()
    away: str | None = None

    @property
    def name(self) -> str:
        """As it signs."""
        return self.verifier.name


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A checkpoint with a valid signature of the ledger and a valid cosignature, and when that was given."""

    witness: str
    checkpoint: Checkpoint
    at: int

    @property
    def said(self) -> str:
        """Who and when, in the middle of a sentence."""
        return f"{self.witness} cosigned {self.checkpoint.size:,} entries at {told(self.at)}"


def told(at: int) -> str:
    """A time of a cosignature."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"second {at}"


def cosigned(note: bytes, public: bytes, verifiers: Iterable[Verifier]) -> list[Cosigned]:
    """What of a note can be believed: one for each witness that cosigned it; raises Malformed for what is no note."""
    checkpoint, opened = opened_checkpoint(note, public)
    found = [(verifier.name, verifier.cosigned_at(opened)) for verifier in verifiers]
    return [Cosigned(name, checkpoint, at) for name, at in found if at is not None]


def by_origin(statements: Sequence[Statement], public: bytes) -> tuple[dict[str, list[Cosigned]], list[Difference]]:
    """What each log's witnesses cosigned last, the largest first; and what is wrong with what they gave."""
    found: dict[str, list[Cosigned]] = {}
    wrong: list[Difference] = []
    for statement in statements:
        for note in statement.notes:
            try:
                said = cosigned(note, public, [statement.verifier])
            except Malformed as reason:
                wrong.append(_unbelievable(statement, note, str(reason)))
                continue
            if not said:
                wrong.append(_unbelievable(statement, note, f"has no valid cosignature of {statement.name}"))
            for one in said:
                found.setdefault(one.checkpoint.origin, []).append(one)
    for several in found.values():
        several.sort(key=lambda one: -one.checkpoint.size)
    return found, wrong


def split_views(
    path: str, several: Sequence[Cosigned], agrees: Callable[[Checkpoint], bool | None]
) -> list[Difference]:
    """Witnesses of one log that were shown different histories, as far as that is certain.

    Of the same size another root is proof. Of different sizes it is, where the ledger agrees with the larger and not
    with the smaller: whoever cosigned the larger cosigned a history that is not that of the other.
    """
    found = []
    for one, other in combinations(several, 2):
        small, large = sorted((one, other), key=lambda each: each.checkpoint.size)
        same_size = small.checkpoint.size == large.checkpoint.size
        apart = agrees(large.checkpoint) is True and agrees(small.checkpoint) is False
        if small.checkpoint.root != large.checkpoint.root if same_size else apart:
            said = f"the ledger showed different histories of {path} to two witnesses: {small.said}, {large.said}"
            found.append(Difference("split view", path, said))
    return found


def _unbelievable(statement: Statement, note: bytes, reason: str) -> Difference:
    origin = note.split(b"\n", 1)[0].decode("utf-8", "replace")
    said = f"a note that {statement.name} gives for {origin} {reason}"
    return Difference("witness", origin, f"{said}: a key was replaced, or the note altered")
