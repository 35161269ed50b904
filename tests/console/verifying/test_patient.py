"""A reader that waits gives every entry once, whenever the ledger was away."""

from collections.abc import Iterator

import pytest

from console.verifying.patient import PatientReader, Waiting
from records.errors import Unavailable
from records.ledger.entries import LogId
from tests.console.verifying.test_stretches import LOG, Memory


class Flaky(Memory):
    """Away before every second entry."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.failed: set[int] = set()

    def leaves(self, log: LogId, start: int, stop: int) -> Iterator[bytes]:
        """As Reader says."""
        for number, leaf in enumerate(super().leaves(log, start, stop), start):
            if number % 2 and number not in self.failed:
                self.failed.add(number)
                raise Unavailable("the keeper is away")
            yield leaf


def test_every_entry_comes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In order; and whom it waits for is told, and that it goes on."""
    monkeypatch.setattr("console.verifying.patient.RETRY_SECONDS_FIRST", 0.001)
    said: list[str | None] = []
    flaky = Flaky(9)
    assert list(PatientReader(flaky, Waiting(said.append)).leaves(LOG, 2, 9)) == list(Memory(9).leaves(LOG, 2, 9))
    assert said == ["the keeper is away", None] * 3
