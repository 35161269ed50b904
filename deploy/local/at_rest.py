"""Nothing runs on a data folder, and nothing can begin to, while it is copied or laid out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.lock import only_run, owner
from deploy.local.process import find_by_pid_file
from deploy.local.trouble import Trouble


@contextmanager
def at_rest(data: Path, why: str) -> Iterator[None]:
    """Holds the folder inside the block; one sentence, beginning with `why`, if it is in use."""
    running = owner(data) or find_by_pid_file(data / "run" / "broker.pid")
    if running:
        number = running if isinstance(running, int) else running.pid
        raise Trouble(
            f"{why}, and Lifeguard runs with the data in {data} (process {number}): "
            f"stop it with Ctrl-C or `make down`, and run this again."
        )
    with only_run(data):
        yield
