"""The watchdog: lag and no finished batch for too long ends the process; waiting for a server does not."""

import pytest

from records.errors import Unavailable
from stream import metrics
from stream.watchdog import look


@pytest.fixture
def ended() -> list[int]:
    """The lags at which the process would have been ended."""
    return []


def test_lag_without_a_finished_batch_ends_the_process(ended: list[int]) -> None:
    """Nothing moved for longer than allowed, and there is something to do."""
    look(-1.0, lambda: {"posts": 7}, ended.append, "judge")
    assert ended == [7]


def test_an_idle_worker_lives(ended: list[int]) -> None:
    """Without lag, no finished batch is no fault."""
    look(-1.0, lambda: {"posts": 0}, ended.append, "judge")
    assert ended == []


def test_what_comes_after_a_quiet_time_is_no_stall(ended: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that had nothing to do for an hour is given its time for the first record after it."""
    monkeypatch.setattr(metrics, "_last_progress", metrics.time.monotonic() - 3_600)
    look(60.0, lambda: {"posts": 0}, ended.append, "judge")
    look(60.0, lambda: {"posts": 7}, ended.append, "judge")
    assert ended == []
    monkeypatch.setattr(metrics, "_last_progress", metrics.time.monotonic() - 61)
    look(60.0, lambda: {"posts": 7}, ended.append, "judge")
    assert ended == [7]


def test_waiting_for_a_server_is_progress(ended: list[int]) -> None:
    """A worker that says that it waits is not stalled."""
    metrics.waiting("judge", "Elasticsearch does not answer")
    look(30.0, lambda: {"posts": 7}, ended.append, "judge")
    metrics.waiting("judge", None)
    assert ended == []


def test_an_unknown_lag_ends_nothing(ended: list[int]) -> None:
    """While the broker does not answer, the watchdog waits with everybody else."""

    def unknown() -> dict[str, int]:
        raise Unavailable("Kafka does not answer")

    look(-1.0, unknown, ended.append, "judge")
    assert ended == []


def test_the_lag_is_shown_in_the_metrics(ended: list[int]) -> None:
    """What the broker counts is what Prometheus reads."""
    look(60.0, lambda: {"posts": 3}, ended.append, "judge")
    assert metrics.LAG.labels("judge", "posts")._value.get() == 3
