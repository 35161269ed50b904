"""Under the name of an export there is a whole one or nothing: killed, on a full disk, or where one is already."""

import subprocess
import sys
from pathlib import Path

import pytest

from console.exporting.pages import ALONE_POSTS_MAX, Pages
from console.exporting.readme import readme
from console.exporting.spool import Spool
from console.proving.writing import Export
from records.errors import Misconfigured, Problem
from tests.console.dossiers import made

FILLED = """
import os, resource, sys
from pathlib import Path
from console.proving.writing import Export
from records.errors import Problem
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with Export(Path(sys.argv[1]), "export", "fees", "ann") as export:
        export.add("captures/1", os.urandom(300_000))
except Problem as problem:
    print(problem)
"""
KILLED = """
import os, sys
from pathlib import Path
from console.proving.writing import Export
with Export(Path(sys.argv[1]), "export", "fees", "ann") as export:
    export.add("captures/1", b"fees")
    os._exit(9)
"""


def _run(program: str, target: Path) -> str:
    command = [sys.executable, "-c", program, str(target)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    """A limit on the size of files fails as a full disk does: in the middle, and again when the file is closed."""
    said = _run(FILLED, tmp_path / "export.zip")
    assert "could not be written" in said
    assert len(said.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_killed_in_the_middle_there_is_nothing_under_its_name(tmp_path: Path) -> None:
    """What is left has another name, and the next export takes that over."""
    target = tmp_path / "export.zip"
    _run(KILLED, target)
    assert not target.exists()
    with Export(target, "export", "fees", "ann"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_export_replaces_nothing(tmp_path: Path) -> None:
    """Neither a file nor anything else of that name."""
    target = tmp_path / "export.zip"
    target.write_bytes(b"mine")
    with pytest.raises(Misconfigured, match="is there already"):
        Export(target, "export", "fees", "ann")
    with pytest.raises(Problem, match="cannot be written"):
        Export(tmp_path / "nowhere" / "export.zip", "export", "fees", "ann")
    assert target.read_bytes() == b"mine"


def test_what_strangers_wrote_is_for_the_eyes_of_its_owner(tmp_path: Path) -> None:
    """While it is made, too."""
    with Export(tmp_path / "export.zip", "export", "fees", "ann"):
        (beside,) = tmp_path.iterdir()
        assert beside.stat().st_mode & 0o077 == 0


def test_lines_wait_on_the_disk_without_a_name(tmp_path: Path) -> None:
    """In order, as often as they are asked for."""
    with Spool(tmp_path) as spool:
        for line in (b"one", b"", b"two"):
            spool.add(line)
        assert list(spool.lines()) == list(spool.lines()) == [b"one", b"", b"two"]
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("posts", [2, ALONE_POSTS_MAX + 1])
def test_pages_come_in_order_here_or_from_other_processes(posts: int) -> None:
    """Each with its number, and with the way back to the list of posts."""
    dossier = made({"post_id": "site:c-1"})
    with Pages(posts) as pages:
        found = [*pages.asked(1, [dossier]), *pages.asked(2, [dossier]), *pages.rest()]
    assert [name for name, _ in found] == ["dossiers/1.html", "dossiers/2.html"]
    assert all(b"site:c-1" in page for _, page in found)


@pytest.mark.parametrize("kind", ["export", "not_captured", "certificate"])
def test_whoever_opens_it_is_told_how_to_check_it(kind: str) -> None:
    """In ASCII, in lines that a terminal shows whole."""
    told = readme(kind).decode("ascii")  # type: ignore[arg-type]
    assert "python -I -S verify.py" in told
    assert max(map(len, told.splitlines())) <= 120
