"""Whatever crashes when, entry i is record i: a keeper on a machine that forgets what was not synced."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.ledger import files, segments
from records.ledger.growing import Kept
from records.ledger.store import Ledger
from tests.records.ledger.shapes import POSTS, read, record

Step = tuple[str, int]
WHAT = "keep keep keep flush sign sign roll kill power power reopen".split()
STEPS = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(1, 10**6)), min_size=12, max_size=30)


class Machine:
    """A keeper on a machine that fails: what was synced is known, and all else may be lost, zero or garbage."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.turn = folder / "0", 0
        self.synced: dict[Path, bytes] = {}
        self.leaves: dict[int, bytes] = {}
        monkeypatch.setattr(files.os, "fdatasync", self._fdatasync)
        monkeypatch.setattr(files.os, "fsync", lambda _: None)
        self.ledger = Ledger(self.folder, "test")

    def log(self) -> Any:
        """The log, begun where a crash was faster."""
        return self.ledger.log(POSTS)

    def step(self, what: str, number: int) -> None:
        """Something that happens."""
        log = self.log()
        if what == "keep":
            log.keep([record(log.next + n) for n in range(1 + number % 6)])
        elif what == "flush":
            log.flush()
        elif what == "sign":
            log.flush()
            log.sign()
            self._compare(read(self.folder))
        elif what == "roll":
            segments.SEGMENT_BYTES = 100 if segments.SEGMENT_BYTES > 100 else 400
        else:
            self._die(what, random.Random(number))

    def end(self) -> None:
        """Everything is signed, and read back."""
        log = self.log()
        log.keep([record(log.next)])
        log.flush()
        log.sign()
        self.ledger.close()
        self._compare(read(self.folder))

    def _compare(self, found: list[tuple[Kept, bytes]]) -> None:
        assert [kept for kept, _ in found] == [record(offset) for offset in range(len(found))]
        for number, (_, leaf) in enumerate(found):
            assert self.leaves.setdefault(number, leaf) == leaf, f"the signed leaf of entry {number} changed"

    def _die(self, how: str, chance: random.Random) -> None:
        """The folder as it would be found, under another name."""
        if how == "reopen":
            self.ledger.close()
            self.ledger = Ledger(self.folder, "test")
            return
        self.turn += 1
        after = self.folder.parent / str(self.turn)
        shutil.copytree(self.folder, after)
        self.ledger.close()
        if how == "power":
            for path in after.rglob("*"):
                self._forget(path, self.folder / path.relative_to(after), chance)
        shutil.rmtree(self.folder)
        self.synced = {after / path.relative_to(self.folder): data for path, data in self.synced.items()}
        self.folder = after
        self.ledger = Ledger(self.folder, "test")

    def _forget(self, path: Path, was: Path, chance: random.Random) -> None:
        if path.suffix != ".entries" and path.name not in {"index", "hashes", "slots", "subjects"}:
            return
        data, kept = path.read_bytes(), self.synced.get(was, b"")
        if not data.startswith(kept):
            kept = data[: len(kept)]
        unsynced = bytearray(data[len(kept) :])
        cut = chance.choice([0, chance.randint(0, len(unsynced)), len(unsynced)])
        for at in range(0, len(unsynced), 37):
            if chance.random() < 0.3:
                unsynced[at : at + 37] = chance.choice([b"\0", chance.randbytes(1)]) * len(unsynced[at : at + 37])
        path.write_bytes(kept + unsynced[:cut])

    def _fdatasync(self, file: int) -> None:
        path = Path(f"/proc/self/fd/{file}").readlink()
        self.synced[path] = path.read_bytes()


@given(steps=STEPS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_entry_i_is_record_i_whatever_crashes(steps: list[Step], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Killed, or without power: all that was signed is there with the same leaves, and goes on without a gap."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(segments, "SEGMENT_BYTES", 400)
        machine = Machine(tmp_path_factory.mktemp("machine"), monkeypatch)
        for what, number in steps:
            machine.step(what, number)
        machine.end()
