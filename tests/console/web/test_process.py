"""The console as a process: it serves while nothing else is there, says what it waits for, and stops when asked."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from console.web import desk
from moderation.scorer import ConstantScorer
from records.errors import Unavailable
from records.settings import Settings
from tests.console.web.desks import Scene

START_SECONDS_MAX = 60


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """It, and its address, where neither broker nor node nor a model are."""
    told = {
        "LIFEGUARD_CONSOLE_PORT": "0",
        "LIFEGUARD_DATA_DIR": str(tmp_path),
        "LIFEGUARD_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "LIFEGUARD_ELASTICSEARCH_URL": "http://127.0.0.1:1",
        "LIFEGUARD_MODEL_DIR": str(tmp_path),
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
    told = child.stderr.read()
    assert "Traceback" not in told
    assert "model loaded" in told, "nobody tried"


def test_the_model_is_loaded_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes while it is loaded waits for that."""
    made, begun, go_on = list[ConstantScorer](), threading.Event(), threading.Event()

    def load(_: Settings) -> ConstantScorer:
        begun.set()
        go_on.wait(START_SECONDS_MAX)
        made.append(ConstantScorer())
        return made[-1]

    monkeypatch.setattr(desk, "scorer_of", load)
    with ThreadPoolExecutor(3) as others:
        asked = [others.submit(scene.desk.model) for _ in range(3)]
        assert begun.wait(START_SECONDS_MAX)
        assert not any(one.done() for one in asked)
        go_on.set()
    assert [one.result() for one in asked] == made * 3


async def test_a_broker_that_never_answers_is_not_waited_for_for_ever(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asked for a page is told."""
    monkeypatch.setattr(desk, "PUBLISH_SECONDS_MAX", 0.05)
    monkeypatch.setattr(scene.broker, "send", lambda *_: Future())
    with pytest.raises(Unavailable, match="the broker has not answered within"):
        await scene.desk.audit("ann", "view", "site:c-1")
