"""What forbids that new indices replace those in use, and what is on record when."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, cast

import pytest

from console import rebuilding, replacing
from console.commands.rebuild import rebuild
from console.rebuilding import Progress, Rebuild
from console.rebuilding_bar import Bar
from console.replacing import Broker, rebuild_and_replace
from records.errors import Misconfigured, Unavailable
from records.ledger.entries import LogId
from records.ledger.growing import Kept
from records.ledger.keys import GrowingKeys
from records.ledger.reading import Folder
from search.client import Search
from search.rebuild import Building
from tests.console.test_rebuilding import Views
from tests.moderation.case_records import seen
from tests.records.ledger.kept import CLUSTER, keep, message


class Indices(Views):
    """New indices in memory, beside some in use; `did` says in which order things were done."""

    def __init__(self, applied: dict[str, int] | None = None) -> None:
        super().__init__()
        self.names = {"posts": "posts-2"}
        self.did: list[str] = []
        self.move: Callable[[], None] = lambda: None
        self._applied = applied or {}

    @asynccontextmanager
    async def in_use_closed(self) -> AsyncIterator[None]:
        """As Building says."""
        yield

    async def applied_in_use(self) -> dict[str, int]:
        """As Building says."""
        return self._applied

    async def counts(self) -> dict[str, int]:
        """As Building says."""
        return {"posts": len(self.documents)}

    async def take_their_place(self) -> None:
        """As Building says."""
        self.move()
        self.did.append("moved")


class Recorder:
    """A broker whose logs end where the ledger ends."""

    def __init__(self, did: list[str]) -> None:
        self._did, self.problems = did, 0

    def ends(self) -> dict[str, int]:
        """As Broker says."""
        return {}

    def record(self, job: str, subject: str, detail: str) -> None:
        """As Broker says."""
        if self.problems:
            self.problems -= 1
            raise Unavailable("the broker is away")
        self._did.append(f"recorded {job} {subject} {detail}")


def _replace(folder: Path, indices: Indices, broker: Recorder | None = None, *, accept_unopened: bool = False) -> None:
    with closing(Folder(folder)) as ledger, Bar() as bar:
        progress = Progress(**indices.saved) if indices.saved else Progress(job="j")
        work = Rebuild(cast("Any", indices), lambda: ledger, progress, bar)
        done = rebuild_and_replace(work, cast("Broker | None", broker), accept_unopened=accept_unopened)
        asyncio.run(done)


def _keep_three(folder: Path) -> None:
    keep(folder, [message("posts", seen(f"text {number}")) for number in range(3)])


def test_what_cannot_be_opened_moves_nothing_until_somebody_accepts_it(tmp_path: Path) -> None:
    """How many, and the first; then the same rebuild goes on."""
    _keep_three(tmp_path)
    with closing(GrowingKeys(tmp_path / "keys")) as keys:
        keys.erase(0)
    indices = Indices()
    with pytest.raises(Misconfigured, match="3 entries of the ledger cannot be opened, the first is posts-0-0"):
        _replace(tmp_path, indices)
    assert indices.did == []
    with pytest.raises(Misconfigured, match="--accept-unopened"):
        _replace(tmp_path, indices)
    _replace(tmp_path, indices, accept_unopened=True)
    assert indices.did == ["moved"]


def test_keys_of_an_older_backup_move_nothing(tmp_path: Path) -> None:
    """Every later post would vanish; the keys that the logs know and the backup did not open nothing."""
    keep(tmp_path, [message("posts", seen("hello"))])
    old = (tmp_path / "keys" / "slots").read_bytes()
    log = LogId(CLUSTER, "posts", "id-of-posts", 0)
    _keep_another(tmp_path, log, b"forum:2")
    (tmp_path / "keys" / "slots").write_bytes(old + bytes(len(old)))
    indices = Indices()
    with pytest.raises(Misconfigured, match="1 entry of the ledger cannot be opened, the first is posts-0-1"):
        _replace(tmp_path, indices)
    assert indices.did == []


def _keep_another(folder: Path, log: LogId, key: bytes) -> None:
    from records.ledger.store import Ledger

    with closing(Ledger(folder, "test")) as ledger:
        ledger.log(log).keep([Kept(1, 0, key, b"{}")])
        ledger.log(log).flush()
        ledger.log(log).sign()


def test_altered_entries_move_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a key opens, and is not what the leaf commits to."""
    _keep_three(tmp_path)
    monkeypatch.setattr("records.ledger.opened.commitment", lambda *_: bytes(32))
    indices = Indices()
    with pytest.raises(Misconfigured, match="3 entries of the ledger open to what they do not commit to, the first is"):
        _replace(tmp_path, indices)
    assert indices.did == []


def test_what_comes_to_light_in_the_last_pass_stops_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The indices in use are open again then."""
    _keep_three(tmp_path)
    indices, last = Indices(), Rebuild.one_pass

    async def and_finds(self: Rebuild) -> int:
        if self.progress.tails.setdefault("passes", 0):
            self.progress.passed_over["altered"] = 1
            self.progress.first_passed_over["altered"] = "posts-0-3"
        self.progress.tails["passes"] += 1
        return await last(self)

    monkeypatch.setattr(Rebuild, "one_pass", and_finds)
    with pytest.raises(Misconfigured, match="the first is posts-0-3"):
        _replace(tmp_path, indices)
    assert indices.did == []


def test_a_folder_without_keys_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    """No server is asked."""
    _keep_three(tmp_path)
    shutil.rmtree(tmp_path / "keys")
    with pytest.raises(Misconfigured, match="without the ledger's keys nothing in it can be opened"):
        rebuild(folder=tmp_path, staff="s-ana")


def test_the_record_of_it_comes_after_the_move(tmp_path: Path) -> None:
    """And none is made of a move that failed."""
    _keep_three(tmp_path)
    indices = Indices()

    def fail() -> None:
        raise Unavailable("the node is away")

    indices.move = fail
    with pytest.raises(Unavailable, match="the node is away"):
        _replace(tmp_path, indices, Recorder(indices.did))
    assert indices.did == []
    indices.move = lambda: None
    _replace(tmp_path, indices, Recorder(indices.did))
    assert indices.did == ["moved", "recorded j posts-2 1 documents in posts"]


def test_a_broker_that_is_away_after_the_move_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At last it is said that there is no record."""
    monkeypatch.setattr(rebuilding, "RETRY_SECONDS_FIRST", 0.0)
    _keep_three(tmp_path)
    indices = Indices()
    broker = Recorder(indices.did)
    broker.problems = 2
    _replace(tmp_path, indices, broker)
    assert [one.partition(" ")[0] for one in indices.did] == ["moved", "recorded"]

    async def give_up(*_: object) -> None:
        raise Unavailable("the broker is away")

    indices = Indices()
    with monkeypatch.context() as away, closing(Folder(tmp_path)) as ledger, Bar() as bar:
        away.setattr(replacing, "patiently", give_up)
        work = Rebuild(cast("Any", indices), lambda: ledger, Progress(job="j"), bar)
        with pytest.raises(Unavailable, match="posts-2 are in use now, but there is no audit record"):
            asyncio.run(replacing._recorded(work, cast("Broker", broker), {}))


@pytest.mark.parametrize("applied", [{"id-of-posts:0": 3}, {"id-of-others:0": 0}])
def test_without_a_broker_an_older_copy_never_replaces_newer_documents(applied: dict[str, int], tmp_path: Path) -> None:
    """What was folded into the indices in use is the least that the ledger must have."""
    _keep_three(tmp_path)
    indices = Indices(applied)
    with pytest.raises(Misconfigured, match="it is an older copy, or another ledger"):
        _replace(tmp_path, indices)
    assert (indices.did, indices.documents) == ([], {})
    indices = Indices({"id-of-posts:0": 2})
    _replace(tmp_path, indices)
    assert indices.did == ["moved"]


def test_the_highest_offset_in_use_is_found_whatever_an_index_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody who could write there may have left other things."""

    async def pages(*_: object) -> AsyncIterator[list[tuple[str, dict[str, Any]]]]:
        yield [("a", {"applied": {"x:0": 4, "y:1": 0}}), ("b", {}), ("c", {"applied": "all"})]
        yield [("d", {"applied": {"x:0": 2, "y:1": "7"}})]

    class Node:
        posts = "posts"

        async def ask(self, *_: object) -> None:
            """Nothing is to be refreshed."""

    monkeypatch.setattr("search.rebuild.walk", pages)
    found = asyncio.run(Building(cast("Search", Node()), {}).applied_in_use())
    assert found == {"x:0": 4, "y:1": 0}
