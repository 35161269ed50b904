"""Ingest on a real broker: what is published is there, outages and kills lose nothing, a webhook arrives whole."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.cursors import Cursors
from ingest.lag import behind, ends, lag
from ingest.mapping import natural
from ingest.posts import Reading
from ingest.publisher import Publisher
from ingest.reader import Unreadable, read_all
from ingest.receiver.signatures import key_of, new_secret, sign
from ingest.sources.jsonl import JsonLines
from ingest.topics import create_topics, topic_ids
from ingest.worker import Loop
from records.coverage import Coverage
from records.errors import Misconfigured, Unavailable
from records.received import Received
from records.settings import Settings
from records.topics import COVERAGE, DEAD_LETTERS, POSTS, TOPICS

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = pytest.mark.live


@pytest.fixture
def publisher(live_settings: Settings) -> Iterator[Publisher]:
    """A publisher onto topics of its own."""
    create_topics(live_settings)
    found = Publisher(live_settings)
    yield found
    found.close()


def said(number: int) -> Coverage:
    """One record."""
    return Coverage(kind="heartbeat", source="test", detail=str(number), happened_at=datetime.now(UTC))


def written(folder: Path, count: int) -> Path:
    """A file of posts."""
    file = folder / "posts.jsonl"
    file.write_text("".join(json.dumps({"id": f"c-{n}", "text": f"post {n}"}) + "\n" for n in range(count)))
    return file


def test_topics_are_made_once_and_others_refused(live_settings: Settings) -> None:
    """A second setup changes nothing; another number of partitions is refused with a sentence."""
    create_topics(live_settings)
    ids = topic_ids(live_settings)
    create_topics(live_settings)
    assert topic_ids(live_settings) == ids
    assert set(ids) == {topic.name for topic in TOPICS}
    with pytest.raises(Misconfigured, match="partitions"):
        create_topics(live_settings.model_copy(update={"partitions": live_settings.partitions + 1}))


def test_what_is_published_is_where_the_broker_said(live_settings: Settings, publisher: Publisher) -> None:
    """Place and time of the acknowledgement are those that a reader finds."""
    places = publisher.publish_all(COVERAGE, [said(n) for n in range(200)])
    found = [one for one in read_all(live_settings, [COVERAGE]) if isinstance(one, Received)]
    assert {(one.partition, one.offset): one.recorded_at for one in found} == {
        (place.partition, place.offset): place.recorded_at for place in places
    }
    assert ends(live_settings)["coverage"] == 200
    assert behind(lag(live_settings, "nobody", [COVERAGE])) == 200


def test_bytes_that_are_no_record_are_read_as_such(live_settings: Settings, publisher: Publisher) -> None:
    """A reader gets them whole, with the reason, and goes on."""
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=live_settings.kafka_bootstrap)
    producer.send(live_settings.named("coverage"), key=b"test", value=b"\xffnonsense").get(10)
    producer.close()
    publisher.publish(COVERAGE, said(1))
    found = list(read_all(live_settings, [COVERAGE]))
    assert sorted(type(one).__name__ for one in found) == ["Received", "Unreadable"]
    assert [one.value for one in found if isinstance(one, Unreadable)] == [b"\xffnonsense"]


def test_without_a_broker_there_is_a_sentence(live_settings: Settings) -> None:
    """Unavailable, with the address that does not answer."""
    away = Publisher(live_settings.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"}))
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1 does not answer"):
        away.publish(COVERAGE, said(1))


def test_a_broker_that_was_away_loses_nothing(
    servers: "Servers", live_settings: Settings, publisher: Publisher, tmp_path: Path
) -> None:
    """The loop waits the outage out, longer than a delivery may take, and every post is there afterwards."""
    publisher.connect()
    servers.kill("broker")
    file, done = written(tmp_path, 800), []
    import threading

    loop = Loop(JsonLines(Reading("test", natural()), file), publisher, Cursors(live_settings), "test")
    thread = threading.Thread(target=lambda: done.append(loop.run()))
    thread.start()
    time.sleep(20)
    servers.begin("broker")
    thread.join(90)
    assert [progress.posts for progress in done] == [800]
    assert len({one.record.record_id for one in read_all(live_settings, [POSTS])}) == 800


def test_kill_9_in_the_middle_publishes_at_most_one_batch_again(
    live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> None:
    """The next run goes on from the kept place; what came twice has the same record_id."""
    create_topics(live_settings)
    file = written(tmp_path, 20_000)
    command = [sys.executable, "-m", "ingest", "jsonl", str(file), "--source", "test"]
    first = subprocess.Popen(command, env=live_environment)
    _wait(lambda: ends(live_settings, [POSTS])["posts"] > 1000)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    subprocess.run(command, env=live_environment, check=True, timeout=120)
    records = [one.record for one in read_all(live_settings, [POSTS])]
    assert len({record.record_id for record in records}) == 20_000
    assert len(records) <= 20_000 + 500


def test_a_webhook_arrives_whole_and_once(
    live_settings: Settings, live_environment: dict[str, str], tmp_path: Path
) -> None:
    """A signed delivery is on Kafka with its capture intact; three times the same is one fact; a bad one is kept."""
    create_topics(live_settings)
    secret, port = new_secret(), _free_port()
    (tmp_path / "secrets").write_text(secret + "\n")
    more = {"LIFEGUARD_WEBHOOK_SECRETS_FILE": str(tmp_path / "secrets"), "LIFEGUARD_WEBHOOK_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "ingest", "webhook"], env=live_environment | more)
    try:
        _wait(lambda: _status(f"http://127.0.0.1:{port}/healthz") == 200)
        body = '{"id": "c-1", "text": "caf\u00e9 \u202e", "posted_at": "2026-03-02T09:14:00Z"}'.encode()
        assert [_deliver(port, secret, "m1", body) for _ in range(3)] == [202, 200, 200]
        assert _deliver(port, secret, "m2", b"\xff") == 422
    finally:
        process.terminate()
        assert process.wait(30) == 0
    (post,) = [one.record for one in read_all(live_settings, [POSTS])]
    (letter,) = [one.record for one in read_all(live_settings, [DEAD_LETTERS])]
    assert (post.capture.content, post.capture.sha256) == (body, hashlib.sha256(body).hexdigest())
    assert letter.value == b"\xff"
    assert {one.record.kind for one in read_all(live_settings, [COVERAGE])} == {"heartbeat", "refused"}


def _deliver(port: int, secret: str, webhook_id: str, body: bytes) -> int:
    at = str(int(time.time()))
    headers = {"content-type": "application/json", "webhook-id": webhook_id, "webhook-timestamp": at}
    headers["webhook-signature"] = sign(key_of(secret), webhook_id, at, body)
    return _status(urllib.request.Request(f"http://127.0.0.1:{port}/v1/posts", body, headers))


def _status(request: Any) -> int:
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _free_port() -> int:
    from deploy.local.ready import free_port

    return free_port()


def _wait(until: Any, seconds_max: float = 60.0) -> None:
    ends_at = time.monotonic() + seconds_max
    while not until():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.1)
