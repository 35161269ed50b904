"""The supervisor: starts a literal list of processes, restarts what dies, and stops all of it in reverse order."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from deploy.local import disk, ready
from deploy.local.logs import rotate
from deploy.local.process import Process
from deploy.local.trouble import Trouble

DEATHS_MAX = 5
DEATHS_WINDOW_SECONDS = 60.0
BACKOFF_SECONDS_MIN = 0.25
BACKOFF_SECONDS_MAX = 10.0
WATCH_SECONDS = 0.2
CARE_SECONDS = 10.0
STOP_SECONDS_MAX = 20.0
DISK_FREE_BYTES_STOP = 100_000_000

log = structlog.get_logger()


@dataclass
class Program:
    """A process that must always run: where it is reached, how one sees that it is ready, when it died lately."""

    process: Process
    address: str
    ready: Callable[[], bool]
    deaths: list[float] = field(default_factory=list)
    restart_at: float | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return self.process.command.name


class Supervisor:
    """Owns every process of a run. Nothing here raises but Trouble; whoever made it calls `stop_all` in a `finally`."""

    def __init__(self, data: Path, stop: threading.Event) -> None:
        self._data = data
        self._stop = stop
        self._groups: list[list[Program]] = []
        self._cared_at = 0.0

    @property
    def programs(self) -> list[Program]:
        """All of them, in the order in which they were started."""
        return [program for group in self._groups for program in group]

    def start(self, programs: Sequence[Program], seconds_max: float = ready.READY_SECONDS_MAX) -> None:
        """Start some at once, and wait until each is ready, or until we are asked to stop."""
        self._groups.append(list(programs))
        began = time.monotonic()
        for program in programs:
            program.process.start()
        for program in programs:
            self._wait(program, seconds_max, began)

    def _wait(self, program: Program, seconds_max: float, began: float) -> None:
        process = program.process
        if ready.wait_until(program.ready, lambda: process.alive and not self._stop.is_set(), seconds_max):
            log.info("ready", name=program.name, pid=process.pid, seconds=round(time.monotonic() - began, 1))
        elif not self._stop.is_set():
            what = (
                "did not become ready in time" if process.alive else f"stopped at once (exit code {process.exit_code})"
            )
            raise Trouble(
                f"The process {program.name} {what}; read {process.log_file}, which ends: {process.last_words()}"
            )

    def watch(self) -> None:
        """Stay until we are asked to stop."""
        while not self._stop.wait(WATCH_SECONDS):
            self.look()

    def look(self) -> None:
        """One round: what died is restarted when its time has come; logs and disk are cared for now and then."""
        now = time.monotonic()
        for program in self.programs:
            if program.restart_at is not None:
                self._revive(program, now)
            elif not program.process.alive:
                self._note_death(program, now)
        if now - self._cared_at > CARE_SECONDS:
            self._cared_at = now
            self._care()

    def _note_death(self, program: Program, now: float) -> None:
        program.deaths = [at for at in program.deaths if now - at < DEATHS_WINDOW_SECONDS] + [now]
        if len(program.deaths) >= DEATHS_MAX:
            raise self._giving_up(program)
        wait = min(BACKOFF_SECONDS_MIN * 2 ** (len(program.deaths) - 1), BACKOFF_SECONDS_MAX)
        program.restart_at = now + wait
        log.warning("died", name=program.name, exit_code=program.process.exit_code, again_in_seconds=wait)

    def _giving_up(self, program: Program) -> Trouble:
        if disk.free_bytes(self._data) < DISK_FREE_BYTES_STOP:
            return disk.full(self._data)
        return Trouble(
            f"The process {program.name} died {DEATHS_MAX} times within {DEATHS_WINDOW_SECONDS:.0f} s, so everything "
            f"was stopped; read {program.process.log_file}, which ends: {program.process.last_words()}"
        )

    def _revive(self, program: Program, now: float) -> None:
        if program.restart_at is not None and now >= program.restart_at:
            program.restart_at = None
            program.process.start()
            log.info("restarted", name=program.name, pid=program.process.pid)

    def _care(self) -> None:
        disk.refuse_full(self._data, DISK_FREE_BYTES_STOP)
        for program in self.programs:
            rotate(program.process.log_file)

    def stop_all(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Stop what was started last first; each group has the limit to itself, and is killed after it."""
        for group in reversed(self._groups):
            until = time.monotonic() + seconds_max
            for program in group:
                program.process.ask_to_stop()
            for program in group:
                program.process.stop(max(0.0, until - time.monotonic()))
        self._groups.clear()
