"""The receiver's server on a real socket: what it describes is what it does, and bad senders cannot hold it up."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from ingest.receiver import protocol
from ingest.receiver.app import create_app
from ingest.receiver.receiving import Receiver
from ingest.receiver.server import served
from ingest.receiver.signatures import key_of, sign
from ingest.serving import listen
from records.errors import Misconfigured
from tests.ingest.conftest import SECRET

CASES_MAX = 60
ADDRESS = ("receiver", "127.0.0.1", 0, "LIFEGUARD_WEBHOOK")


@pytest.fixture
def port(receiver: Receiver) -> Iterator[int]:
    """The port of a receiver that runs in a thread."""
    listening = listen(*ADDRESS)
    server = uvicorn.Server(served(receiver))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listening.close()


def body_of(case: Any) -> bytes:
    """The bytes that a generated request sends."""
    said = case.as_transport_kwargs()
    body = json.dumps(said["json"]) if "json" in said else said.get("data", b"")
    return body.encode() if isinstance(body, str) else body


def sign_case(case: Any, body: bytes) -> None:
    """Gives a generated request the signature that its body needs, unless its headers are what is wrong with it."""
    headers = case.meta.components.get(ParameterLocation.HEADER)
    if headers is not None and headers.mode is GenerationMode.NEGATIVE:
        return
    at, webhook_id = str(int(time.time())), f"msg_{time.monotonic_ns()}"
    signature = sign(key_of(SECRET), webhook_id, at, body)
    case.headers.update({"webhook-id": webhook_id, "webhook-timestamp": at, "webhook-signature": signature})


def test_what_it_describes_is_what_it_does(port: int, receiver: Receiver) -> None:
    """Generated requests, right and wrong, get only answers that the OpenAPI description promises."""
    described = schemathesis.openapi.from_dict(create_app(receiver).openapi())
    described.config.update(base_url=f"http://127.0.0.1:{port}")
    statuses: set[int] = set()

    for operation in (found.ok() for found in described.get_all_operations()):
        strategy = operation.as_strategy()

        @settings(max_examples=CASES_MAX, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=strategy)
        def ask(case: Any) -> None:
            sent = {}
            if case.path == "/v1/posts":
                sent["data"] = body_of(case)
                sign_case(case, sent["data"])
            answer = case.call(**sent)
            statuses.add(answer.status_code)
            case.validate_response(answer)

        ask()
    assert {200, 202} <= statuses


def talk(port: int, content: bytes, seconds: float = 5.0) -> bytes:
    """Sends bytes and reads until the other side closes, or time is up."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.settimeout(seconds)
        try:
            connection.sendall(content)
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except (TimeoutError, ConnectionError):
            return b""


def test_a_head_without_an_end_is_cut_off(port: int) -> None:
    """A header that never ends does not fill the memory."""
    answer = talk(port, b"POST /v1/posts HTTP/1.1\r\nx-long: " + b"x" * 400_000)
    assert answer == b"" or b"431" in answer


def test_a_head_that_does_not_come_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that says nothing, or only half of a head, is closed after a while."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 0.3)
    began_at = time.monotonic()
    assert talk(port, b"") == b""
    assert talk(port, b"POST /v1/posts HTTP/1.1\r\nhost: x\r\n") == b""
    assert time.monotonic() - began_at < 4


def test_a_body_that_does_not_come_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that stops half way is answered 408."""
    monkeypatch.setattr("ingest.receiver.body.BODY_SECONDS_MAX", 0.3)
    head = (
        b"POST /v1/posts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n"
        b"webhook-id: a\r\nwebhook-timestamp: 1\r\nwebhook-signature: v1,x\r\n\r\n{"
    )
    assert b"408" in talk(port, head)


def test_one_connection_serves_many_requests(port: int) -> None:
    """Connections are kept alive, and every request has the limits of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for number in range(50):
        body = json.dumps({"id": number, "text": "t" * 20_000}).encode()
        at = str(int(time.time()))
        headers = {"content-type": "application/json", "webhook-id": f"m{number}", "webhook-timestamp": at}
        headers["webhook-signature"] = sign(key_of(SECRET), f"m{number}", at, body)
        connection.request("POST", "/v1/posts", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 202
    connection.close()


def test_a_port_in_use_is_a_sentence() -> None:
    """Two receivers on one port: the second says so."""
    who, host, _, setting = ADDRESS
    with listen(*ADDRESS) as taken, pytest.raises(Misconfigured, match=r"cannot listen.*LIFEGUARD_WEBHOOK_HOST"):
        listen(who, host, taken.getsockname()[1], setting)
