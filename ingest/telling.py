"""What a person sees while a file is read: a bar, the bad lines by their number, and a sentence at the end."""

import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ingest.worker import Progress as Done
from records.errors import Misconfigured

BAD_LINES_SHOWN_MAX = 20
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


class Bar:
    """The progress of one file on the terminal."""

    def __init__(self, console: Console, progress: Progress, task: TaskID) -> None:
        self._console = console
        self._progress = progress
        self._task = task
        self._shown = 0

    def tell(self, done: Done) -> None:
        """Moves the bar, and names the bad lines of the last batch."""
        elapsed = self._progress.tasks[0].elapsed or 0
        rate = f"{done.posts / elapsed:,.0f} posts/s" if elapsed else ""
        self._progress.update(self._task, completed=done.bytes_read, rate=rate, posts=done.posts)
        for bad in done.bad:
            self._shown += 1
            if self._shown <= BAD_LINES_SHOWN_MAX:
                self._console.print(f"line {bad.number}: {bad.reason}", markup=False, highlight=False)
            elif self._shown == BAD_LINES_SHOWN_MAX + 1:
                self._console.print("more bad lines follow; every one is kept as a dead letter")

    def say(self, sentence: str) -> None:
        """Shows what is waited for in place of the rate, until the bar moves again."""
        self._progress.update(self._task, rate=sentence)


@contextmanager
def bar(path: Path | None) -> Iterator[Bar]:
    """A bar on standard error for as long as the block runs."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.fields[posts]:,} posts"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield Bar(console, progress, progress.add_task("", total=_size(path), rate="", posts=0))


def summary(done: Done) -> str:
    """What was done, in one sentence."""
    if not done.posts and not done.bad_count:
        return "there was nothing new to read"
    bad = f"; {_lines(done.bad_count)} could not be read and were kept as dead letters" if done.bad_count else ""
    return f"{done.posts:,} posts published and acknowledged{bad}"


def say(sentence: str) -> None:
    """A sentence for the person at the terminal."""
    typer.echo(sentence, err=True)


def source_name(name: str) -> str:
    """The name of a source, if it can be one."""
    if not _NAME.fullmatch(name):
        raise Misconfigured(f"a source cannot be called {name!r}: lower-case letters, digits, _ . and -, 64 at most")
    return name


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _size(path: Path | None) -> int | None:
    if path is None or not path.exists() or not stat.S_ISREG(path.stat().st_mode):
        return None
    return path.stat().st_size
