"""A small ledger in a folder that two witnesses have cosigned, an hour between each time."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from console.verifying.differences import Difference
from console.verifying.outcome import Outcome
from console.verifying.pace import Unhurried
from console.verifying.where import Where
from console.verifying.whole import Asked, Verification
from console.verifying.witnessed import Statement
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from records.settings import Settings
from tests.attacking import Attacked, Watcher

NAME = "lifeguard.test"
POSTS = LogId("c" * 22, "posts", "p" * 22, 0)
AUDIT = LogId("c" * 22, "audit", "a" * 22, 0)
SECOND = 1_000
BEGAN_MS = 1_767_225_600 * SECOND


class Scene(Attacked):
    """A ledger of two logs: 160 entries about seven posts, cosigned at 60, 120 and 160; and 20 of another topic."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "ledger", NAME, POSTS)
        self.public_file = folder / "ledger.pub"
        self.at = BEGAN_MS // SECOND
        self.one, self.other = Watcher("one.test"), Watcher("other.test")
        self.grow(POSTS, 60)
        self.cosign()
        self.grow(POSTS, 60)
        self.grow(AUDIT, 20)
        self.cosign()
        self.grow(POSTS, 40)
        self.cosign()
        shutil.copy(self.folder / "ledger.pub", self.public_file)

    def grow(self, log_id: LogId, count: int, append_ms: int | None = None) -> None:
        """Keeps and signs so many more, a second apart."""
        with closing(Ledger(self.folder, NAME)) as ledger:
            log = ledger.log(log_id)
            numbers = range(log.next, log.next + count)
            times = [BEGAN_MS + n * SECOND if append_ms is None else append_ms for n in numbers]
            log.keep(
                [
                    Kept(n, at, f"post:{n % 7}".encode(), f"text {n}".encode())
                    for n, at in zip(numbers, times, strict=True)
                ]
            )
            log.flush()
            log.sign()

    def cosign(self) -> None:
        """Every log is shown to the witnesses, and what they give back is kept."""
        self.at += 3_600
        for folder in (self.folder / "logs").iterdir():
            note = (folder / "checkpoint").read_bytes()
            for watcher in (self.one, self.other):
                note = watcher.cosign(note, self.at)
            (folder / "cosigned").write_bytes(note)
            with (folder / "history").open("ab") as history:
                history.write(note + b"\n")

    def old_note(self, number: int) -> bytes:
        """One of the checkpoints that were cosigned."""
        parts = (self.log / "history").read_bytes().split(b"\n\n")
        return parts[2 * number] + b"\n\n" + parts[2 * number + 1] + b"\n"

    def where(self) -> Where:
        """The folder, with a copy of its public key that was made before anything happened to it."""
        return Where(Settings(witness_ledger_file=self.public_file), self.folder)

    def verify(self, log: str | None = None, watchers: Sequence[Watcher] | None = None) -> Outcome:
        """The outcome, by what the witnesses say."""
        said = [
            Statement(watcher.verifier, "http://test", list(watcher.notes.values()))
            for watcher in (watchers if watchers is not None else (self.one, self.other))
        ]
        return asyncio.run(Verification(self.where(), Asked(log, index=False), Unhurried()).run(said))

    def differences(self) -> list[Difference]:
        """What a verification names."""
        return self.verify().named.first

    def rename_log(self, new: LogId) -> None:
        """Gives the log another identity on disk."""
        self.log.rename(self.log.with_name(new.path))
        self.log_id = new
        said = {"cluster": new.cluster, "topic": new.topic, "topic_id": new.topic_id, "partition": new.partition}
        (self.log / "log.json").write_text(json.dumps(said))
