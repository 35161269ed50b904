"""An export that holds, out of a ledger with five posts."""

from pathlib import Path

import pytest

from console.proving import verify
from tests.console.proving.exported import Files, Made, exported, made


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A ledger with five posts."""
    return made(tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="module")
def archive(ledger: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of two of them."""
    return exported(ledger, tmp_path_factory.mktemp("export") / "export.zip")


@pytest.fixture
def files(archive: Path) -> Files:
    """What is in it."""
    return dict(verify.files_of(str(archive)))
