"""The witness on a real socket: its paths, its limits, and what a stranger cannot do to it."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from ingest.serving import configuration, listen
from ingest.witness import app
from ingest.witness.server import witness_line
from ingest.witness.witness import Witness
from records.errors import Misconfigured
from records.ledger.notes import parse_note
from records.ledger.witnessing import REQUEST_BYTES_MAX
from records.settings import Settings
from tests.records.ledger.histories import ORIGIN, History

HONEST, FORKED = History(), History("forged", 10)
ADDRESS = ("witness", "127.0.0.1", 0, "LIFEGUARD_WITNESS")


@pytest.fixture
def port(witness: Witness) -> Iterator[int]:
    """The port of a witness that runs in a thread."""
    listening = listen(*ADDRESS)
    server = uvicorn.Server(configuration(app.create_app(witness)))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listening.close()


def asked(port: int, path: str, body: bytes | None = None) -> tuple[int, str, str]:
    """Status, media type and text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET" if body is None else "POST", path, body)
    answer = connection.getresponse()
    found = answer.status, answer.getheader("content-type", ""), answer.read().decode()
    connection.close()
    return found


def shown(port: int, path: str) -> tuple[int, Any]:
    """Status and JSON."""
    status, _, text = asked(port, path)
    return status, json.loads(text)


def test_a_keeper_gets_what_c2sp_promises(port: int) -> None:
    """A cosignature line; the size in its own media type; others in plain text."""
    status, _, line = asked(port, "/add-checkpoint", HONEST.request(0, 12).encode())
    assert (status, line.startswith("\u2014 witness.example/w1 "), line.count("\n")) == (200, True, 1)
    assert asked(port, "/add-checkpoint", HONEST.request(3, 20).encode()) == (409, "text/x.tlog.size", "12\n")
    assert asked(port, "/add-checkpoint", b"hello")[0] == 400
    assert asked(port, "/add-checkpoint", History(origin="x/y").request(0, 1).encode())[0] == 404
    assert asked(port, "/add-checkpoint")[0] == 405
    assert asked(port, "/nothing")[0] == 404


def test_others_read_what_was_cosigned_and_who_it_is(port: int) -> None:
    """The newest note of each log; key, operator, machine and account."""
    for old, size in ((0, 12), (12, 20)):
        asked(port, "/add-checkpoint", HONEST.request(old, size).encode())
    status, (note,) = shown(port, "/checkpoints")
    assert (status, parse_note(note.encode()).text) == (200, HONEST.checkpoint(20).text())
    about = shown(port, "/about")[1]
    assert about.keys() == {"vkey", "name", "operator", "machine", "boot", "account", "refused"}
    assert (about["operator"], about["refused"]) == ("Kim of the auditors", [])


def test_health_is_an_alarm_after_a_fork(port: int) -> None:
    """503 with the log and the reason, in health, metrics and /about."""
    asked(port, "/add-checkpoint", HONEST.request(0, 12).encode())
    assert shown(port, "/healthz") == (200, {"ok": True, "detail": None, "waiting_for": None, "logs": 1, "refused": 0})
    asked(port, "/add-checkpoint", FORKED.request(12, 12).encode())
    status, health = shown(port, "/healthz")
    assert (status, health["ok"], health["refused"]) == (503, False, 1)
    assert ORIGIN in health["detail"]
    assert shown(port, "/about")[1]["refused"][0]["reason"] == "another root was cosigned for 12 entries"
    metrics = asked(port, "/metrics")[2]
    assert "lifeguard_witness_refused 1.0" in metrics
    assert 'lifeguard_witness_answers_total{status="409"} 1.0' in metrics


def test_a_record_that_cannot_be_believed_is_told(port: int, witness: Witness) -> None:
    """Readers of the checkpoints get a sentence, not a list that lacks one."""
    asked(port, "/add-checkpoint", HONEST.request(0, 12).encode())
    witness.folder._file(ORIGIN).write_bytes(b"")
    status, _, text = asked(port, "/checkpoints")
    assert (status, "cannot believe" in text) == (503, True)
    assert asked(port, "/add-checkpoint", HONEST.request(12, 20).encode())[0] == 503
    assert shown(port, "/healthz")[0] == 503
    assert asked(port, "/metrics")[0] == 200


def test_a_body_has_a_limit(port: int) -> None:
    """In bytes, whatever it says that it has."""
    assert asked(port, "/add-checkpoint", b"x" * (REQUEST_BYTES_MAX + 1))[0] == 413


def test_a_body_that_does_not_come_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the others are answered meanwhile."""
    monkeypatch.setattr(app, "BODY_SECONDS_MAX", 0.3)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        slow.sendall(b"POST /add-checkpoint HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nold")
        assert asked(port, "/add-checkpoint", HONEST.request(0, 12).encode())[0] == 200
        assert b"408" in slow.recv(65536)


def test_many_at_once_leave_one_history(port: int, witness: Witness) -> None:
    """Two histories race for the same log: the cosigned one is whole."""
    bodies = [log.request(0, size).encode() for size in range(11, 21) for log in (HONEST, FORKED)]
    statuses: list[int] = []

    def one(body: bytes) -> None:
        statuses.append(asked(port, "/add-checkpoint", body)[0])

    threads = [threading.Thread(target=one, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(200) == 1
    assert len(list(witness.folder.notes())) == 1


def test_a_port_in_use_is_a_sentence() -> None:
    """The second witness says so."""
    who, host, _, setting = ADDRESS
    with (
        listen(*ADDRESS) as taken,
        pytest.raises(Misconfigured, match=r"witness cannot listen.*LIFEGUARD_WITNESS_HOST"),
    ):
        listen(who, host, taken.getsockname()[1], setting)


def test_the_line_for_others_names_key_and_address(tmp_path: Any) -> None:
    """The same key each time; an address that means every interface cannot be given to others."""
    chosen = Settings(witness_dir=tmp_path / "w", witness_name="witness.example/w1")
    line = witness_line(chosen, None)
    assert line == witness_line(chosen, None)
    assert line.startswith("witness.example/w1+")
    assert line.endswith(" http://127.0.0.1:8475")
    assert witness_line(chosen, "https://witness.example").endswith(" https://witness.example")
    with pytest.raises(Misconfigured, match="--url"):
        witness_line(chosen.model_copy(update={"witness_host": "::"}), None)
