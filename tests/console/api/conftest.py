"""A console whose API is asked, without servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.settings import Settings
from tests.console.api.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """With four posts that wait."""
    found = World(Settings(data_dir=tmp_path))
    yield found
    found.scene.desk.close()
