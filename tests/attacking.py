"""What somebody with every key of a ledger can do to its folder, entry by entry."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from console.verifying.differences import Difference
from records.ledger import tree
from records.ledger.checkpoints import Checkpoint, parse_checkpoint
from records.ledger.entries import Entry, LogId, parse_body
from records.ledger.frames import Frame, frame, frames
from records.ledger.keys import Keys
from records.ledger.notes import COSIGNATURE, Note, Signer, parse_note
from records.ledger.sealing import places, seal, unseal


class Attacked:
    """A ledger's folder, and the log of it that is attacked."""

    def __init__(self, folder: Path, name: str, log_id: LogId) -> None:
        self.folder, self.name, self.log_id = folder, name, log_id

    @property
    def log(self) -> Path:
        """The folder of the log."""
        return self.folder / "logs" / self.log_id.path

    def frames(self) -> list[Frame]:
        """All entries as they lie on disk."""
        return [one for file in sorted(self.log.glob("*.entries")) for one in frames(file.read_bytes())]

    def write(self, changed: Iterable[Frame], *, hashes: bool = False, sign: bool = False) -> None:
        """Puts other entries in their place; with all hashes made anew, and a checkpoint with the ledger's own key."""
        made = list(changed)
        data = [frame(one.body, one.slot, one.sealed) for one in made]
        (self.log / f"{0:020d}.entries").write_bytes(b"".join(data))
        end, index = 0, b""
        for one, raw in zip(made, data, strict=True):
            end += len(raw)
            index += end.to_bytes(8, "little") + one.slot.to_bytes(4, "little")
        (self.log / "index").write_bytes(index)
        growing = tree.Growing()
        stored = b"".join(growing.append(tree.leaf_hash(self.log_id.head + one.body)) for one in made)
        if hashes:
            (self.log / "hashes").write_bytes(stored)
        if sign:
            note = self.signed(Checkpoint(self.log_id.origin(self.name), len(made), growing.root()))
            (self.log / "checkpoint").write_bytes(note)

    def signed(self, checkpoint: Checkpoint) -> bytes:
        """A checkpoint signed with the stolen key."""
        signer, text = Signer.load(self.folder / "key"), checkpoint.text()
        return Note(text, (signer.sign(checkpoint.origin, text),)).encode()

    def resealed(self, one: Frame, number: int, text: bytes | None = None) -> Frame:
        """The same entry for another place, or with another text, as somebody with every key makes it."""
        entry = parse_body(one.body)
        with closing(Keys(self.folder / "keys")) as keys:
            key = keys.key(one.slot)
        assert key is not None
        opened = unseal(key, self.log_id, entry.offset, entry.commitment, one.sealed)
        assert opened is not None
        value = opened[1] if text is None else text
        committed, sealed = seal(key, places(self.log_id.topic_id, self.log_id.partition), number, value)
        return Frame(Entry(0, number, entry.append_ms, len(value), entry.key, committed).body(), one.slot, sealed)

    def dated(self, one: Frame, append_ms: int) -> Frame:
        """The same entry with another time."""
        entry = replace(parse_body(one.body), append_ms=append_ms)
        return Frame(entry.body(), one.slot, one.sealed)

    def change_slots(self, change: Callable[[bytearray], None]) -> None:
        """Alters the keys of subjects."""
        file = self.folder / "keys" / "slots"
        data = bytearray(file.read_bytes())
        change(data)
        file.write_bytes(bytes(data))


class Watcher:
    """A witness without its HTTP."""

    def __init__(self, name: str) -> None:
        self.name, self.signer = name, Signer.made()
        self.verifier = self.signer.verifier(name, COSIGNATURE)
        self.notes: dict[str, bytes] = {}

    def cosign(self, note: bytes, at: int) -> bytes:
        """Cosigns whatever it is shown, and remembers it."""
        found = parse_note(note)
        signed = found.with_signatures([self.signer.cosign(self.name, found.text, at)]).encode()
        self.notes[parse_checkpoint(found.text).origin] = signed
        return signed


def kinds(differences: Iterable[Difference]) -> set[str]:
    """Of what kinds they are."""
    return {one.kind for one in differences}


def of_kind(differences: Iterable[Difference], kind: str) -> list[Difference]:
    """Those of one kind."""
    return [one for one in differences if one.kind == kind]
