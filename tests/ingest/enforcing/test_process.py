"""The process that carries orders: it says for what it waits, ends when told, and what keeps it from starting."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STOP_SECONDS_MAX = 15.0
BLOG = '[[sources]]\nkind = "wordpress"\nname = "blog"\nurl = "http://127.0.0.1:1/"\nuser = "m"\npassword_file = "{}"\n'


def started(folder: Path, **settings: str) -> subprocess.Popen[str]:
    """The process, with no broker."""
    environment = os.environ | {
        "LIFEGUARD_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "LIFEGUARD_DATA_DIR": str(folder),
        "LIFEGUARD_LOG_FORMAT": "json",
        "LIFEGUARD_ENFORCE_PORT": "0",
    }
    command = [sys.executable, "-m", "ingest", "enforce"]
    return subprocess.Popen(command, env=environment | settings, stderr=subprocess.PIPE, text=True)


def asked(port: int, path: str) -> tuple[int, str]:
    """One of its pages."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_says_for_what_it_waits_and_ends_when_told(tmp_path: Path) -> None:
    """Without a broker it has nothing to do; a file of sources that is not there yet names none."""
    process = started(tmp_path, LIFEGUARD_SOURCES_FILE=str(tmp_path / "not-there-yet"))
    assert process.stderr is not None
    with process, process.stderr as said:
        first: dict[str, Any] = json.loads(said.readline())
        assert (first["event"], first["sources"]) == ("enforcing", [])
        assert "every order is refused" in json.loads(said.readline())["event"]
        status, document = asked(first["port"], "/healthz")
        assert (status, json.loads(document)) == (503, {"ok": False, "waiting_for": "the broker", "sources": []})
        assert "lifeguard_enforce_waiting" in asked(first["port"], "/metrics")[1]
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS_MAX) == 0
        assert time.monotonic() - began < STOP_SECONDS_MAX


def test_a_password_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """With the name of the source; it does not start to refuse what it could do."""
    sources = tmp_path / "sources.toml"
    sources.write_text(BLOG.format(tmp_path / "missing"))
    process = started(tmp_path, LIFEGUARD_SOURCES_FILE=str(sources))
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert said.startswith("blog: the secret in")
