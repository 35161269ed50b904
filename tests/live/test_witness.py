"""The witness as a process: it waits for its ledger, survives kill -9 in the middle of its work, and stops in order."""

import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.local.ready import free_port
from records.ledger.store import public_line
from tests.records.ledger.histories import ENTRIES, KEEPER, LEDGER, History

pytestmark = pytest.mark.live

KILLS = 5
SECONDS_MAX = 60.0


class Child:
    """A witness in a process of its own, always over the same folder and port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder / "witness"
        self.ledger_file = folder / "ledger.pub"
        self.environment = os.environ | {
            "LIFEGUARD_WITNESS_DIR": str(self.folder),
            "LIFEGUARD_WITNESS_PORT": str(self.port),
            "LIFEGUARD_WITNESS_LEDGER_FILE": str(self.ledger_file),
        }
        self._log = (folder / "log").open("ab")
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> subprocess.Popen[bytes]:
        """Starts it, and waits until it answers."""
        words = [sys.executable, "-m", "ingest", "witness"]
        self.process = subprocess.Popen(words, env=self.environment, stdout=self._log, stderr=self._log)
        until = time.monotonic() + SECONDS_MAX
        while self.ask("/about") is None:
            assert self.process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        return self.process

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, str] | None:
        """Status and text of an answer; None if there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET" if body is None else "POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def end(self) -> None:
        """Whatever the test has left."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._log.close()


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    """Not started yet."""
    made = Child(tmp_path)
    yield made
    made.end()


def test_it_waits_for_its_ledger_and_stops_in_order(child: Child) -> None:
    """503 with the sentence until the keeper's file is there; SIGTERM ends it, and it leaves no lock behind."""
    process = child.begin()
    assert child.ask("/add-checkpoint", History().request(0, 3).encode())[0] == 503  # type: ignore[index]
    status, text = child.ask("/healthz") or (0, "")
    assert (status, "ledger.pub yet" in json.loads(text)["waiting_for"]) == (503, True)
    child.ledger_file.write_text(public_line(LEDGER, KEEPER), encoding="utf-8")
    assert child.ask("/add-checkpoint", History().request(0, 3).encode())[0] == 200  # type: ignore[index]
    assert child.ask("/healthz")[0] == 200  # type: ignore[index]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) in (0, -signal.SIGTERM)
    child.begin()
    assert len(json.loads((child.ask("/checkpoints") or (0, "[]"))[1])) == 1


def test_two_processes_never_share_a_folder(child: Child) -> None:
    """The second one says so and ends, whatever its port."""
    child.begin()
    words = [sys.executable, "-m", "ingest", "witness"]
    environment = child.environment | {"LIFEGUARD_WITNESS_PORT": "0"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "another process of a witness works in" in done.stderr


class Sender(threading.Thread):
    """A keeper or a forger of one log, who sends until told to stop; what goes wrong is told when it is joined."""

    def __init__(self, child: Child, log: History, told: dict[str, int], over: threading.Event) -> None:
        super().__init__()
        self.child, self.log, self.told, self.over = child, log, told, over
        self.error: AssertionError | None = None

    def run(self) -> None:
        """Once more and once more."""
        while not self.over.wait(0.1) and not self.error:
            try:
                self.send()
            except AssertionError as error:
                self.error = error

    def send(self) -> None:
        """What a keeper sends: one entry more each time."""
        size = self.told[self.log.origin]
        more = min(size + 1, ENTRIES)
        status, text = self.child.ask("/add-checkpoint", self.log.request(size, more).encode()) or (0, "")
        assert status in (0, 200, 409)
        if status == 409:
            assert int(text) == more  # it had it on disk, and was killed before it could say so
        if status:
            self.told[self.log.origin] = more

    def join(self, timeout: float | None = None) -> None:
        """And raises what went wrong."""
        super().join(timeout)
        if self.error:
            raise self.error


class Forger(Sender):
    """Sends the same log with other entries, from nothing and from where the true one is."""

    def send(self) -> None:
        """None of it is ever cosigned."""
        for old in (0, self.told[self.log.origin]):
            answer = self.child.ask("/add-checkpoint", self.log.request(old, ENTRIES).encode())
            assert answer is None or answer[0] in (409, 422)


def sizes(child: Child) -> dict[str, int]:
    """What it shows to everybody."""
    notes = [note.split("\n") for note in json.loads((child.ask("/checkpoints") or (0, "[]"))[1])]
    return {origin: int(size) for origin, size, *_ in notes}


def test_kill_9_while_it_works(child: Child) -> None:
    """A keeper and a forger send all the time; after each kill nothing is forgotten, and no forged history got in."""
    child.ledger_file.write_text(public_line(LEDGER, KEEPER), encoding="utf-8")
    logs = [History(origin=f"{LEDGER}/cluster/topic/{number}") for number in range(4)]
    child.begin()
    for log in logs:
        assert child.ask("/add-checkpoint", log.request(0, 1).encode())[0] == 200  # type: ignore[index]
    told, over, dice = dict.fromkeys((log.origin for log in logs), 1), threading.Event(), random.Random(6)
    senders = [Sender(child, log, told, over) for log in logs]
    senders += [Forger(child, History("forged", 0, log.origin), told, over) for log in logs]
    for sender in senders:
        sender.start()
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.05, 0.5))
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        child.begin()
    over.set()
    for sender in senders:
        sender.join()
    for log in logs:
        size = sizes(child)[log.origin]
        assert size in (told[log.origin], told[log.origin] + 1)
        assert child.ask("/add-checkpoint", log.request(size, ENTRIES).encode())[0] == 200  # type: ignore[index]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB, and no more."""
    place, mount = tmp_path / "small", shutil.which("mount")
    place.mkdir()
    words = [mount or "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if mount is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield place
    subprocess.run([shutil.which("umount") or "umount", str(place)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    """503 and no cosignature until there is room; then on from where it was, also after kill -9 meanwhile."""
    child, log = Child(small_disk), History()
    child.ledger_file.write_text(public_line(LEDGER, KEEPER), encoding="utf-8")
    try:
        child.begin()
        assert child.ask("/add-checkpoint", log.request(0, 5).encode())[0] == 200  # type: ignore[index]
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        for _ in range(3):
            status, text = child.ask("/add-checkpoint", log.request(5, 9).encode()) or (0, "")
            assert (status, "full" in text, "\u2014" in text) == (503, True, False)
            assert sizes(child) == {log.origin: 5}
        assert child.ask("/healthz")[0] == 503  # type: ignore[index]
        assert child.process is not None
        child.process.kill()
        child.process.wait()
        child.begin()
        assert sizes(child) == {log.origin: 5}
        filler.unlink()
        assert child.ask("/add-checkpoint", log.request(5, 9).encode())[0] == 200  # type: ignore[index]
        assert child.ask("/healthz")[0] == 200  # type: ignore[index]
    finally:
        child.end()
