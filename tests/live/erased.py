"""A whole Lifeguard for live tests of erasure: a post with words that nobody else uses, and people who sign in."""

import os
import random
import string
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from typer.testing import CliRunner

from console.commands import lifeguard
from deploy.local.ready import free_port
from ingest.connection import admin
from ingest.publisher import Publisher
from moderation.policy import SHIPPED
from records.decisions import Decide, Note
from records.ledger.reading import Folder
from records.settings import Settings, settings
from records.topics import ABOUT_POSTS, DECISIONS
from tests.live.kept import records_of
from tests.live.pipeline import SECRET, wait_for
from tests.live.proved import Proved, process, proved
from tests.live.site import Site

PASSPHRASES = {"root": "gulls over a grey harbour", "ann": "seven lanterns by the quay", "ben": "a rope of wet hemp"}
AT_ONCE = {"retention.ms": "1", "segment.ms": "100", "file.delete.delay.ms": "0"}


def word() -> str:
    """One that nothing else in the world has."""
    return "".join(random.SystemRandom().choices(string.ascii_lowercase, k=20))


@dataclass
class Erasable:
    """Everything that runs, and the words that must be gone in the end."""

    proved: Proved
    site: Site
    servers: Path
    without_periods: Path
    words: dict[str, str] = field(default_factory=lambda: {name: word() for name in ("text", "author", "title")})
    began: float = field(default_factory=lambda: time.time() - 1)

    @property
    def event(self) -> dict[str, Any]:
        """What the site says of the post."""
        return {
            "id": "c-1",
            "surface": "blog/fees",
            "page_title": f"About {self.words['title']} and fees",
            "author": {"id": "u-7", "name": f"Dana {self.words['author']}"},
            "text": f"I have never met a {self.words['text']} like yours, and I lost everything.",
            "posted_at": "2026-11-02T09:14:00Z",
        }

    @property
    def post_id(self) -> str:
        """Ours."""
        return "webhook:c-1"

    def document(self) -> dict[str, Any]:
        """Of the post, as it is now."""
        found: dict[str, Any] = self.proved.pipeline.ask("GET", f"/{{posts}}/_doc/{self.post_id}")["_source"]
        return found

    def talked_about(self) -> None:
        """A note and a reply of staff, both of which quote the post."""
        revision, quote = self.document()["revision_id"], f"They say {self.words['text']}, of {self.words['author']}."
        about: dict[str, Any] = {"post_id": self.post_id, "staff_id": "s-eve", "made_at": datetime.now(UTC)}
        bound: dict[str, Any] = {"revision_id": revision, "policy_version": 1, "policy_digest": "0" * 64}
        reply = Decide(
            idempotency_key="r", action="reply", reason="2.1", reply_text=quote, note=quote, **bound, **about
        )
        publisher = Publisher(self.proved.settings)
        publisher.publish_all(DECISIONS, [Note(idempotency_key="n", note=quote, **about), reply])
        publisher.close()

    def opened(self) -> bytes:
        """Everything in the ledger that its keys still open."""
        reader = Folder(self.proved.folder)
        try:
            states = reader.logs()
            found = [content for state in states for content in reader.contents(state.log, 0, state.size)]
            return b"\n".join(content[1] for content in found if content)
        finally:
            reader.close()

    def kafka_lets_go(self) -> None:
        """The retention of every topic about posts passes, and its segments are gone."""
        told = self.proved.settings
        names = [told.named(topic.name) for topic in ABOUT_POSTS]
        with admin(told) as client:
            client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=AT_ONCE) for name in names])

        def gone() -> bool:
            places = [(topic.name, number) for topic in ABOUT_POSTS for number in range(told.partitions)]
            return not any(True for place in places for _ in records_of(told, *place)) and not self._segments(names)

        wait_for(gone, "Kafka still has segments", 90)

    def _segments(self, names: Sequence[str]) -> list[Path]:
        folders = [folder for name in names for folder in (self.servers / "broker" / "topics").glob(f"{name}-*")]
        return [path for folder in folders for path in folder.iterdir() if _is_of_content(path)]

    def rid_of_it(self) -> None:
        """The retaining process has rid the indices of what was erased."""
        wait_for(lambda: _expunged_at(self.proved.settings) > self.began, "the indices keep what was erased", 90)


@contextmanager
def erasable(told: Settings, environment: dict[str, str], servers: Path) -> Iterator[Erasable]:
    """All of it, inside the block."""
    chosen = {"retain_port": free_port(), "retain_seconds": 0.3, "staff_file": told.data_dir / "staff.sqlite"}
    told = Settings(**told.model_dump(exclude_defaults=True) | chosen)
    with ExitStack() as stack:
        started = stack.enter_context(proved(told, environment, names=("webhook", "judge", "fold")))
        stack.enter_context(process(started.settings, "console", "retain"))
        site = Site(started.pipeline.program("webhook").address, SECRET)
        stack.callback(site.close)
        policy = told.data_dir / "policy.toml"
        policy.write_text(_without_periods())
        yield Erasable(started, site, servers, policy)


class Person:
    """Runs commands at a terminal of their own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, told: Settings) -> None:
        self._monkeypatch, self._told = monkeypatch, told

    def says(self, *words: str, typed: str = "", **chosen: object) -> tuple[int, str]:
        """The command with what is typed; its exit code, and all that it said."""
        told = self._told.model_dump(mode="json", exclude_defaults=True) | chosen
        with self._monkeypatch.context() as patched:
            for name in [name for name in os.environ if name.startswith("LIFEGUARD_")]:
                patched.delenv(name)
            for name, value in told.items():
                patched.setenv(f"LIFEGUARD_{name.upper()}", str(value))
            settings.cache_clear()
            try:
                result = CliRunner().invoke(lifeguard(), list(words), input=typed)
            finally:
                settings.cache_clear()
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result.exit_code, " ".join(result.output.split())

    def signed(self, name: str, *words: str, **chosen: object) -> tuple[int, str]:
        """The same as somebody who gives the passphrase."""
        return self.says(*words, "--as", name, typed=f"{PASSPHRASES[name]}\n", **chosen)


def _is_of_content(path: Path) -> bool:
    try:
        return path.suffix == ".deleted" or (path.suffix == ".log" and path.stat().st_size > 0)
    except FileNotFoundError:
        return False


def _expunged_at(told: Settings) -> float:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{told.retain_port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return 0
    return max((float(line.split()[1]) for line in lines if line.startswith("lifeguard_retain_expunged_t")), default=0)


def _without_periods() -> str:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    return "\n".join("years = 0" if line.startswith("years") else line for line in lines)
