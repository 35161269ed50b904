"""kill -9 of the keeper again and again while records flow, and a full disk: entry i stays Kafka's record i."""

import random
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.publisher import Publisher
from ingest.registry import Registry
from ingest.topics import create_topics
from records.decisions import Erase
from records.ledger import tree
from records.ledger.checkpoints import opened_checkpoint
from records.ledger.log import Log
from records.ledger.store import parse_public_line
from records.registry import Erased, Erasure
from records.settings import Settings
from records.topics import DECISIONS, POSTS, REGISTRY
from tests.bench.mix import posts
from tests.live.kept import KeeperProcess, check_every_entry, keeping
from tests.live.pipeline import wait_for

if TYPE_CHECKING:
    from deploy.local.servers import Servers

pytestmark = pytest.mark.live

NOW = datetime(2026, 11, 20, tzinfo=UTC)
BATCH = 250
LIVES_SECONDS_MAX = 5.0
MOUNT, UMOUNT = "/bin/mount", "/bin/umount"
DISK_BYTES, DISK_BYTES_LATER = 12_000_000, 200_000_000


class Flow:
    """Posts that flow in the background, spread over a time."""

    def __init__(self, settings: Settings, count: int, seconds: float) -> None:
        self._settings, self._count, self._pause = settings, count, seconds * BATCH / count
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        made, publisher = list(posts(self._count, seed=3)), Publisher(self._settings)
        for start in range(0, self._count, BATCH):
            publisher.publish_all(POSTS, made[start : start + BATCH])
            time.sleep(self._pause)
        publisher.close()

    def end(self) -> None:
        """Waits until all are in Kafka."""
        self._thread.join(300)
        assert not self._thread.is_alive()


class Observer:
    """Collects every signed checkpoint that it can get hold of while the keeper lives and dies."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._ended = folder, threading.Event()
        self.seen: set[tuple[str, bytes]] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.wait(0.02):
            for file in self._folder.glob("logs/*/checkpoint"):
                self.seen.add((file.parent.name, file.read_bytes()))

    def check(self) -> int:
        """Every one of them is a state that the log as it is now went through; how many there were."""
        self._ended.set()
        self._thread.join()
        _, public = parse_public_line((self._folder / "ledger.pub").read_text())
        for path, note in self.seen:
            log = Log(self._folder / "logs" / path)
            checkpoint, _ = opened_checkpoint(note, public)
            assert tree.root(checkpoint.size, log.read_hashes) == checkpoint.root
            log.close()
        return len(self.seen)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("kills", "count"), [(6, 4_000), pytest.param(30, 20_000, marks=pytest.mark.chaos)])
def test_kills_lose_nothing_and_contradict_no_checkpoint(
    kills: int, count: int, servers: "Servers", live_settings: Settings
) -> None:
    """In the middle of starting, comparing, keeping, flushing and signing."""
    create_topics(live_settings)
    rng = random.Random(kills)
    keeper = KeeperProcess(live_settings, checkpoint_seconds=0.05)
    flow, observer = Flow(live_settings, count, kills * LIVES_SECONDS_MAX / 2), Observer(keeper.folder)
    try:
        for _ in range(kills):
            keeper.start()
            time.sleep(rng.uniform(0.2, LIVES_SECONDS_MAX))
            assert keeper.exit_code is None, keeper.log()[-3000:]
            keeper.kill()
        keeper.start()
        flow.end()
        keeper.settle(120)
        assert keeper.stop() == 0
    finally:
        keeper.kill()
    assert check_every_entry(keeper.settings, keeper.folder) == count
    assert observer.check() >= live_settings.partitions


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("kills", "count"), [(2, 40), pytest.param(40, 2_000, marks=pytest.mark.chaos)])
def test_killed_while_it_erases_it_finishes_and_says_so_once(
    kills: int, count: int, servers: "Servers", live_settings: Settings
) -> None:
    """Half of the posts are erased, come again, and stay gone; the others can be read; every entry can be proved."""
    create_topics(live_settings)
    made, publisher, rng = list(posts(count, seed=5)), Publisher(live_settings), random.Random(kills)
    gone = sorted({post.post_id for post in made})[::2]
    keeper = KeeperProcess(live_settings, checkpoint_seconds=0.1)
    try:
        keeper.start()
        publisher.publish_all(POSTS, made)
        for some in chunked(gone, kills):
            publisher.publish_all(REGISTRY, _erasures(publisher, some))
            publisher.publish_all(POSTS, [post for post in made if post.post_id in some])
            time.sleep(rng.uniform(0.1, LIVES_SECONDS_MAX / 2))
            assert keeper.exit_code is None, keeper.log()[-3000:]
            keeper.kill()
            keeper.start()
        wait_for(lambda: _told(live_settings).keys() == set(gone), f"not all is told: {keeper.log()[-3000:]}", 120)
        keeper.settle(120)
        assert keeper.health()["ok"]
        assert keeper.stop() == 0
    finally:
        keeper.kill()
        publisher.close()
    check_every_entry(keeper.settings, keeper.folder, {post_id.encode() for post_id in gone})
    assert {len(said) for said in _told(live_settings).values()} == {1}


def chunked(ids: list[str], parts: int) -> Iterator[list[str]]:
    """About so many parts of equal size."""
    size = -(-len(ids) // parts)
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _erasures(publisher: Publisher, post_ids: list[str]) -> list[Erasure]:
    """What follows from a request and a confirmation of each."""
    said: dict[str, Any] = {"made_at": NOW, "basis": "art. 17"}
    acts = [
        [Erase(post_id=post_id, staff_id=by, idempotency_key=state, state=state, **said) for post_id in post_ids]
        for state, by in (("requested", "ann"), ("confirmed", "eve"))
    ]
    places = [publisher.publish_all(DECISIONS, some) for some in acts]
    return [
        Erasure(
            registry_id=post_id,
            staff_id="retain",
            set_at=NOW,
            basis="art. 17",
            requested_by="ann",
            requested_place=str(requested),
            confirmed_by="eve",
            confirmed_place=str(confirmed),
            confirmed_at=NOW,
            stub={"parts": {}, "applied": {}},
        )
        for post_id, requested, confirmed in zip(post_ids, *places, strict=True)
    ]


def _told(settings: Settings) -> dict[str, set[str]]:
    """What the keeper has said of which post: the same fact, however often it is there."""
    found: dict[str, set[str]] = {}
    registry = Registry(settings)
    for one in registry.look():
        if isinstance(one.said, Erased):
            found.setdefault(one.said.registry_id, set()).add(one.said.record_id)
    registry.close()
    return found


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of `DISK_BYTES` in memory; skips where we may not mount one."""
    folder.mkdir()
    if not Path(MOUNT).exists():
        pytest.skip(f"a small disk needs {MOUNT}")
    mounted = subprocess.run(
        [MOUNT, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a small disk needs the right to mount: {mounted.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run([UMOUNT, str(folder)], check=True)


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_a_full_disk_is_waited_out_and_nothing_is_half_kept(
    servers: "Servers", live_settings: Settings, tmp_path: Path
) -> None:
    """Full, killed while it is full, and given space: then everything is there."""
    create_topics(live_settings)
    with small_disk(tmp_path / "disk") as disk:
        with keeping(live_settings, ledger_dir=disk / "ledger") as keeper:
            observer = Observer(keeper.folder)
            flow = Flow(live_settings, 15_000, 1.0)
            flow.end()
            wait_for(lambda: "full" in (keeper.health().get("waiting_for") or ""), "the disk is not full", 120)
            assert not keeper.health()["ok"]
            keeper.kill()
            keeper.start()
            wait_for(lambda: "full" in (keeper.health().get("waiting_for") or ""), "it does not wait again", 120)
            subprocess.run([MOUNT, "-o", f"remount,size={DISK_BYTES_LATER}", str(disk)], check=True)
            keeper.settle(120)
            assert keeper.exit_code is None
            assert keeper.health()["ok"]
            assert keeper.stop() == 0
        assert check_every_entry(keeper.settings, keeper.folder) == 15_000
        assert observer.check() > 0
