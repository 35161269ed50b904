"""(l) `lifeguard export` of 10,000 records from a real node and a real keeper, and `verify.py` over what it made."""

import os
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingest.publisher import Publisher
from ingest.topics import create_topics
from records.settings import Settings
from records.topics import POSTS
from tests.bench.mix import posts
from tests.bench.table import Row
from tests.live.proved import Proved, proved

EXPORTED_POSTS, BATCH = 5_000, 1_000
SECONDS_MAX = 600.0
COMMAND = [sys.executable, "-c", "from console.commands import main; main()", "export"]


def export(settings: Settings) -> Iterator[Row]:
    """A sighting and a verdict of each post, with its page, its capture and its proofs; once, as a person runs it."""
    told = settings.model_dump(mode="json", exclude_defaults=True)
    create_topics(settings)
    with proved(
        settings, os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}
    ) as made:
        _publish(settings)
        made.settle()
        target, folder = settings.data_dir / "export.zip", settings.data_dir / "export"
        began = _cpu()
        took = _exported(made, target)
        cpu = _cpu() - began
        with zipfile.ZipFile(target) as packed:
            packed.extractall(folder)
        checked = _seconds([sys.executable, "-I", "-S", "verify.py"], folder, {})
        size = target.stat().st_size / 1e6
    remark = f"{EXPORTED_POSTS:,} posts with 2 records and a page each; {size:,.0f} MB; {cpu:.0f} s of CPU in all"
    yield Row("l", f"export of {2 * EXPORTED_POSTS:,} records", f"{took:.0f} s", "60 s", remark)
    yield Row("l", "verify.py over it", f"{checked:.1f} s", "", "Python alone, one core")


def _cpu() -> float:
    """Seconds of the commands that have ended, with the processes that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _publish(settings: Settings) -> None:
    publisher, waiting = Publisher(settings), posts(EXPORTED_POSTS, 13)
    while batch := list(islice(waiting, BATCH)):
        publisher.publish_all(POSTS, batch)
    publisher.close()


def _exported(made: Proved, target: Path) -> float:
    return _seconds([*COMMAND, "--to", str(target)], Path.cwd(), made.environment())


def _seconds(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return time.perf_counter() - began
