"""Health and metrics of a worker, read as an operator would."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from records.errors import Misconfigured
from records.received import Received
from stream import health, metrics
from tests.moderation.conftest import make_post


@pytest.fixture
def address() -> Iterator[str]:
    """A worker's health pages on a free port."""
    server = health.serve(0)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    metrics.waiting("fold", None)


def check(url: str) -> tuple[int, bytes]:
    """Status and body of a page."""
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_working_worker_is_healthy(address: str) -> None:
    """While nothing is waited for, the worker is well."""
    status, body = check(f"{address}/healthz")
    assert (status, json.loads(body)["waiting_for"]) == (200, None)


def test_a_waiting_worker_says_for_what(address: str) -> None:
    """While a server is away, the health says which."""
    metrics.waiting("fold", "Elasticsearch does not answer")
    status, body = check(f"{address}/healthz")
    assert (status, json.loads(body)["waiting_for"]) == (503, "Elasticsearch does not answer")


def test_prometheus_finds_what_is_promised(address: str) -> None:
    """Lag, batch sizes, latency, dead letters and unscored are there by name."""
    _, body = check(f"{address}/metrics")
    for name in ("batch_records", "dead_letters", "unscored", "seen_to_written_seconds", "waiting", "lag_records"):
        assert f"lifeguard_{name}".encode() in body


def test_history_counts_in_no_latency(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import of last year's posts is no alarm about slow writing."""
    waits: list[float] = []
    monkeypatch.setattr(metrics.WRITTEN, "observe", waits.append)
    now = datetime.now(UTC)
    posts = [make_post(native_id=number, seen_at=now, backfill=number == "1") for number in ("1", "2")]
    metrics.folded([Received("posts", "T", 0, offset, now, post) for offset, post in enumerate(posts)])
    assert len(waits) == 1


def test_a_taken_port_is_one_sentence(address: str) -> None:
    """Two workers on one port: the second says what to do."""
    with pytest.raises(Misconfigured, match="is not free"):
        health.serve(int(address.rpartition(":")[2]))
