"""`lifeguard verify` beside the work: while posts flow, as a command, and again and again."""

import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from ingest.publisher import Publisher
from ingest.reader import read_all
from records.coverage import Coverage
from records.received import Received
from records.topics import AUDIT, COVERAGE, POSTS
from tests.live import attacked
from tests.live.attacked import altered
from tests.live.generator import history, natural_post
from tests.live.pipeline import wait_for
from tests.live.proved import Proved

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

FLOWING_POSTS = 600


@pytest.fixture(scope="module")
def made(servers: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    """Everything, once for all of these tests."""
    with attacked.made(servers, tmp_path_factory.mktemp("verified")) as everything:
        yield everything


def test_nothing_differs_while_posts_flow(made: Proved) -> None:
    """What is on its way, what is newer than the ledger, and what changes meanwhile are no differences."""
    events, _ = history(FLOWING_POSTS, seed=12, source="flow")
    over = threading.Event()

    def flow() -> None:
        publisher = Publisher(made.settings)
        for start in range(0, len(events), 20):
            publisher.publish_all(POSTS, [natural_post(event, "flow") for event in events[start : start + 20]])
            publisher.publish(COVERAGE, _beat())
            over.wait(0.1)
        publisher.close()

    flowing = threading.Thread(target=flow)
    flowing.start()
    try:
        outcomes = [made.verify() for _ in range(2)]
    finally:
        flowing.join()
    made.settle()
    assert [one.said for outcome in outcomes for one in outcome.named.first] == []
    assert made.verify().ok


def _beat() -> Coverage:
    now = datetime.now(UTC)
    return Coverage(
        kind="heartbeat", source="flow", from_at=now - timedelta(seconds=1), until_at=now, read=1, happened_at=now
    )


def test_the_command_says_what_is_proved_and_leaves_a_record(made: Proved) -> None:
    """Exit code 0, the window, and that witnesses on the same machine protect nobody."""
    done = _run(made, "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing differs" in done.stdout
    assert "what is newer than the last cosigned checkpoint: at the moment" in done.stdout
    assert "no protection against an administrator" in done.stdout
    assert any(record.kind == "verified" and "nothing differs" in record.detail for record in _audits(made))
    with altered(made, "posts", "gen:gen-12", lambda document: document.update(text="nicer")):
        done = _run(made, "verify", "--json")
    assert done.returncode == 1
    assert orjson.loads(done.stdout)["differences"][0]["where"] == "gen:gen-12"


def _run(made: Proved, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "console", *words]
    return subprocess.run(command, env=made.environment(), capture_output=True, text=True, check=False, timeout=300)


def _audits(made: Proved) -> list[Any]:
    return [one.record for one in read_all(made.settings, [AUDIT]) if isinstance(one, Received)]


def test_what_is_planted_is_named_within_a_cycle(made: Proved) -> None:
    """By a process that looks at everything again and again, and waits for a keeper that is away."""
    environment = made.environment() | {"LIFEGUARD_VERIFY_SECONDS": "1", "LIFEGUARD_LOG_FORMAT": "json"}
    command = [sys.executable, "-m", "console", "verify", "--continuously"]
    with (made.settings.data_dir / "verify.log").open("ab") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(lambda: _health(made).get("last_cycle_at") is not None, "no cycle has ended")
            assert _health(made)["ok"], _health(made)
            with altered(made, "posts", "gen:gen-13", lambda document: document.update(text="nicer")):
                wait_for(lambda: bool(_health(made)["differences"]), "nothing was found", 60)
                assert _health(made)["differences"][0]["where"] == "gen:gen-13"
                wait_for(lambda: any("gen:gen-13" in (one.detail or "") for one in _audits(made)), "no record of it")
            wait_for(lambda: _health(made)["ok"], "it is not well again after it was put right")
            made.keeper.kill()
            wait_for(lambda: "keeper" in (_health(made)["waiting_for"] or ""), "it does not say whom it waits for")
            made.keeper.start()
            wait_for(lambda: _health(made)["ok"], "it does not go on")
        finally:
            child.terminate()
            assert child.wait(30) == 0


def _health(made: Proved) -> dict[str, Any]:
    address = f"http://127.0.0.1:{made.settings.verify_port}/healthz"
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return dict(orjson.loads(answer.read()))
    except urllib.error.HTTPError as error:
        with error:
            return dict(orjson.loads(error.read()))
    except OSError:
        return {"waiting_for": None, "differences": [], "ok": False}
