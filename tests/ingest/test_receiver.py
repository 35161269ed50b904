"""The receiver: what it takes, what it refuses and how it says so, and that nothing makes its memory grow."""

import asyncio
import hashlib
import json
import time
from typing import Any

import httpx
import pytest

from ingest.receiver.app import create_app
from ingest.receiver.coverage import Counts
from ingest.receiver.limits import BODY_BYTES_MAX, Gate
from ingest.receiver.receiving import Receiver
from ingest.receiver.signatures import key_of, new_secret, sign
from tests.ingest.conftest import SECRET, FakePublisher

POST = b'{"id": "c-1", "text": "Does the fee change?", "posted_at": "2026-03-02T09:14:00Z"}'


def signed(body: bytes, webhook_id: str = "msg_1", secret: str = SECRET, **more: str) -> dict[str, str]:
    """Headers as a sender makes them."""
    at = str(int(time.time()))
    said = {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": at,
        "webhook-signature": sign(key_of(secret), webhook_id, at, body),
    }
    return said | {name.replace("_", "-"): value for name, value in more.items()}


async def deliver(
    client: httpx.AsyncClient, body: bytes = POST, headers: dict[str, str] | None = None
) -> httpx.Response:
    """One delivery."""
    return await client.post("/v1/posts", content=body, headers=headers or signed(body))


def check_problem(answer: httpx.Response, status: int, saying: str = "") -> None:
    """The answer is a problem of this status that says so."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == status
    assert saying in said["detail"]


async def test_a_signed_post_is_taken(client: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """202 with the ids and the place, and a capture whose digest is that of the body."""
    answer = await deliver(client)
    (post,) = publisher.of("posts")
    assert answer.status_code == 202
    assert answer.json() == {"post_id": "test:c-1", "record_id": post.record_id, "place": "posts-0-0"}
    assert post.capture.content == POST
    assert post.capture.whole_sha256 == hashlib.sha256(POST).hexdigest()
    assert post.capture.http.headers["webhook-id"] == "msg_1"


async def test_the_same_delivery_again_makes_no_second_fact(
    client: httpx.AsyncClient, publisher: FakePublisher
) -> None:
    """A replayed id is answered 200 with the same answer, also when it comes while the first is under way."""
    answers = await asyncio.gather(*[deliver(client) for _ in range(3)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 202]
    assert len({answer.content for answer in answers}) == 1
    assert len(publisher.sent) == 1


async def test_a_used_id_with_another_body_is_refused(client: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """It is not silently swallowed: the sender must give it an id of its own."""
    await deliver(client)
    other = b'{"id": "c-2", "text": "t"}'
    check_problem(await deliver(client, other, signed(other)), 409)
    assert len(publisher.sent) == 1


async def test_wrong_signatures_are_refused(client: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """Another secret, another body, an old timestamp: 401; incomplete headers: 400."""
    check_problem(await deliver(client, POST, signed(POST, secret=new_secret())), 401, "matches")
    check_problem(await deliver(client, POST + b" ", signed(POST)), 401)
    check_problem(await deliver(client, POST, signed(POST, webhook_timestamp="1614265330")), 401, "clock")
    check_problem(await deliver(client, POST, {"content-type": "application/json"}), 400, "webhook-id")
    assert not publisher.sent


@pytest.mark.parametrize(
    ("body", "saying"),
    [
        (b"\xff", "is not UTF-8"),
        (b"{", "is not JSON"),
        (b'{"id": 1, "id": 2}', "given twice"),
        (b"[" * 50 + b"]" * 50, "nested deeper"),
        (b"[]", "is not a JSON object"),
        (b'{"text": "t"}', "id: is missing"),
        (b'{"id": 1, "text": "t", "posted_at": "0000-01-01T00:00:00Z"}', "posted_at"),
    ],
)
async def test_a_signed_body_that_is_no_post_is_kept(
    client: httpx.AsyncClient, publisher: FakePublisher, body: bytes, saying: str
) -> None:
    """422 names what is wrong, the bytes are kept as a dead letter, and a repetition keeps them once."""
    for _ in range(2):
        check_problem(await deliver(client, body), 422, saying)
    (letter,) = publisher.of("dead-letters")
    assert (letter.value, letter.origin) == (body, "source:test")


async def test_a_large_body_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    """10 MB are refused by their announced length, and by their stream where none is announced."""
    large = b"x" * 10_000_000
    check_problem(await deliver(client, large), 413, str(BODY_BYTES_MAX))
    read = 0

    async def stream() -> Any:
        nonlocal read
        for _ in range(100):
            read += 100_000
            yield b"x" * 100_000

    answer = await client.post("/v1/posts", content=stream(), headers=signed(large))
    check_problem(answer, 413)
    assert read <= BODY_BYTES_MAX + 200_000


@pytest.mark.parametrize(
    "changes",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/json; charset=latin-1"},
        {"content_encoding": "gzip"},
    ],
)
async def test_other_types_are_refused(client: httpx.AsyncClient, changes: dict[str, str]) -> None:
    """Only plain JSON is read; nothing is unpacked."""
    check_problem(await deliver(client, POST, signed(POST, **changes)), 415)


async def test_without_the_broker_the_answer_is_503(client: httpx.AsyncClient, publisher: FakePublisher) -> None:
    """The sender is told when to come back, and the same delivery is taken then."""
    publisher.failures = 1
    answer = await deliver(client)
    check_problem(answer, 503, "broker")
    assert int(answer.headers["retry-after"]) > 0
    assert (await deliver(client)).status_code == 202
    publisher.connected = False
    check_problem(await deliver(client, POST, signed(POST, "msg_2")), 503)
    check_problem(await client.get("/healthz"), 503)


async def test_no_more_is_in_flight_than_there_is_room_for(receiver: Receiver, client: httpx.AsyncClient) -> None:
    """Above the limits in posts or in bytes the answer is 503 at once, and the room is given back."""
    receiver.gate = Gate(posts_max=0)
    check_problem(await deliver(client), 503, "Retry-After")
    receiver.gate = Gate(bytes_max=len(POST) - 1)
    check_problem(await deliver(client), 503)
    receiver.gate = Gate(posts_max=1, bytes_max=len(POST))
    assert [(await deliver(client, POST, signed(POST, f"m{n}"))).status_code for n in range(3)] == [202] * 3
    assert (receiver.gate.posts, receiver.gate.bytes) == (0, 0)


async def test_refusals_and_posts_are_on_record(receiver: Receiver, publisher: FakePublisher) -> None:
    """Coverage says how many were taken and why others were not; after an outage nothing of it is missing."""
    receiver.watch.took()
    receiver.watch.refused("413 size")
    publisher.failures = 2
    await receiver.watch.say()
    receiver.watch.refused("413 size")
    await receiver.watch.say()
    heartbeat, refused = publisher.of("coverage")
    assert (heartbeat.kind, heartbeat.read, heartbeat.kept) == ("heartbeat", 3, 1)
    assert (refused.kind, refused.detail, refused.read) == ("refused", "413 size", 2)


async def test_time_away_is_on_record(receiver: Receiver, publisher: FakePublisher, cursors: Any) -> None:
    """A receiver that starts again says that there was a gap since its last sign of life."""
    await receiver.watch.say()
    await Counts("test", publisher, cursors).say()
    assert [said.kind for said in publisher.of("coverage")] == ["heartbeat", "gap", "heartbeat"]


async def test_other_paths_and_methods_are_problems_too(client: httpx.AsyncClient) -> None:
    """Whatever is asked, the answer has one shape."""
    check_problem(await client.get("/"), 404)
    check_problem(await client.get("/v1/posts"), 405)


async def test_metrics_and_description_are_served(receiver: Receiver, client: httpx.AsyncClient) -> None:
    """Prometheus finds counters, and whoever writes a sender finds the description."""
    await deliver(client)
    assert b'lifeguard_webhook_answers_total{status="202"} 1.0' in (await client.get("/metrics")).content
    described = json.loads((await client.get("/openapi.json")).content)
    assert set(described["paths"]["/v1/posts"]["post"]["responses"]) >= {"200", "202", "401", "413", "422", "503"}


async def test_the_application_connects_and_says_goodbye(receiver: Receiver, publisher: FakePublisher) -> None:
    """It says at once that it is there; when it stops it says what it has counted since."""
    publisher.connected = True
    app = create_app(receiver)
    async with app.router.lifespan_context(app):
        receiver.watch.took()
    first, last = publisher.of("coverage")
    assert (first.kind, last.kind) == ("heartbeat", "heartbeat")
    assert (first.until_at, first.kept + last.kept) == (last.from_at, 1)
