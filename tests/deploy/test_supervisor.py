"""The supervisor restarts what dies, gives up with a sentence, and stops everything in reverse order."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import supervisor as module
from deploy.local.process import Command, Process, find_by_pid_file
from deploy.local.supervisor import Program, Supervisor
from deploy.local.trouble import Trouble

SLEEP = "import time; print('here', flush=True); time.sleep(600)"
WAIT_SECONDS_MAX = 20.0


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that will be true soon."""
    end = time.monotonic() + WAIT_SECONDS_MAX
    while not condition():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.01)


def program(data: Path, name: str = "child", code: str = SLEEP) -> Program:
    """A supervised Python process; it is ready when it has said something."""
    process = Process(Command(name, [sys.executable, "-c", code]), data)
    return Program(process, "nowhere", lambda: process.log_file.exists() and process.log_file.stat().st_size > 0)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    """One supervisor; whatever it started is stopped."""
    made = Supervisor(tmp_path, threading.Event())
    yield made
    made.stop_all()


def test_a_killed_child_is_restarted(supervisor: Supervisor, tmp_path: Path) -> None:
    """After kill -9 the same program runs as another process."""
    child = program(tmp_path)
    supervisor.start([child])
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: (supervisor.look(), child.process.alive and child.process.pid != first)[1])


def test_a_child_that_keeps_dying_ends_the_run_with_a_sentence(supervisor: Supervisor, tmp_path: Path) -> None:
    """The sentence names the process, its log, and what it said last."""
    dying = program(
        tmp_path, code="import time; print('no policy file', flush=True); time.sleep(0.3); raise SystemExit(3)"
    )
    with pytest.raises(Trouble, match=r"child died 5 times within 60 s.*child\.log.*no policy file"):  # noqa: PT012
        supervisor.start([dying])
        until(lambda: bool(supervisor.look()))


def test_a_child_that_never_starts_is_a_sentence(supervisor: Supervisor, tmp_path: Path) -> None:
    """It names the exit code and what the child said."""
    process = Process(Command("child", [sys.executable, "-c", "raise SystemExit('no such policy')"]), tmp_path)
    with pytest.raises(Trouble, match=r"child stopped at once \(exit code 1\).*no such policy"):
        supervisor.start([Program(process, "nowhere", lambda: False)])


NOTE_MY_NAME = """
import signal, sys, time
def note(*_):
    with open(sys.argv[1], "a") as order:
        order.write(sys.argv[2])
    sys.exit()
signal.signal(signal.SIGTERM, note)
print("here", flush=True)
time.sleep(600)
"""


def test_everything_stops_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    """What was started first is stopped last."""
    children = [program(tmp_path, name, NOTE_MY_NAME) for name in "abc"]
    for child in children:
        child.process.command.words.extend([str(tmp_path / "order"), child.name])
        supervisor.start([child])
    supervisor.stop_all()
    assert (tmp_path / "order").read_text() == "cba"
    assert not any(child.process.alive for child in children)


def test_a_child_that_ignores_sigterm_is_killed_within_the_limit(tmp_path: Path) -> None:
    """Stopping has a limit, and a frozen child cannot get past it either."""
    stubborn = program(
        tmp_path, code="import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    )
    own = Supervisor(tmp_path, threading.Event())
    own.start([stubborn])
    began = time.monotonic()
    own.stop_all(seconds_max=0.2)
    assert time.monotonic() - began < WAIT_SECONDS_MAX
    assert stubborn.process.exit_code == -signal.SIGKILL


def test_a_full_disk_while_running_is_a_sentence(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the limit the run ends in order, and says what to do."""
    monkeypatch.setattr(module.disk, "free_bytes", lambda _: 5_000_000)
    with pytest.raises(Trouble, match="5 MB free and Lifeguard needs 100 MB; make room"):
        supervisor.look()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the pid files clean up at the next start")
def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    """After kill -9 of the parent no child stays behind."""
    parent = Process(Command("parent", [sys.executable, "-c", PARENT, str(tmp_path)]), tmp_path)
    parent.start()
    try:
        until(lambda: find_by_pid_file(tmp_path / "run" / "child.pid") is not None)
        child = find_by_pid_file(tmp_path / "run" / "child.pid")
        assert child
        parent.kill()
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    finally:
        parent.stop()


PARENT = """
import sys, time
from pathlib import Path
from deploy.local.process import Command, Process
Process(Command("child", [sys.executable, "-c", "import time; time.sleep(600)"]), Path(sys.argv[1])).start()
time.sleep(600)
"""


def test_what_an_earlier_life_left_behind_is_ended_first(tmp_path: Path) -> None:
    """A process that nobody tied to us, found by its pid file, ends before its successor starts."""
    left = Process(Command("child", [sys.executable, "-c", SLEEP]), tmp_path, tied=False)
    left.start()
    successor = Process(Command("child", [sys.executable, "-c", SLEEP]), tmp_path)
    successor.end_leftover()
    assert not left.alive
