"""What the person at the terminal sees: the download's progress, what runs where, and what to try."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from deploy.local.jars import Progress as JarProgress
from deploy.local.supervisor import Program

console = Console()
errors = Console(stderr=True)


class DownloadBar:
    """One bar for all jars; it appears when the first byte has to be downloaded, and not at all otherwise."""

    def __init__(self) -> None:
        self._bar = Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console)
        self._whole = self._bar.add_task("jars of the broker and the node", total=0)
        self._size = 0
        self._lock = threading.Lock()

    def __enter__(self) -> JarProgress:
        """What jars.ensure reports to."""
        return self._file

    @contextmanager
    def _file(self, _name: str, size: int) -> Iterator[Callable[[int], None]]:
        with self._lock:
            if not self._size:
                self._bar.start()
            self._size += size
            self._bar.update(self._whole, total=self._size)
        yield lambda count: self._bar.advance(self._whole, count)

    def __exit__(self, *_: object) -> None:
        """Leave the full bar on the screen."""
        if self._size:
            self._bar.stop()


def what_runs(programs: list[Program]) -> Table:
    """Process, pid, address and log file of everything that runs."""
    table = Table(title="Lifeguard is running", title_justify="left")
    for column in ("process", "pid", "address", "log file"):
        table.add_column(column, overflow="fold")
    for program in programs:
        table.add_row(program.name, str(program.process.pid), program.address, _short(program.process.log_file))
    return table


def what_to_try(secret: Path, console_port: int) -> str:
    """The console, three commands for a second terminal, and where the webhook's secret is."""
    return (
        "\nIn another terminal, try:\n"
        "  [bold].venv/bin/lifeguard status[/]\n"
        '  [bold].venv/bin/lifeguard find "collins reed"[/]   (a scam, posted 12 times)\n'
        "  [bold].venv/bin/lifeguard why POST_ID[/]   (any id that find shows)\n"
        f"\nThe console is at [bold]http://127.0.0.1:{console_port}[/]; the first account, and one for a moderator:\n"
        "  [bold].venv/bin/lifeguard staff add NAME --role administrator[/]\n"
        "  [bold].venv/bin/lifeguard staff add OTHER --role reviewer --as NAME[/]\n"
        f"\nWebhooks are signed with the secret in {_short(secret)}.\nCtrl-C stops everything.\n"
    )


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
