"""The console as a process: it serves while nothing else is there, says what it waits for, and stops when asked."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from records.errors import Unavailable
from tests.console.web.desks import Scene

START_SECONDS_MAX = 60


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """It, and its address, where neither broker nor node are."""
    told = {
        "LIFEGUARD_CONSOLE_PORT": "0",
        "LIFEGUARD_DATA_DIR": str(tmp_path),
        "LIFEGUARD_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "LIFEGUARD_ELASTICSEARCH_URL": "http://127.0.0.1:1",
    }
    words = [sys.executable, "-m", "console", "serve"]
    with subprocess.Popen(words, env=os.environ | told, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        for line in child.stderr:
            found = re.search(r"public=(http://[\d.:]+)", line)
            if found:
                yield child, found[1]
                break
        child.kill()


def test_it_serves_without_a_broker_and_stops_when_asked(process: tuple[subprocess.Popen[str], str]) -> None:
    """Its health says what it waits for, its pages are there, and SIGTERM is an end without a trace."""
    child, address = process
    assert httpx.get(f"{address}/sign-in").status_code == 200
    health = httpx.get(f"{address}/healthz")
    assert (health.status_code, health.json()["ok"]) == (503, False)
    child.send_signal(signal.SIGTERM)
    assert child.wait(START_SECONDS_MAX) == 0
    assert child.stderr is not None
    assert "Traceback" not in child.stderr.read()


async def test_a_broker_that_never_answers_is_not_waited_for_for_ever(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked for a page is told."""
    from concurrent.futures import Future

    from console.web import desk

    monkeypatch.setattr(desk, "PUBLISH_SECONDS_MAX", 0.05)
    monkeypatch.setattr(scene.broker, "send", lambda *_: Future())
    with pytest.raises(Unavailable, match="the broker has not answered within"):
        await scene.desk.audit("ann", "view", "site:c-1")
