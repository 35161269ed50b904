"""A keeper for a live test, as a process of its own; and whether every entry is Kafka's record at its offset."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from typer.testing import CliRunner

from console.commands import lifeguard
from deploy.local.ready import free_port
from ingest.connection import client_options
from ingest.lag import ends
from records.ledger import tree
from records.ledger.entries import parse_leaf
from records.ledger.erased import CONTENT
from records.ledger.reading import Folder, Reader
from records.settings import Settings, settings
from tests.live.pipeline import wait_for

TOKEN = "the-sea-is-calm-today"
Fill = Callable[..., None]
"""The fixture `fill`."""


class KeeperProcess:
    """`python -m ingest keep`, started again as often as a test wants."""

    def __init__(self, settings: Settings, **chosen: object) -> None:
        token = settings.data_dir / "token"
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        token.write_text(TOKEN)
        token.chmod(0o600)
        port = free_port()
        told: dict[str, Any] = {
            "keeper_port": port,
            "ledger_url": f"http://127.0.0.1:{port}",
            "ledger_token_file": token,
            "checkpoint_seconds": 0.2,
            "log_format": "json",
        }
        self.settings = Settings(**settings.model_dump(exclude_defaults=True) | told | chosen)
        self.folder = self.settings.ledger_dir or self.settings.data_dir / "ledger"
        self.log_file = settings.data_dir / "keeper.log"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        """Starts it, and waits until it answers."""
        told = self.settings.model_dump(mode="json", exclude_defaults=True)
        environment = os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in told.items()}
        with self.log_file.open("ab") as log:
            command = [sys.executable, "-m", "ingest", "keep", *words]
            self._child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """Kill -9."""
        if self._child:
            self._child.kill()
            self._child.wait()

    def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        if self._child is None:
            return 0
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(30)

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._child.poll() if self._child else None

    def log(self) -> str:
        """What it has said."""
        return self.log_file.read_text(encoding="utf-8")

    def ask(self, path: str) -> Any:
        """One of its pages of JSON, whatever its status; None while it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.settings.ledger_url}{path}", timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)
        except OSError:
            return None

    def health(self) -> dict[str, Any]:
        """How it stands; empty while it does not answer."""
        return self.ask("/healthz") or {}

    def sizes(self) -> dict[str, int]:
        """Signed entries by topic, of the logs that have not ended."""
        found: dict[str, int] = {}
        for log in self.ask("/logs") or []:
            if log["ended"] is None:
                found[log["topic"]] = found.get(log["topic"], 0) + log["size"]
        return found

    def settle(self, seconds_max: float = 60) -> None:
        """Waits until everything that Kafka has is signed."""

        def settled() -> bool:
            wanted = {topic: end for topic, end in ends(self.settings).items() if end}
            return self.sizes() == wanted

        wait_for(settled, f"not everything is kept: {self.log()[-3000:]}", seconds_max)


def stopped(keeper: KeeperProcess) -> list[dict[str, Any]]:
    """What its health says of stopped partitions."""
    found: list[dict[str, Any]] = keeper.health().get("stopped", [])
    return found


def run_command(monkeypatch: pytest.MonkeyPatch, keeper: KeeperProcess, *words: str, typed: str = "") -> Any:
    """`lifeguard` as a person runs it beside the keeper."""
    for name, value in keeper.settings.model_dump(mode="json", exclude_defaults=True).items():
        monkeypatch.setenv(f"LIFEGUARD_{name.upper()}", str(value))
    settings.cache_clear()
    try:
        return CliRunner().invoke(lifeguard(), list(words), input=typed)
    finally:
        settings.cache_clear()


@contextmanager
def keeping(settings: Settings, **chosen: object) -> Iterator[KeeperProcess]:
    """A keeper that runs inside the block."""
    keeper = KeeperProcess(settings, **chosen)
    keeper.start()
    try:
        wait_for(lambda: bool(keeper.health()), f"the keeper does not answer: {keeper.log()[-3000:]}", 60)
        yield keeper
    finally:
        keeper.kill()


def check_every_entry(settings: Settings, folder: Path, erased: Collection[bytes] = ()) -> int:
    """Entry i of every log that goes on is Kafka's record i: header, content and commitment; how many there are.

    Every one stands under its checkpoint; of posts that are erased nobody can open posts and verdicts.
    """
    reader = Folder(folder)
    try:
        checked = 0
        for state in reader.logs():
            if state.checkpoint.ended is None:
                records = list(records_of(settings, state.log.topic, state.log.partition))
                assert len(records) == state.size, state.log.path
                _check(reader, state, records, erased if state.log.topic in CONTENT else ())
                checked += state.size
        return checked
    finally:
        reader.close()


def _check(reader: Reader, state: Any, records: Sequence[Any], erased: Collection[bytes]) -> None:
    leaves = reader.leaves(state.log, 0, state.size)
    contents = reader.contents(state.log, 0, state.size)
    growing = tree.Growing()
    for number, (leaf, content, record) in enumerate(zip(leaves, contents, records, strict=True)):
        growing.append(tree.leaf_hash(leaf))
        entry = parse_leaf(state.log, leaf)
        assert entry.offset == record.offset == number
        assert (entry.append_ms, entry.key, entry.value_size) == (record.timestamp, record.key, len(record.value))
        if record.key in erased:
            assert content is None
        elif state.log.topic in CONTENT or content is not None:
            assert content is not None
            assert content[1] == record.value
    assert growing.root() == state.checkpoint.root


def records_of(settings: Settings, topic: str, partition: int) -> Iterator[Any]:
    """What Kafka has of a partition."""
    place = TopicPartition(settings.named(topic), partition)
    consumer = KafkaConsumer(**client_options(settings), enable_auto_commit=False, fetch_max_wait_ms=50)
    try:
        consumer.assign([place])
        begin, end = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
        consumer.seek(place, begin)
        while consumer.position(place) < end:
            for found in consumer.poll(timeout_ms=1000, max_records=5000).values():
                yield from found
    finally:
        consumer.close(autocommit=False)
