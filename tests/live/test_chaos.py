"""kill -9 of every process in turn, while posts flow through file and webhook: nothing is lost, nothing is double."""

import itertools
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from deploy.local.servers import Servers
from records.settings import Settings
from tests.live.generator import Manifest, history, write_lines
from tests.live.pipeline import SECRET, Pipeline, wait_for
from tests.live.site import Site
from tests.live.truth import check

FILE_SHARE = 0.8
STARTS_MAX = 50
EACH = ("judge", "fold", "webhook", "broker", "node", "importer")
STOPPED_IN_ORDER = ("judge", "fold")  # a worker that is asked to stop must not acknowledge what it has not done


class Importer:
    """`python -m ingest jsonl`, started again until it says that the file is read."""

    def __init__(self, file: Path, environment: dict[str, str]) -> None:
        self._command = [sys.executable, "-m", "ingest", "jsonl", str(file), "--source", "chaos"]
        self._environment = environment
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._until_done, daemon=True)
        self.done = threading.Event()
        self._thread.start()

    def kill(self) -> None:
        """Kill -9; the loop starts it again."""
        if self._child:
            self._child.kill()

    def _until_done(self) -> None:
        for _ in range(STARTS_MAX):
            with subprocess.Popen(self._command, env=self._environment, stdout=subprocess.DEVNULL) as self._child:
                if self._child.wait() == 0:
                    self.done.set()
                    return


@pytest.mark.live
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("posts", "rounds"), [(1_500, 1), pytest.param(30_000, 5, marks=pytest.mark.chaos)])
def test_kills_lose_and_double_nothing(
    servers: Servers,
    live_settings: Settings,
    live_environment: dict[str, str],
    tmp_path: Path,
    posts: int,
    rounds: int,
) -> None:
    """Six kill -9 and two SIGTERM a round, every process in turn, while posts flow; the manifest is the truth."""
    by_file, truth = history(int(posts * FILE_SHARE), seed=1, source="chaos")
    by_webhook, told = history(posts - int(posts * FILE_SHARE), seed=2, source="webhook")
    victims = [*((name, False) for name in EACH), *((name, True) for name in STOPPED_IN_ORDER)] * rounds
    with Pipeline(live_settings, live_environment) as pipeline:
        importer = Importer(write_lines(by_file, tmp_path / "posts.jsonl"), pipeline.environment)
        telling = _tell_in_background(pipeline, by_webhook)
        steps = itertools.count(posts // 10, int(posts * 0.7 / len(victims)))
        for (victim, in_order), posts_before in zip(victims, steps, strict=False):
            _wait_for_posts(pipeline, posts_before)
            if in_order:
                pipeline.program(victim).process.ask_to_stop()
            else:
                _kill(victim, servers, pipeline, importer)
        wait_for(importer.done.is_set, "the file is not read", 300)
        telling.join(300)
        assert not telling.is_alive(), "the site is still waiting for an answer"
        pipeline.settle(300)
        check(pipeline, _both(truth, told))


def _tell_in_background(pipeline: Pipeline, events: list[dict[str, Any]]) -> threading.Thread:
    site = Site(pipeline.program("webhook").address, SECRET)

    def tell() -> None:
        for event in events:
            site.insist(event)
        site.close()

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    return thread


def _wait_for_posts(pipeline: Pipeline, at_least: int) -> None:
    wait_for(lambda: pipeline.ask("GET", "/{posts}/_count")["count"] >= at_least, f"not {at_least} posts are there")


def _kill(victim: str, servers: Servers, pipeline: Pipeline, importer: Importer) -> None:
    if victim == "importer":
        importer.kill()
    elif victim in ("broker", "node"):
        servers.kill(victim)
        servers.begin(victim)
    else:
        pipeline.kill(victim)


def _both(one: Manifest, other: Manifest) -> Manifest:
    return Manifest(
        one.posts | other.posts,
        one.revisions | other.revisions,
        one.facts | other.facts,
        one.removed | other.removed,
    )
