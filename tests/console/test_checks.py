"""What `status` makes of the health of a process, and how it shows a system that is well."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from console.checks import _process
from console.commands.status import _show

Health = Callable[[int, bytes], int]


@pytest.fixture
def health() -> Iterator[Health]:
    """A process whose /healthz answers so; gives its port."""
    servers = []

    def serve(status: int, body: bytes) -> int:
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return int(server.server_address[1])

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "ok", "said"),
    [
        (200, {"ok": True, "waiting_for": None}, True, ""),
        (503, {"ok": False, "waiting_for": "Kafka does not answer"}, False, "waits: Kafka does not answer"),
        (503, {"ok": False, "model_loaded": False}, False, "the model is not loaded, so posts pass unscored"),
        (503, {"title": "Service Unavailable", "detail": "the broker is away"}, False, "the broker is away"),
        (500, "what?", False, "it answers with HTTP 500"),
    ],
)
def test_a_process_is_what_it_says_of_itself(health: Health, status: int, body: Any, ok: bool, said: str) -> None:
    """503 means not well, in its own words."""
    port = health(status, json.dumps(body).encode())
    found = _process("judge", "127.0.0.1", port)
    assert (found["ok"], found["said"]) == (ok, said)


def test_a_system_that_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Up everywhere, nothing behind, counts by state in words."""
    up = {"name": "broker", "address": "127.0.0.1:9092", "ok": True, "said": ""}
    lag = {"judge": {"posts": 0}, "fold": {"posts": 1200, "verdicts": 0}}
    counts = {"posts": 311, "facts": 729, "states": {"clear": 225, "open": 86}, "unscored": 29, "dead_letters": 0}
    counts["languages"] = {"en": 286, "de": 16, "unknown": 9}
    keeper = {"address": "", "ok": True, "answers": True, "said": "", "entries": 8, "logs": 2, "stopped": []}
    window = {"seconds": 0, "of": None, "protects": False}
    counts["ledger"] = {"keeper": keeper | {"window": window}, "witnesses": [], "said": "no witness"}
    _show({"servers": [up], "processes": [up], "lag": lag, "coverage": [], **counts}, datetime.now(UTC))
    said = capsys.readouterr().out
    for expected in (
        "up to date",
        "posts 1,200",
        "311, known from 729 facts",
        "86 (waits for a person",
        "en 286, de 16, unknown 9",
        "8 entries in 2 logs",
    ):
        assert expected in said
    assert "DOWN" not in said
