"""A worker tells about itself through one place of its process; here every test finds that place as a worker would."""

import pytest

from stream import metrics


@pytest.fixture(autouse=True)
def _untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has been told yet, and what a test tells is forgotten after it."""
    monkeypatch.setattr(metrics, "_health", dict.fromkeys(metrics.health().keys() - {"ok"}))
