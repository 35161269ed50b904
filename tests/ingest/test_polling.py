"""The poller's process: it says how each source stands, ends promptly, and one pass can be had alone."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.web_site import Reply, WebSite

EMPTY = Reply(b"<rss><channel></channel></rss>")


@pytest.fixture
def site() -> Iterator[WebSite]:
    """A site with an empty feed."""
    with WebSite() as started:
        started.pages["/feed"] = EMPTY
        yield started


@pytest.fixture
def environment(site: WebSite, tmp_path: Path) -> dict[str, str]:
    """The surroundings of a poller with two sources and no broker."""
    table = f'[[sources]]\nkind = "feed"\nname = "{{}}"\nurl = "{site.address}/feed"\n'
    (tmp_path / "sources.toml").write_text(table.format("blog") + table.format("forum"))
    return os.environ | {
        "LIFEGUARD_SOURCES_FILE": str(tmp_path / "sources.toml"),
        "LIFEGUARD_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "LIFEGUARD_DATA_DIR": str(tmp_path),
        "LIFEGUARD_LOG_FORMAT": "json",
        "LIFEGUARD_POLL_METRICS_PORT": "0",
    }


def started(environment: dict[str, str], log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A poller, and the port on which it says how it is."""
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "ingest", "poll"], env=environment, stderr=file)
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith("{") and "port" in (said := json.loads(line)):
                return process, said["port"]
        time.sleep(0.05)
    process.kill()
    raise AssertionError(log.read_text())


def health(port: int) -> dict[str, Any]:
    """What it says."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            found: dict[str, Any] = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            found = json.loads(error.read())
    return found


def test_it_says_how_each_source_stands_and_ends_when_told_to(
    site: WebSite, environment: dict[str, str], tmp_path: Path
) -> None:
    """Even while one site leaves it waiting; what it has not told is told by the next one."""
    held, asked = threading.Event(), threading.Event()

    def slow(_: Any) -> Reply:
        asked.set()
        held.wait(60)
        return EMPTY

    site.pages["/feed"] = slow
    process, port = started(environment, tmp_path / "log")
    try:
        assert asked.wait(30)
        found = health(port)
        assert found["ok"] is True
        assert [one["name"] for one in found["sources"]] == ["blog", "forum"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        held.set()
        process.kill()
        process.wait()


def test_a_site_that_is_away_is_named(site: WebSite, environment: dict[str, str], tmp_path: Path) -> None:
    """Whoever looks sees which source waits, and for what."""
    site.stop()
    process, port = started(environment, tmp_path / "log")
    try:
        until = time.monotonic() + 30
        while not (found := health(port))["waiting_for"] and time.monotonic() < until:
            time.sleep(0.05)
        assert found["ok"] is False
        assert "the site does not answer" in found["waiting_for"]
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["shop"], "has no source shop; it has blog, forum"), ([], "LIFEGUARD_SOURCES_FILE does not name a file")],
)
def test_what_is_wrong_is_one_sentence(environment: dict[str, str], words: list[str], sentence: str) -> None:
    """No traceback."""
    if not words:
        del environment["LIFEGUARD_SOURCES_FILE"]
    command = [sys.executable, "-m", "ingest", "poll", "--once", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
