"""What the keeper shows over HTTP: everything that is signed, and contents only to who has the token."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ingest.keeper import plaintext
from ingest.keeper.app import STREAMS_MAX, create_app, refuse_weak_token
from ingest.keeper.cosigning import Cosigner
from ingest.keeper.partition import Partition
from ingest.keeper.plaintext import ABSENT, UNOPENED, Plaintext
from ingest.keeper.room import Room, Streamed
from ingest.keeper.served import Served
from ingest.keeper.standing import Standing
from records.audit import Audit
from records.errors import Misconfigured, Unavailable
from records.ledger import tree
from records.ledger.entries import absent, parse_leaf
from records.ledger.growing import Kept as Record
from records.ledger.reading import Folder
from records.ledger.tiles import parse_bundle
from records.topics import Topic
from tests.records.ledger.shapes import POSTS, keep, opened, record

TOKEN = "the-sea-is-calm-today"
AUTHORIZED = {"authorization": f"Bearer {TOKEN}"}
ENTRIES = 300


class Published:
    """Takes records, unless it is away."""

    def __init__(self) -> None:
        self.records: list[Audit] = []
        self.away = False

    def publish(self, topic: Topic, said: Audit) -> None:
        """As the publisher does."""
        assert topic.name == "audit"
        if self.away:
            raise Unavailable("Kafka is away")
        self.records.append(said)


class Client:
    """Asks an application without a socket."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str) -> httpx.Response:
        """One page."""
        return asyncio.run(self.ask("GET", path))

    def post(self, path: str, **sent: Any) -> httpx.Response:
        """One answer, whole."""
        return asyncio.run(self.ask("POST", path, **sent))

    async def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """The same, for several at once."""
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), base_url="http://keeper") as client:
            return await client.request(method, path, **sent)


class Kept:
    """A ledger with one log of records, one absent entry after them, and one entry that is not signed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ledger"
        with opened(self.folder) as ledger:
            log = ledger.log(POSTS)
            keep(log, ENTRIES - 1)
            log.keep_absent(absent(ENTRIES - 1, "a" * 40, 5))
            log.flush()
            log.sign()
            keep(log, ENTRIES + 1)
            standing = Standing(ledger, Cosigner(()))
            self.published = Published()
            token = folder / "token"
            token.write_text(TOKEN + "\n")
            token.chmod(0o600)
            served = Served(self.folder)
            self.plaintext = Plaintext(served, self.published)  # type: ignore[arg-type]
            app = create_app(served, standing, self.plaintext, token)
            self.client = Client(app)
            self.health = self.client.get("/healthz")
            self.metrics = self.client.get("/metrics").text

    def asked(self, *places: tuple[str, int, int], headers: dict[str, str] | None = None, **changed: Any) -> Any:
        """An answer to a request for contents."""
        asked = {"staff_id": "ann", "purpose": "dossier", "job": "j-1", "places": places, **changed}
        return self.client.post("/plaintext", json=asked, headers=AUTHORIZED if headers is None else headers)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A ledger to be read."""
    return Kept(tmp_path)


def test_health_and_metrics_say_how_it_stands(kept: Kept) -> None:
    """Well, with nothing that waits or has stopped."""
    said = kept.health.json()
    assert (kept.health.status_code, said["ok"], said["entries"], said["logs"]) == (200, True, ENTRIES + 1, 1)
    assert (said["stopped"], said["waiting_for"], said["uncosigned_seconds"]) == ([], None, None)
    assert {"machine", "account"} <= said.keys()
    assert f"lifeguard_keeper_entries {ENTRIES + 1}.0" in kept.metrics


def test_logs_checkpoints_tiles_and_slots_end_at_the_signed_size(kept: Kept) -> None:
    """What is not signed is shown to nobody."""
    (log,) = kept.client.get("/logs").json()
    assert (log["path"], log["size"], log["ended"], log["cosigned"]) == (POSTS.path, ENTRIES, None, None)
    note = kept.client.get(f"/{POSTS.path}/checkpoint")
    assert note.text.splitlines()[:2] == [log["origin"], str(ENTRIES)]
    bundle = kept.client.get(f"/{POSTS.path}/tile/entries/001.p/44")
    leaves = parse_bundle(bundle.content, 44)
    assert [parse_leaf(POSTS, leaf).offset for leaf in leaves] == list(range(256, ENTRIES))
    hashes = kept.client.get(f"/{POSTS.path}/tile/0/001.p/44").content
    assert hashes[:32] == tree.leaf_hash(leaves[0])
    assert len(kept.client.get(f"/{POSTS.path}/tile/1/000.p/1").content) == 32
    assert len(kept.client.get(f"/{POSTS.path}/slots?from=10&count=290").content) == 4 * 290


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/{POSTS.path}/tile/entries/001.p/45", 404),
        (f"/{POSTS.path}/tile/0/002", 404),
        (f"/{POSTS.path}/tile/0/1", 400),
        (f"/{POSTS.path}/tile/0/001.p/0", 400),
        (f"/{POSTS.path}/slots?from=10&count=291", 404),
        (f"/{POSTS.path}/slots?from=-1&count=2", 400),
        (f"/{POSTS.path}/slots?from=0&count=100000", 413),
        (f"/{POSTS.path}/slots", 400),
        (f"/{POSTS.path}/cosigned", 404),
        (f"/{POSTS.path}/history", 404),
        (f"/{POSTS.path}/log.json", 404),
        (f"/{POSTS.path}/index", 404),
        ("/..%2fkeys/slots", 404),
        ("/keys/slots?from=0&count=1", 404),
        ("/nothing/checkpoint", 404),
    ],
)
def test_what_is_not_there_is_told_in_a_sentence(path: str, status: int, kept: Kept) -> None:
    """And no file but those that everybody may read can be reached."""
    answer = kept.client.get(path)
    assert answer.status_code == status
    assert json.loads(answer.content)["problem"]


def test_contents_come_in_order_after_the_audit_record(kept: Kept) -> None:
    """Also from several places, with what is absent; a job is one audit record."""
    answer = kept.asked((POSTS.path, 0, 3), (POSTS.path, ENTRIES - 2, ENTRIES))
    assert answer.status_code == 200
    expected = b"".join(
        (32 + len(value)).to_bytes(4) + b"." * 32 + value
        for value in (record(n).value or b"" for n in (0, 1, 2, ENTRIES - 2))
    )
    assert len(answer.content) == len(expected) + 4
    assert answer.content.endswith(ABSENT)
    assert (record(1).value or b"") in answer.content
    kept.asked((POSTS.path, 5, 6))
    kept.asked((POSTS.path, 5, 6), job="j-2")
    kept.asked((POSTS.path, 5, 6), purpose="export")
    assert [(said.idempotency_key, said.detail) for said in kept.published.records] == [
        ("j-1 dossier", "dossier"),
        ("j-2 dossier", "dossier"),
        ("j-1 export", "export"),
    ]
    assert len({said.record_id for said in kept.published.records}) == 3
    subject = f"beginning with {POSTS.path} 0 to 2, {POSTS.path} {ENTRIES - 2} to {ENTRIES - 1}"
    assert kept.published.records[0].subject == subject


@pytest.mark.parametrize("given", ["", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, f"Basic {TOKEN}"])
def test_without_the_token_there_is_nothing(given: str, kept: Kept) -> None:
    """Not a byte, and no audit record of a reading."""
    answer = kept.asked((POSTS.path, 0, 1), headers={"authorization": given})
    assert (answer.status_code, kept.published.records) == (401, [])


def test_nothing_is_given_before_kafka_has_the_audit_record(kept: Kept) -> None:
    """While it is away, contents are unavailable."""
    kept.published.away = True
    assert kept.asked((POSTS.path, 0, 1)).status_code == 503


def test_more_than_is_signed_or_than_one_answer_may_hold_is_refused(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is on record."""
    assert kept.asked((POSTS.path, 0, ENTRIES + 1)).status_code == 404
    assert kept.asked(("posts-0-" + "x" * 22, 0, 1)).status_code == 404
    assert kept.asked().status_code == 400
    assert kept.asked((POSTS.path, 0, 1), purpose="curiosity").status_code == 400
    assert kept.asked((POSTS.path, 0, 1), staff_id="a" * 300_000).status_code == 413
    monkeypatch.setattr(plaintext, "ENTRIES_MAX", 10)
    assert kept.asked((POSTS.path, 0, 11)).status_code == 413
    monkeypatch.setattr(plaintext, "BYTES_MAX", 100)
    assert kept.asked((POSTS.path, 0, 2)).status_code == 413
    assert kept.asked((POSTS.path, 0, 1)).status_code == 200
    assert len(kept.published.records) == 1


def test_an_erased_or_damaged_entry_hides_no_other(kept: Kept) -> None:
    """It cannot be opened, and is told as such."""
    with opened(kept.folder) as ledger:
        ledger.keys.erase(0)
        damaged = ledger.log(POSTS).position(2)
    with next((kept.folder / "logs" / POSTS.path).glob("*.entries")).open("r+b") as file:
        file.seek(damaged + 60)
        file.write(b"????")
    answer = kept.asked((POSTS.path, 0, 4)).content
    assert answer.startswith(UNOPENED)
    assert (record(1).value or b"") in answer
    assert (record(3).value or b"") in answer
    assert answer.count(UNOPENED) == 2
    assert kept.client.get(f"/{POSTS.path}/tile/entries/000").status_code == 500


def test_a_token_that_can_be_guessed_is_refused_at_the_start(tmp_path: Path) -> None:
    """As is one that everybody may read, or that is not there."""
    weak, public = tmp_path / "token", tmp_path / "public"
    weak.write_text("short")
    weak.chmod(0o600)
    public.write_text(TOKEN)
    public.chmod(0o604)
    for file in (weak, public, tmp_path / "nothing"):
        with pytest.raises(Misconfigured, match="LIFEGUARD_LEDGER_TOKEN_FILE"):
            refuse_weak_token(file)
    refuse_weak_token(None)
    public.chmod(0o640)
    refuse_weak_token(public)


def test_so_many_streams_are_read_at_once_and_no_more(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes then leaves no audit record; a place is free again when a stream ends, however it ends."""
    reading, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_: object) -> Iterator[bytes]:
        reading.release()
        go_on.wait(10)
        yield UNOPENED

    monkeypatch.setattr(kept.plaintext, "stream", slow)

    async def ask(job: str) -> int:
        asked = {"staff_id": "ann", "purpose": "dossier", "job": job, "places": [(POSTS.path, 0, 1)]}
        return (await kept.client.ask("POST", "/plaintext", json=asked, headers=AUTHORIZED)).status_code

    async def ask_all() -> list[int]:
        several = [asyncio.create_task(ask(f"j-{number}")) for number in range(STREAMS_MAX + 3)]
        done, _ = await asyncio.wait(several, return_when=asyncio.FIRST_COMPLETED)
        for _ in range(STREAMS_MAX):
            await asyncio.to_thread(reading.acquire)
        go_on.set()
        assert {one.result() for one in done} == {503}
        return sorted(await asyncio.gather(*several))

    for _ in range(2):
        kept.published.records.clear()
        go_on.clear()
        assert asyncio.run(ask_all()) == [200] * STREAMS_MAX + [503] * 3
    assert asyncio.run(ask("j-8")) == 200


def test_a_stream_whose_reader_has_gone_gives_its_place_back() -> None:
    """Also where it went before the first byte."""
    room = Room(1)

    async def gone(_: object) -> None:
        raise OSError

    async def silent() -> Any:
        await asyncio.Event().wait()

    for _ in range(3):
        room.enter()
        with pytest.raises(HTTPException):
            room.enter()
        with suppress(OSError, ClientDisconnect, BaseExceptionGroup):
            asyncio.run(Streamed(room, iter([UNOPENED]), "x/y")({"type": "http"}, silent, gone))


def test_a_key_that_no_bundle_may_hold_is_kept_and_named(tmp_path: Path) -> None:
    """Its record can be opened, and read beside the folder; every other bundle is given."""
    kept = Kept(tmp_path)
    enormous = b"k" * 70_000
    with opened(kept.folder) as ledger:
        log = ledger.log(POSTS)
        size = log.next
        log.keep([Record(size, 1_790_000_000_000, enormous, b"its value"), record(size + 1)])
        log.flush()
        log.sign()
    with opened(kept.folder) as ledger:
        assert ledger.log(POSTS).next == size + 2
        partition = Partition(ledger.log(POSTS), ledger.keys)
        partition.put([Record(size, 1_790_000_000_000, enormous, b"its value"), record(size + 1), record(size + 2)])
        assert (partition.keep(), partition.stopped) == (1, None)
    answer = kept.client.get(f"/{POSTS.path}/tile/entries/001.p/{size + 2 - 256}")
    assert answer.status_code == 500
    assert f"entry {size} of {POSTS.path} is kept" in answer.json()["problem"]
    assert kept.client.get(f"/{POSTS.path}/tile/entries/001.p/{size - 256}").status_code == 200
    assert kept.client.get(f"/{POSTS.path}/tile/0/001.p/{size + 2 - 256}").status_code == 200
    assert kept.asked((POSTS.path, size, size + 1)).content.endswith(b"its value")
    with closing(Folder(kept.folder)) as folder:
        assert parse_leaf(POSTS, next(folder.leaves(POSTS, size, size + 1))).key == enormous
