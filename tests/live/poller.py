"""`python -m ingest poll`, or `enforce`, for a live test: a process with a file of sources, until the block ends."""

import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

STOP_SECONDS_MAX = 30.0
NOBODY_JUDGES = "1000000"
"""The first pass yields to live posts, and would wait for a judge that the test does not start."""


class Poller(AbstractContextManager["Poller"]):
    """Asks the sources of `tables` (TOML), or does there what `command` says; its log is `said`."""

    def __init__(self, folder: Path, environment: dict[str, str], tables: str, command: str = "poll") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        sources, self._log = folder / "sources.toml", folder / f"{command}.log"
        self._command = [sys.executable, "-m", "ingest", command]
        sources.write_text(tables)
        self._environment = environment | {
            "LIFEGUARD_SOURCES_FILE": str(sources),
            "LIFEGUARD_LOG_FORMAT": "json",
            "LIFEGUARD_BACKFILL_LAG_POSTS_MAX": NOBODY_JUDGES,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> str:
        """What it has logged so far."""
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        """Begins, or begins again after a kill."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=self._environment)

    def kill(self) -> None:
        """Kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS_MAX)
        finally:
            self._process.kill()
            self._process.wait()
