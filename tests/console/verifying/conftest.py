"""One ledger, made once; each attack is on a copy of it."""

import copy
import shutil
from pathlib import Path

import pytest

from tests.console.verifying.scene import Scene


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture
def scene(_made: Scene, tmp_path: Path) -> Scene:
    """A copy, with witnesses that know what they cosigned."""
    found = copy.copy(_made)
    shutil.copytree(_made.folder, tmp_path / "ledger")
    found.folder = tmp_path / "ledger"
    found.one, found.other = copy.copy(_made.one), copy.copy(_made.other)
    found.one.notes, found.other.notes = dict(_made.one.notes), dict(_made.other.notes)
    return found
