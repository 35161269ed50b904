"""Kill -9 at every line of ours: what a witness has said it never forgets, and it never says two things."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from ingest.witness.witness import Witness
from tests.records.ledger.histories import History

HONEST, FORKED = History(), History("forged", 10)
PLACES = ("ingest/witness", "records/ledger/files.py")
"""What only reads and computes is left out: between two lines of it the disk does not change."""
LINES_MAX = 20_000


def kill_at(line: int) -> None:
    """From now on counts the lines that touch the disk, or lie around them, and ends this process at one of them."""
    left = line

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if not any(place in frame.f_code.co_filename for place in PLACES):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)


def killed(witness: Witness, body: bytes, line: int) -> tuple[bytes, bool]:
    """What a child had told when it was killed, and whether it was."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        assert witness.vkey
        kill_at(line)
        told = witness.add_checkpoint(body).body.encode()
        sys.settrace(None)
        os.write(writing, told)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    return told, os.waitpid(child, 0)[1] != 0


def at_every_line(begin: Callable[[], Witness]) -> tuple[int, set[int]]:
    """Kills a witness that holds 12 entries and is asked for 20, line by line; what it held after each time."""
    body, forged = HONEST.request(12, 20).encode(), FORKED.request(12, 20).encode()
    held = set()
    for line in range(LINES_MAX):
        begin().add_checkpoint(HONEST.request(0, 12).encode())
        told, was_killed = killed(begin(), body, line)
        after = begin()
        (size,) = (checkpoint.size for checkpoint, _ in after.folder.notes())
        held.add(size)
        assert size == 20 or not told, f"forgotten at line {line}"
        assert size in (12, 20)
        assert after.add_checkpoint(forged).status in (409, 422)
        assert after.add_checkpoint(HONEST.request(size, 20).encode()).status == 200
        if not was_killed:
            assert told
            return line, held
        for file in (*after.folder.path.glob("cosigned/*"), *after.evidence.folder.iterdir()):
            file.unlink()
    raise AssertionError("it never came to an end")


if __name__ == "__main__":  # a process of its own, because it forks
    from ingest.witness.folder import Folder
    from ingest.witness.trust import Trusted
    from records.ledger.store import public_line
    from tests.records.ledger.histories import KEEPER, LEDGER

    tmp = Path(sys.argv[1])
    (tmp / "ledger.pub").write_text(public_line(LEDGER, KEEPER), encoding="utf-8")

    def started() -> Witness:
        """As after a start."""
        folder = Folder(tmp / "witness", "w")
        return Witness(folder, Trusted(tmp / "ledger.pub", folder), "")

    number, held = at_every_line(started)
    print(json.dumps({"lines": number, "held": sorted(held)}))  # noqa: T201


@pytest.mark.timeout(600)
def test_it_neither_forgets_nor_says_two_things(tmp_path: Path) -> None:
    """At each line it holds the old checkpoint or the new one, the new one if it had told anybody; no fork gets in."""
    words = [sys.executable, "-m", "tests.ingest.witness.test_killed", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["held"] == [12, 20]
