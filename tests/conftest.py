"""In which order everything runs: in a random one, but what takes long first, so that no process waits for another."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Live tests before all others, each kind in the order that it was given."""
    items.sort(key=lambda item: item.get_closest_marker("live") is None)
