"""Every process of Lifeguard on one machine, in starting order, and the steps before and after them."""

import sys
from functools import partial
from pathlib import Path

from deploy.local.process import Command, Process
from deploy.local.ready import free_port, port_open, refuse_taken
from deploy.local.supervisor import Program
from records.settings import Settings

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).with_name("sample") / "posts.jsonl"

SETUP = [
    ("topics", ["ingest", "setup"]),
    ("indices", ["search", "setup"]),
]
FEED = ["ingest", "jsonl", str(SAMPLE), "--source", "sample"]
WORKERS = [
    # name, words after `python -m`, the setting that says on which port it listens
    ("webhook", ["ingest", "webhook"], "webhook_port"),
    ("judge", ["stream", "judge"], "judge_metrics_port"),
    ("fold", ["stream", "fold"], "fold_metrics_port"),
]
POLLER = ("poll", ["ingest", "poll"], "poll_metrics_port")  # only where there are sources to ask


def module(name: str, words: list[str], environment: dict[str, str]) -> Command:
    """`python -m WORDS`, from wherever it is called."""
    return Command(name, [sys.executable, "-m", *words], environment, ROOT)


def workers(settings: Settings, data: Path, environment: dict[str, str]) -> list[Program]:
    """The processes to supervise; one sentence if a port is taken."""
    found = []
    for name, words, setting in [*WORKERS, *([POLLER] if settings.sources_file else [])]:
        port = getattr(settings, setting) or free_port()
        own = environment | {f"LIFEGUARD_{setting.upper()}": str(port)}
        process = Process(module(name, words, own), data)
        process.end_leftover()
        refuse_taken(port, f"the process {name}", f"LIFEGUARD_{setting.upper()}")
        found.append(Program(process, f"http://127.0.0.1:{port}", partial(port_open, port)))
    return found
