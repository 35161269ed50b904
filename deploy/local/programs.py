"""Every process of Lifeguard on one machine, in starting order, and the steps before and after them."""

import sys
from collections.abc import Collection
from functools import partial
from pathlib import Path

from deploy.local.ledger_files import has_own_witness
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
    ("enforce", ["ingest", "enforce"], "enforce_port"),
    ("keep", ["ingest", "keep"], "keeper_port"),
    ("retain", ["console", "retain"], "retain_port"),
    ("console", ["console", "serve"], "console_port"),
]
WITNESS = ("witness", ["ingest", "witness"], "witness_port")  # only where nobody else is named as one
VERIFY = ("verify", ["console", "verify", "--continuously"], "verify_port")  # last: it needs what the keeper makes
POLLER = ("poll", ["ingest", "poll"], "poll_metrics_port")  # only where there are sources to ask


def module(name: str, words: list[str], environment: dict[str, str]) -> Command:
    """`python -m WORDS`, from wherever it is called."""
    return Command(name, [sys.executable, "-m", *words], environment, ROOT)


def with_ports(settings: Settings) -> Settings:
    """The settings with a free port wherever any would do: processes must be told of one another's."""
    ports = [setting for _, _, setting in (*WORKERS, WITNESS, POLLER, VERIFY)]
    return settings.model_copy(update={port: getattr(settings, port) or free_port() for port in ports})


def wanted(settings: Settings, data: Path) -> list[tuple[str, list[str], str]]:
    """Those of the processes that these settings ask for."""
    return [
        *WORKERS,
        *([WITNESS] if has_own_witness(settings, data) else []),
        *([POLLER] if settings.sources_file else []),
        VERIFY,
    ]


def workers(
    settings: Settings, data: Path, environment: dict[str, str], names: Collection[str] | None = None
) -> list[Program]:
    """The processes to supervise, or some of them; one sentence if a port is taken."""
    found, settings = [], with_ports(settings)
    for name, words, setting in wanted(settings, data):
        if names is not None and name not in names:
            continue
        port = getattr(settings, setting)
        own = environment | {f"LIFEGUARD_{setting.upper()}": str(port)}
        process = Process(module(name, words, own), data)
        process.end_leftover()
        refuse_taken(port, f"the process {name}", f"LIFEGUARD_{setting.upper()}")
        found.append(Program(process, f"http://127.0.0.1:{port}", partial(port_open, port)))
    return found
