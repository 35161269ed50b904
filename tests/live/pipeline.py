"""The whole of Lifeguard for a live test: every process under the product's own supervisor, on servers of the tests."""

import asyncio
import http.client
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from deploy.local.programs import workers
from deploy.local.supervisor import Program, Supervisor
from ingest.lag import lag
from ingest.topics import create_topics
from records.errors import Unavailable
from records.settings import Settings
from records.topics import COVERAGE, DECISIONS, ORDERS, OUTCOMES, POSTS, VERDICTS, Topic
from search.client import Search
from search.indices import setup
from search.wanting import due

POLL_SECONDS = 0.2
SOON = timedelta(seconds=5)
WAIT_SECONDS_MAX = 120.0
READS: dict[str, tuple[Topic, ...]] = {
    "judge": (POSTS,),
    "fold": (POSTS, VERDICTS, DECISIONS, ORDERS, OUTCOMES, COVERAGE),
}
SECRET = "whsec_bGlmZWd1YXJkLXRlc3RzLWJsYWNrLXNlYS1zd2ltbWVy"


class Pipeline(AbstractContextManager["Pipeline"]):
    """Receiver, judge and fold, started, watched and restarted as `make run` does it."""

    def __init__(
        self,
        settings: Settings,
        environment: dict[str, str],
        *,
        scorer: str = "constant",
        names: tuple[str, ...] = ("webhook", "judge", "fold"),
    ) -> None:
        self.settings = settings
        secrets = _secrets_file(settings.data_dir)
        self.environment = environment | {
            "LIFEGUARD_SCORER": scorer,
            "LIFEGUARD_LOG_FORMAT": "json",
            "LIFEGUARD_WEBHOOK_SECRETS_FILE": str(secrets),
        }
        self._names = names
        self._stop = threading.Event()
        self.supervisor = Supervisor(settings.data_dir, self._stop)
        self._programs = workers(settings, settings.data_dir, self.environment, names)
        self._watch = threading.Thread(target=self.supervisor.watch, name="watch", daemon=True)

    def __enter__(self) -> Self:
        create_topics(self.settings)
        _run(_make_indices(self.settings))
        try:
            self.supervisor.start(self._programs)
            wait_for(self._receives, "the receiver has not reached the broker")
        except BaseException:
            self.supervisor.stop_all()
            raise
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watch.join()
        self.supervisor.stop_all()

    def _receives(self) -> bool:
        for program in self._programs:
            if program.name == "webhook":
                connection = http.client.HTTPConnection(urlsplit(program.address).netloc, timeout=5)
                connection.request("GET", "/healthz")
                status = connection.getresponse().status
                connection.close()
                return status == http.HTTPStatus.OK
        return True

    def program(self, name: str) -> Program:
        """One of the processes."""
        return next(program for program in self._programs if program.name == name)

    def kill(self, name: str) -> None:
        """Kill -9; the supervisor restarts it."""
        self.program(name).process.kill()

    def log(self, name: str) -> str:
        """What a process has said so far."""
        return self.program(name).process.log_file.read_text(encoding="utf-8", errors="replace")

    def lag(self) -> int:
        """How many records those that run have still to work on, as the broker counts them."""
        return sum(
            end - committed
            for group, topics in READS.items()
            if group in self._names
            for partitions in lag(self.settings, group, topics).values()
            for committed, end in partitions.values()
        )

    def settle(self, seconds_max: float = WAIT_SECONDS_MAX) -> None:
        """Waits until nothing is left to work on, no order is about to leave, and the index shows it."""
        wait_for(lambda: self.lag() == 0 and not self.wants(), "something is left to do", seconds_max)
        _run(_refresh(self.settings))

    def wants(self) -> int:
        """How many posts want something of their site that leaves now, or within seconds."""
        return int(_run(_wanting(self.settings))) if "fold" in self._names else 0

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One question to Elasticsearch, through the product's own door; `{posts}` and so on are the aliases."""
        return _run(_ask(self.settings, method, path, body))


def wait_for(condition: Callable[[], bool], sentence: str, seconds_max: float = WAIT_SECONDS_MAX) -> None:
    """Waits for a condition; a server that is away makes it false."""
    until = time.monotonic() + seconds_max
    while not _true(condition):
        assert time.monotonic() < until, f"after {seconds_max} s {sentence}"
        time.sleep(POLL_SECONDS)


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a test that drives a browser has a loop running already."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, coroutine).result()


def _true(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except Unavailable:
        return False


def _secrets_file(data: Path) -> Path:
    data.mkdir(parents=True, exist_ok=True)
    path = data / "webhook.secrets"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


async def _make_indices(settings: Settings) -> None:
    async with Search(settings) as search:
        await setup(search)


async def _refresh(settings: Settings) -> None:
    async with Search(settings) as search:
        await search.ask("POST", f"/{search.posts},{search.history},{search.coverage}/_refresh")


async def _wanting(settings: Settings) -> int:
    async with Search(settings) as search:
        await search.ask("POST", f"/{search.posts}/_refresh")
        return len(await due(search, datetime.now(UTC) + SOON, 1_000))


async def _ask(settings: Settings, method: str, path: str, body: dict[str, Any] | None) -> Any:
    async with Search(settings) as search:
        return await search.ask(
            method, path.format(posts=search.posts, history=search.history, coverage=search.coverage), body
        )
