"""What `status` says of the ledger: whether it is kept, and whether anybody could contradict its administrator."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from console import ledger_state
from console.commands.status import _ledger
from console.terminal import screen
from records.ledger.notes import COSIGNATURE, Signer
from records.settings import Settings

KEY = Signer.made().verifier("witness.example/w1", COSIGNATURE).vkey
HERE = {"machine": "a" * 64, "boot": "b" * 64, "account": "997:lifeguard-keeper"}
ELSEWHERE = {"machine": "c" * 64, "boot": "d" * 64, "account": "996:lifeguard-witness"}
KEEPER = {"ok": True, "detail": None, "waiting_for": None, "entries": 1234, "logs": 34, "stopped": []}
ABOUT = {"vkey": KEY, "name": "witness.example/w1", "operator": "Kim of the auditors", "refused": []}
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A process that answers so: `serve(healthz=(200, {...}), about=(200, {...}))`; gives its address."""
    servers = []

    def begin(**pages: tuple[int, Any]) -> str:
        class Pages(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = pages[self.path.strip("/")]
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def seen(tmp_path: Path, keeper: str, *witnesses: str) -> dict[str, Any]:
    """What is found with such settings."""
    file = tmp_path / "witnesses"
    file.write_text("".join(f"{line}\n" for line in witnesses), encoding="utf-8")
    return ledger_state.look(Settings(ledger_url=keeper, witnesses_file=file))


def shown(found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    """What a person sees of it, in one line."""
    screen().print(_ledger(found))
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("where", "protects", "why"),
    [
        (ELSEWHERE, True, "protects as long as its administrator is another person"),
        (HERE, False, "no protection against an administrator: it runs on the machine of the keeper, under the same"),
        (HERE | {"account": "1:x"}, False, "no protection against an administrator: it runs on the machine"),
        (ELSEWHERE | {"boot": HERE["boot"]}, False, "no protection against an administrator: it runs on the machine"),
        (ELSEWHERE | {"account": HERE["account"]}, False, "no protection against an administrator: it runs under the"),
        (
            {"machine": "", "boot": "", "account": ""},
            False,
            "no protection against an administrator: it cannot be told",
        ),
        ({}, False, "no protection against an administrator: it cannot be told"),
    ],
)
def test_whether_a_witness_protects(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: dict[str, str], protects: bool, why: str
) -> None:
    """Another machine and another account; whatever is unknown is no protection."""
    keeper = serve(healthz=(200, KEEPER | HERE | {"uncosigned_seconds": 1.5}))
    witness = serve(healthz=(200, {"ok": True, "detail": None}), about=(200, ABOUT | where))
    found = seen(tmp_path, keeper, f"{KEY} {witness}")
    assert (found["ok"], found["witnesses"][0]["protects"]) == (True, protects)
    said = shown(found, capsys)
    assert why in said
    assert "run by Kim of the auditors" in said
    assert "1,234 entries in 34 logs everything is cosigned by at least one witness" in said
    assert ("by at least one witness, and no witness is known to protect" in said) != protects


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (ELSEWHERE, "not everything is cosigned by witness.example/w1: the oldest entry that is not came 4 hours ago"),
        (HERE, "everything is cosigned by local.test, and no witness is known to protect"),
    ],
)
def test_what_counts_is_what_a_witness_has_cosigned_that_protects(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str], machine: dict[str, str], words: str
) -> None:
    """One beside the keeper that is up to date hides no other that is hours behind."""
    local = Signer.made().verifier("local.test", COSIGNATURE).vkey
    behind = [
        {"name": "local.test", "problem": None, "uncosigned_seconds": 0.5},
        {"name": "witness.example/w1", "problem": None, "uncosigned_seconds": 14_400},
    ]
    keeper = serve(healthz=(200, KEEPER | HERE | {"uncosigned_seconds": 0.5, "witnesses": behind}))
    well = (200, {"ok": True, "detail": None})
    lines = [
        f"{local} {serve(healthz=well, about=(200, ABOUT | HERE | {'vkey': local}))}",
        f"{KEY} {serve(healthz=well, about=(200, ABOUT | machine))}",
    ]
    said = shown(seen(tmp_path, keeper, *lines), capsys)
    assert words in said
    assert "the oldest entry that it has not cosigned came 4 hours ago" in said


def test_without_a_witness_that_is_said_plainly(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is no alarm, but nobody may overlook it."""
    found = seen(tmp_path, serve(healthz=(200, KEEPER | HERE | {"uncosigned_seconds": None})))
    assert found["ok"]
    assert "no witness: whoever administers the keeper's machine can change the ledger" in shown(found, capsys)


def test_a_stopped_partition_and_what_is_not_cosigned_are_told(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the keeper's own sentence."""
    stopped = [{"origin": f"l/c/t/{number}", "reason": "offsets 5 to 9 are missing"} for number in range(7)]
    health = KEEPER | HERE | {"ok": False, "detail": "7 partitions have stopped", "stopped": stopped}
    found = seen(tmp_path, serve(healthz=(503, health | {"uncosigned_seconds": 125})))
    assert not found["ok"]
    said = shown(found, capsys)
    assert "ALARM 1,234 entries" in said
    assert "the oldest entry that is not came 2 minutes 5 seconds ago" in said
    assert "- stopped: l/c/t/0: offsets 5 to 9 are missing" in said
    assert "- and 2 more" in said


def test_a_refusal_is_an_alarm(serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the log and the reason; what a stranger might have put there moves no cursor."""
    refused = [{"origin": "l/c/t/3\x1b[2J", "at": "2026-11-25T10:00:00+00:00", "reason": "the log had 9 entries"}]
    witness = serve(healthz=(503, {"detail": "one is refused"}), about=(200, ABOUT | ELSEWHERE | {"refused": refused}))
    found = seen(tmp_path, serve(healthz=(200, KEEPER | HERE)), f"{KEY} {witness}")
    assert not found["ok"]
    assert "- refused: l/c/t/3␛[2J: the log had 9 entries" in shown(found, capsys)


def test_another_key_is_another_witness(serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody answers at the address, and not the one that we know."""
    other = Signer.made().verifier("witness.example/w1", COSIGNATURE).vkey
    witness = serve(healthz=(200, {}), about=(200, ABOUT | ELSEWHERE | {"vkey": other}))
    found = seen(tmp_path, serve(healthz=(200, KEEPER | HERE)), f"{KEY} {witness}")
    assert not found["ok"]
    assert "it has another key than the one that we know" in shown(found, capsys)


def test_what_does_not_answer_is_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The keeper, and a witness; and what that means."""
    found = seen(tmp_path, "http://127.0.0.1:9", f"{KEY} http://127.0.0.1:9")
    assert not found["ok"]
    said = shown(found, capsys)
    assert "keeper DOWN nothing answers on 127.0.0.1:9: nothing is added to the ledger" in said
    assert "what is new in the ledger is not cosigned by it" in said
    assert "unknown: it does not answer" in said


def test_a_line_that_names_no_witness_is_a_sentence(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its number."""
    found = seen(tmp_path, serve(healthz=(200, KEEPER | HERE)), "witness.example")
    assert not found["ok"]
    assert "line 1" in shown(found, capsys)


@pytest.mark.parametrize("body", [[], "x", None, {"stopped": 5, "entries": "many"}, {"stopped": [3, {}]}])
def test_whatever_the_keeper_answers_is_shown(
    serve: Serve, tmp_path: Path, capsys: pytest.CaptureFixture[str], body: Any
) -> None:
    """An answer that makes no sense breaks nothing."""
    assert "keeper" in shown(seen(tmp_path, serve(healthz=(200, body))), capsys)
