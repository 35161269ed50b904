"""The progress of long work on a terminal; a line now and then where there is none. Writes to standard error."""

import time
from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from console.terminal import safe_line, screen

LINE_SECONDS = 10.0
"""So often a line is written where there is no terminal."""


class Bar:
    """One bar at a time: what is done, how much of it, how fast, and the time left."""

    def __init__(self) -> None:
        self._out = screen(to_stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.fields[of]} {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._out,
            disable=not self._out.is_terminal,
            transient=True,
        )
        self._task: TaskID | None = None
        self._what, self._of, self._done = "", "", 0
        self._began = self._told_at = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def says(self, sentence: str) -> None:
        """A line above the bar."""
        self._out.print(Text(safe_line(sentence)))

    def begins(self, what: str, entries: int) -> None:
        """Another piece of work, of so many entries; 0 where nobody knows."""
        self._what, self._of, self._done = what, f"{entries:,} entries" if entries else "?", 0
        self._began = time.monotonic()
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(safe_line(what), total=entries or None, rate="", of=self._of)

    def _shows(self, entries: int, rate: str) -> None:
        """So many more of them are done."""
        now, self._done = time.monotonic(), self._done + entries
        if self._task is not None:
            self._progress.update(self._task, completed=self._done, rate=rate)
        if self._progress.disable and now - self._told_at > LINE_SECONDS:
            self._told_at = now
            self.says(f"{self._what}: {self._done:,} of {self._of} {rate}")

    def _rate(self, done: int, what: str) -> str:
        return f"{done / max(time.monotonic() - self._began, 0.1):,.0f} {what}/s"
