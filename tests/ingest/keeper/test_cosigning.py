"""Every checkpoint is cosigned in the end, whatever a witness or the disk does meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.keeper import cosigning
from ingest.keeper.cosigning import Cosigner
from ingest.witnesses import WITNESSES_MAX, WitnessLine
from records.errors import Misconfigured, Unavailable
from records.ledger import files
from records.ledger.growing import GrowingLog
from records.ledger.notes import COSIGNATURE, Signer, parse_note
from records.ledger.witnessing import parse_request
from tests.records.ledger.shapes import POSTS, keep, opened

Answer = Callable[[int, bytes], tuple[int, bytes]]


class Site:
    """A witness that answers what a test wants; `asked` counts."""

    def __init__(self, name: str, refusals: int = 0) -> None:
        self._signer, self._name, self._refusals = Signer.made(), name, refusals
        self.asked = 0
        site = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_POST(self) -> None:
                status, body = site.answer(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def line(self) -> WitnessLine:
        """How the keeper knows it."""
        return WitnessLine(
            self._signer.verifier(self._name, COSIGNATURE), f"http://127.0.0.1:{self._server.server_port}"
        )

    def answer(self, body: bytes) -> tuple[int, bytes]:
        """Refuses so many times, and then cosigns whatever comes."""
        self.asked += 1
        if self.asked <= self._refusals:
            return 403, b""
        return 200, self._signer.cosign(self._name, parse_request(body).note.text, self.asked).line().encode()

    def end(self) -> None:
        """Gives the socket back."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def sites(*refusals: int) -> Iterator[list[Site]]:
    """Witnesses that refuse so many times."""
    made = [Site(f"w{number}.test", count) for number, count in enumerate(refusals)]
    try:
        yield made
    finally:
        for one in made:
            one.end()


@contextmanager
def cosigner(log: GrowingLog, asked: list[Site]) -> Iterator[Cosigner]:
    """One that works on what this log has."""
    made = Cosigner([one.line for one in asked])
    made.start([log])
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is tried again soon."""
    monkeypatch.setattr(cosigning, "RETRY_SECONDS", 0.02)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[GrowingLog]:
    """A log with a checkpoint."""
    with opened(tmp_path / "ledger") as ledger:
        made = ledger.log(POSTS)
        keep(made, 20)
        made.sign()
        yield made


def wait_until(there: Callable[[], bool]) -> None:
    """Returns when it is so; fails after ten seconds."""
    tick = threading.Event()
    for _ in range(1_000):
        if there():
            return
        tick.wait(0.01)
    raise AssertionError("it never came to that")


def signatures(log: GrowingLog) -> int:
    """How many have signed what is kept as cosigned."""
    note = log.cosigned()
    return 0 if note is None else len(parse_note(note).signatures)


def test_a_witness_that_refuses_is_asked_again_and_the_others_are_not(log: GrowingLog) -> None:
    """Its administrator may set it right, and the log may be one in which nothing happens any more."""
    with sites(2, 0) as made, cosigner(log, made) as asking:
        wait_until(lambda: signatures(log) == 3)
        wait_until(lambda: not any(one["problem"] for one in asking.told()))
        assert [one.asked for one in made] == [3, 1]


@pytest.mark.parametrize("problem", [Misconfigured("the disk of the ledger fails"), Unavailable("full")])
def test_a_disk_that_does_not_take_cosignatures_is_said_and_tried_again(
    problem: Exception, log: GrowingLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing counts as cosigned that is not kept."""
    broken = threading.Event()
    broken.set()

    def replace(path: Path, data: bytes) -> None:
        if broken.is_set() and path.name == "cosigned":
            raise problem
        files.replace(path, data)

    monkeypatch.setattr("records.ledger.growing.replace", replace)
    with sites(0) as made, cosigner(log, made) as asking:
        wait_until(lambda: asking.told()[0]["problem"] == str(problem))
        assert asking.covered(log) == 0
        broken.clear()
        wait_until(lambda: asking.covered(log) == 20)
        wait_until(lambda: asking.told()[0]["problem"] is None)


def test_an_end_at_a_size_that_was_cosigned_before_is_cosigned_after_a_start(log: GrowingLog) -> None:
    """It is another checkpoint, and only its size is the same."""
    with sites(0) as made:
        with cosigner(log, made):
            wait_until(lambda: signatures(log) == 2)
        log.sign(ended="Kafka lost its end")
        with cosigner(log, made):
            wait_until(lambda: b"ended" in (log.cosigned() or b""))


def test_as_many_witnesses_as_are_allowed_fit_under_a_note(log: GrowingLog, tmp_path: Path) -> None:
    """With the signature of the ledger: what is kept can be read again at the next start."""
    with sites(*[0] * WITNESSES_MAX) as made, cosigner(log, made):
        wait_until(lambda: signatures(log) == WITNESSES_MAX + 1)
    assert signatures(log) == WITNESSES_MAX + 1


def test_each_witness_is_known_by_what_it_has_cosigned_also_after_a_start(log: GrowingLog) -> None:
    """One that was added later is asked about logs in which nothing happens any more."""
    with sites(0, 0) as made:
        names = [one.line.verifier.name for one in made]
        with cosigner(log, made[:1]) as asking:
            wait_until(lambda: asking.covered_by(names[0], log) == 20)
            assert asking.covered_by(names[1], log) == 0
        with cosigner(log, made) as asking:
            assert asking.covered_by(names[0], log) == 20
            wait_until(lambda: asking.covered_by(names[1], log) == 20)
            assert [one.asked for one in made] == [1, 1]
