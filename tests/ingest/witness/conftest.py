"""A witness over a folder of its own, which trusts the keeper of the small logs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.witness.folder import Folder
from ingest.witness.trust import Trusted
from ingest.witness.witness import Witness
from records.ledger.store import public_line
from tests.records.ledger.histories import KEEPER, LEDGER


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """The ledger's line, as its administrator gives it away."""
    file = tmp_path / "ledger.pub"
    file.write_text(public_line(LEDGER, KEEPER), encoding="utf-8")
    return file


@pytest.fixture
def begin(tmp_path: Path, ledger_file: Path) -> Callable[[], Witness]:
    """The witness as after a start: always over the same folder."""

    def make() -> Witness:
        folder = Folder(tmp_path / "witness", "witness.example/w1")
        return Witness(folder, Trusted(ledger_file, folder), "Kim of the auditors", lambda: 1_790_000_000)

    return make


@pytest.fixture
def witness(begin: Callable[[], Witness]) -> Witness:
    """A witness at its first start."""
    return begin()
