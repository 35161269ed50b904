"""A console without servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from console.staff import accounts
from records.settings import Settings
from tests.console.web.desks import Scene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """With passphrases whose hashes cost nothing."""
    monkeypatch.setattr(accounts, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts._nobody.cache_clear()
    found = Scene(Settings(data_dir=tmp_path))
    yield found
    found.desk.close()
