"""The proofs of an export over a ledger in a folder: what was asked for, and of a time everything or its hash."""

import json
import subprocess
import sys
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from console.exporting.asked import Asked
from console.exporting.proofs import ERASED, NOT_ASKED, UNOPENED, Chosen, add_proofs
from console.exporting.snapshot import Snapshot
from console.proving.writing import Export
from records.ledger.reading import Content, Folder
from search.queries import Wanted
from tests.console.proving import exported
from tests.console.proving.exported import Made

YEAR = Wanted(from_at=datetime(2023, 1, 1, tzinfo=UTC), until_at=datetime(2024, 1, 1, tzinfo=UTC))
POSTS = 9


def _made(folder: Path) -> Made:
    return exported.made(folder / "ledger", POSTS)


def _written(made: Made, folder: Path, chosen: set[int], asked: Asked, erased: frozenset[int] = frozenset()) -> Path:
    with closing(Folder(made.folder)) as reader, Export(folder / "export.zip", "export", "fees", "ann") as export:
        ledger = Snapshot(reader)
        (state,) = ledger.logs()
        of = Chosen({f"forum:{n}" for n in chosen}, {f"forum:{n}" for n in erased}, {(state.log, n) for n in chosen})
        shut: Any = Shut(ledger, {(state.log, n) for n in erased})
        add_proofs(export, shut, made.keys, of, asked)
        export.finish(partial(made.anchored, "fees"))
    with zipfile.ZipFile(folder / "export.zip") as packed:
        packed.extractall(folder / "unpacked")
    return folder / "unpacked"


class Shut:
    """A snapshot of a ledger that has lost the keys of some entries."""

    def __init__(self, ledger: Snapshot, gone: set[Any]) -> None:
        self._ledger, self._gone = ledger, gone

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)

    def contents(self, log: Any, start: int, stop: int) -> Any:
        """As Reader says; None for those."""
        found: list[Content] = list(self._ledger.contents(log, start, stop))
        return iter([None if (log, at) in self._gone else one for at, one in enumerate(found, start)])


def _checked(folder: Path) -> str:
    command = [sys.executable, "-I", "-S", "verify.py"]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=60, check=False).stdout


def _entries(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger/entries.jsonl").read_bytes().splitlines()]


def test_only_what_was_asked_is_there(tmp_path: Path) -> None:
    """Each entry once, with its own proof, and opened."""
    folder = _written(_made(tmp_path), tmp_path, {2, 5}, Asked(Wanted()))
    assert _checked(folder).startswith("PASS")
    assert [(one["offset"], "value" in one, bool(one["proof"])) for one in _entries(folder)] == [
        (2, True, True), (5, True, True),
    ]  # fmt: skip


def test_of_a_time_what_was_not_asked_for_is_a_hash(tmp_path: Path) -> None:
    """All entries in order, the others without a leaf, which would name the post."""
    folder = _written(_made(tmp_path), tmp_path, {2, 5}, Asked(YEAR, complete=True))
    said = _checked(folder)
    assert said.startswith("PASS")
    assert f"entries 0 to {POSTS - 1} are complete" in said
    found = _entries(folder)
    assert [one["offset"] for one in found] == list(range(POSTS))
    withheld = [one for one in found if one["offset"] not in (2, 5)]
    assert all(one["withheld"] == NOT_ASKED and not {"leaf", "value"} & one.keys() for one in withheld)


def test_an_erased_entry_says_so_and_is_proved(tmp_path: Path) -> None:
    """One whose key is gone without an erasure says that, too, whether alone or in a stretch."""
    for name, asked in (("alone", Asked(Wanted())), ("complete", Asked(YEAR, complete=True))):
        folder = _written(_made(tmp_path / name), tmp_path / name, {2, 5}, asked, frozenset({5}))
        assert _checked(folder).startswith("PASS")
        (found,) = [one for one in _entries(folder) if one["offset"] == 5]
        assert found["unopened"] == ERASED


def test_a_key_that_is_gone_without_an_erasure_is_said(tmp_path: Path) -> None:
    """It may be lost, which is something else than erased."""
    made = _made(tmp_path)
    with closing(Folder(made.folder)) as reader, Export(tmp_path / "e.zip", "export", "fees", "ann") as export:
        ledger = Snapshot(reader)
        (state,) = ledger.logs()
        shut: Any = Shut(ledger, {(state.log, 1)})
        add_proofs(export, shut, made.keys, Chosen({"forum:1"}, set(), {(state.log, 1)}))
        export.finish(partial(made.anchored, "fees"))
    with zipfile.ZipFile(tmp_path / "e.zip") as packed:
        (line,) = packed.read("ledger/entries.jsonl").splitlines()
    assert json.loads(line)["unopened"] == UNOPENED


def test_a_snapshot_ends_where_the_witnesses_have_been(tmp_path: Path) -> None:
    """What is newer than the last cosigned checkpoint is not proved yet, and is not in it."""
    made = _made(tmp_path)
    with closing(Folder(made.folder)) as reader:
        (before,) = Snapshot(reader).logs()
        newer = replace(before, checkpoint=replace(before.checkpoint, size=POSTS + 1), note=b"")
        reader.logs = lambda: [newer]  # type: ignore[method-assign]
        ledger = Snapshot(reader)
        fact = {"topic": "posts", "topic_id": before.log.topic_id, "partition": 0}
        assert ledger.places_of([fact | {"offset": POSTS - 1}, fact | {"offset": POSTS}]) == [(before.log, POSTS - 1)]


def test_a_snapshot_reads_a_batch_at_once(tmp_path: Path) -> None:
    """What was read is given again without asking; anything else is asked for."""
    made = _made(tmp_path)
    calls: list[Any] = []
    with closing(Folder(made.folder)) as reader:
        ledger = Snapshot(reader)
        (state,) = ledger.logs()
        whole = list(reader.contents(state.log, 0, POSTS))
        contents = reader.contents

        def counted(*where: Any) -> Any:
            calls.append(where)
            return contents(*where)

        reader.contents = counted  # type: ignore[method-assign,assignment]
        ledger.read([(state.log, 1), (state.log, 6)])
        assert list(ledger.contents(state.log, 1, 4)) == whole[1:4]
        assert list(ledger.leaves(state.log, 2, 3)) == list(reader.leaves(state.log, 2, 3))
        assert calls == [(state.log, 1, 7)]
        assert list(ledger.contents(state.log, 0, 2)) == whole[:2]
