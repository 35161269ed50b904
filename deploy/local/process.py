"""One child process: started with a log file of its own, tied to us or left alone, and stopped by its pid."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.logs import rotate

STOP_SECONDS_MAX = 20.0
KILL_SECONDS_MAX = 10.0
LAST_WORDS_CHARS_MAX = 400
START_TIME_TOLERANCE_SECONDS = 2.0
TETHER = Path(__file__).with_name("tether.py")

_SPAWNER = ThreadPoolExecutor(1, thread_name_prefix="spawner")
"""One thread starts every tied child: the kernel ties a child to the thread that forked it, and this one stays."""


@dataclass(frozen=True)
class Command:
    """What to run: its name in logs and tables, its words, and what its environment has beyond ours."""

    name: str
    words: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None


class Process:
    """A running child. The pid file makes it findable by a later start if we die without stopping it."""

    def __init__(self, command: Command, data: Path, *, tied: bool = True) -> None:
        self.command = command
        self.log_file = data / "logs" / f"{command.name}.log"
        self.pid_file = data / "run" / f"{command.name}.pid"
        self._tied = tied
        self._child: subprocess.Popen[bytes] | None = None

    def end_leftover(self) -> None:
        """End what an earlier life of ours may have left behind."""
        end_leftover(self.pid_file)

    def start(self) -> None:
        """Start it, unless it already runs."""
        if self.alive:
            return
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self._child = _SPAWNER.submit(self._spawn).result()
        write_pid(self.pid_file, self._child.pid)

    def _spawn(self) -> subprocess.Popen[bytes]:
        tether = [sys.executable, "-S", "-E", str(TETHER), str(os.getpid())] if self._tied else []
        rotate(self.log_file)
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                [*tether, *self.command.words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.command.folder,
                env=os.environ | self.command.environment,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the children in order
            )

    @property
    def pid(self) -> int:
        """The child's process id; 0 before the first start."""
        return self._child.pid if self._child else 0

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative if a signal ended it."""
        return self._child.poll() if self._child else None

    @property
    def alive(self) -> bool:
        """Is it running (or stopped by SIGSTOP)?"""
        return self._child is not None and self._child.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child, if there still is one."""
        if self._child:
            self._child.send_signal(number)

    def freeze(self) -> None:
        """It stays as it is until SIGCONT; when this returns, nothing of it runs any more, unless it has ended."""
        if self._child and self.alive:
            self.signal(signal.SIGSTOP)
            os.waitid(os.P_PID, self._child.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def ask_to_stop(self) -> None:
        """SIGTERM, after waking it if it was paused."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)

    def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Ask it to stop; kill it if it has not within the limit."""
        self.ask_to_stop()
        if self._child:
            try:
                self._child.wait(seconds_max)
            except subprocess.TimeoutExpired:
                self.kill()
        self.pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it by kill -9, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        if self._child:
            self._child.wait(KILL_SECONDS_MAX)

    def last_words(self) -> str:
        """The last line of its log that is no stack frame, for an error's sentence."""
        return last_line(self.log_file)


def last_line(log_file: Path) -> str:
    """The last line that begins at the margin, cut to a limit; Python's and Java's stack frames are indented."""
    text = log_file.read_text(encoding="utf-8", errors="replace") if log_file.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line[0].isspace()]
    return lines[-1][:LAST_WORDS_CHARS_MAX] if lines else "(nothing)"


def write_pid(pid_file: Path, pid: int) -> None:
    """A pid alone may be somebody else's by tomorrow; with its start time it is that one process."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    pid_file.write_text(f"{pid} {started}\n", encoding="utf-8")


def find_by_pid_file(pid_file: Path) -> psutil.Process | None:
    """The very process that the file was written for, if it still runs."""
    try:
        pid, started = pid_file.read_text(encoding="utf-8").split()
        process = psutil.Process(int(pid))
        same = abs(process.create_time() - float(started)) < START_TIME_TOLERANCE_SECONDS
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    return process if same else None


def end_leftover(pid_file: Path, seconds_max: float = STOP_SECONDS_MAX) -> bool:
    """End the process that a pid file names; was there one?"""
    process = find_by_pid_file(pid_file)
    if process:
        process.terminate()
        process.resume()
        try:
            process.wait(seconds_max)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(KILL_SECONDS_MAX)
    pid_file.unlink(missing_ok=True)
    return process is not None
