"""Whatever was posted, read in whatever pieces and killed however often: a rebuild gives what the fold gave."""

import asyncio
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console import rebuilding
from console.rebuilding import Progress, Rebuild, patiently
from console.rebuilding_bar import Bar
from console.replacing import refuse_unread
from console.stubs import Stubs
from moderation.cases import fold_post
from records.coverage import Coverage
from records.documents import PostDocument
from records.errors import Misconfigured, Unavailable
from records.ledger import by_subject
from records.ledger.keys import GrowingKeys
from records.ledger.reading import Folder, LogState
from records.posts import Post
from records.received import Received
from search.expunging import without_content
from search.history import history_document
from search.indexer import Fold
from tests.console.post_histories import Logs, several_posts
from tests.console.test_past import live
from tests.ingest.keeper.erasing import ErasingKeeper
from tests.moderation.case_histories import batches, interleaved
from tests.moderation.case_records import START, at, seen
from tests.records.ledger.erasing import act, erasure, post
from tests.records.ledger.kept import Message, keep, message, message_of


class Killed(Exception):
    """What stands for kill -9."""


class Views:
    """The new indices, in memory: they outlive whoever writes to them, who may be killed at any write."""

    def __init__(self, writes: Iterator[int] | None = None) -> None:
        self.documents: dict[str, PostDocument] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        self.statements: list[Received] = []
        self.saved: dict[str, Any] = {}
        self.came: list[str] = []
        self._writes = writes or iter(())
        self.left = next(self._writes, 10**9)

    @property
    def indexer(self) -> "Views":
        """As Building says."""
        return self

    coverage_indexer = indexer

    async def save(self, state: dict[str, Any]) -> None:
        """As Building says."""
        self.saved = json.loads(json.dumps(state))

    async def write(
        self, documents: Mapping[str, PostDocument], held: Mapping[str, Any], history: Sequence[Received]
    ) -> set[str]:
        """As Indexer says."""
        assert not held
        self.came += [one.record.post_id for one in history]
        for one in history:
            fact = orjson.loads(orjson.dumps(history_document(one)))
            erased = documents.get(one.record.post_id, {"erased": False})["erased"]
            self.facts.setdefault(one.record.record_id, without_content(fact) if erased else fact)
        self._may_be_killed()
        conflicts = documents.keys() & self.documents.keys()
        for post_id, document in documents.items():
            if post_id not in conflicts:
                self.documents[post_id] = json.loads(json.dumps(document))
        self._may_be_killed()
        return conflicts

    async def apply(self, batch: Sequence[Received], fold: Fold) -> None:
        """As Indexer says."""
        await self.write({}, {}, batch)
        for post_id in {one.record.post_id for one in batch}:
            facts = [one for one in batch if one.record.post_id == post_id]
            self.documents[post_id] = json.loads(json.dumps(fold(self.documents.get(post_id), facts)))
            self._may_be_killed()
            await self.scrub({post_id} if self.documents[post_id]["erased"] else ())
            self._may_be_killed()

    async def scrub(self, post_ids: Collection[str]) -> None:
        """As Indexer says."""
        for record_id, fact in self.facts.items():
            if fact["post_id"] in post_ids and not fact["record"].get("erased"):
                self.facts[record_id] = without_content(fact)

    async def apply_statements(self, batch: Sequence[Received]) -> None:
        """As CoverageIndexer says."""
        self.statements += batch

    def _may_be_killed(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.left = next(self._writes, 10**9)
            raise Killed


def _rebuild(folder: Path, views: Views) -> None:
    """Both passes, with whatever the last one that was killed has saved."""

    async def passes() -> None:
        with closing(Folder(folder)) as ledger, Bar() as bar:
            progress = Progress(**views.saved) if views.saved else Progress(job="test")
            work: Any = Rebuild(views, lambda: ledger, progress, bar)  # type: ignore[arg-type]
            await work.first_pass()
            await work.until_small()

    asyncio.run(passes())


def _rebuilt(folder: Path, views: Views) -> bool:
    """Was there something, and was it not killed?"""
    try:
        _rebuild(folder, views)
    except Killed:
        return False
    except Misconfigured as reason:
        assert "no record about a post" in str(reason)  # noqa: PT017  now and then nothing was kept yet
        return False
    return True


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few entries, saved each time."""
    monkeypatch.setattr(by_subject, "CHUNK_ENTRIES", 7)
    monkeypatch.setattr(by_subject, "CHUNK_BYTES", 3_000)
    monkeypatch.setattr(rebuilding, "BATCH_ENTRIES", 3)
    monkeypatch.setattr(rebuilding, "SAVE_SECONDS", 0.0)


@settings(max_examples=30, deadline=None)
@given(st.data(), several_posts(5), st.lists(st.integers(1, 12), max_size=3))
@pytest.mark.usefixtures("small", "unsynced")
def test_a_rebuild_gives_what_the_fold_gave(data: st.DataObject, logs: Logs, kills: list[int]) -> None:
    """Some entries come while it runs; it is killed at any write, and goes on with what it had saved."""
    documents, facts = live(batches(data.draw, interleaved(data.draw, logs)))
    views = Views(iter(kills))
    with TemporaryDirectory() as folder:
        cuts = {topic: data.draw(st.integers(0, len(log))) for topic, log in logs.items()}
        keep(Path(folder), [message_of(one) for topic, log in logs.items() for one in log[: cuts[topic]]])
        later = [message_of(one) for topic, log in logs.items() for one in log[cuts[topic] :]]
        rebuilt = False
        while later or not rebuilt:
            rebuilt = _rebuilt(Path(folder), views) and not later
            keep(Path(folder), later)
            later = []
    assert views.documents == documents
    assert views.facts == _scrubbed(facts, documents)


def _scrubbed(facts: Mapping[str, dict[str, Any]], documents: Mapping[str, PostDocument]) -> dict[str, dict[str, Any]]:
    """As the fold leaves them."""
    return {
        record_id: without_content(fact) if documents[fact["post_id"]]["erased"] else fact
        for record_id, fact in facts.items()
    }


@pytest.mark.usefixtures("small", "unsynced")
@pytest.mark.parametrize("write", [2, 4, 5, 11, 30])
def test_killed_halfway_the_next_one_goes_on_where_it_was(
    write: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven posts a chunk, four writes each: the next one begins with the chunk in which it was killed."""
    monkeypatch.setattr(by_subject, "CHUNK_BYTES", 100_000)
    posts = [Received("posts", "id-of-posts", 0, number, at(number), _numbered(number)) for number in range(60)]
    keep(tmp_path, map(message_of, posts))
    views, (documents, facts) = Views(iter([write])), live([posts])
    with pytest.raises(Killed):
        _rebuild(tmp_path, views)
    chunk = (write - 1) // 4
    assert (views.saved["ends"], views.saved["slot"]) == ({"posts-0-id-of-posts": 60}, 7 * chunk - 1)
    assert len(views.documents) < 60
    views.came.clear()
    _rebuild(tmp_path, views)
    assert (views.came[0], len(set(views.came))) == (f"forum:{7 * chunk}", 60 - 7 * chunk)
    assert (views.documents, views.facts) == (documents, facts)


def _numbered(number: int) -> Post:
    said = {"post_id": f"forum:{number}", "native_id": str(number), "record_id": ""}
    return Post.model_validate(seen("hello").model_dump() | said)


@pytest.mark.usefixtures("small")
def test_what_was_watched_comes_from_the_beginning_in_order(tmp_path: Path) -> None:
    """Every statement once."""
    statements = [Coverage(kind="gap", source="forum", detail=str(n), happened_at=START) for n in range(8)]
    keep(tmp_path, [message("posts", seen("hello")), *(message("coverage", one) for one in statements)])
    views = Views()
    _rebuild(tmp_path, views)
    _rebuild(tmp_path, views)
    assert [one.record for one in views.statements] == statements


def test_what_cannot_be_read_is_passed_over_and_counted(tmp_path: Path) -> None:
    """A post whose key is lost is not in the new indices, and is told."""
    other = Message("posts", 0, b"forum:2", b"nonsense")
    keep(tmp_path, [message("posts", seen("hello")), other, other])
    with closing(GrowingKeys(tmp_path / "keys")) as keys:
        keys.erase(0)
    views = Views()
    _rebuild(tmp_path, views)
    assert (views.documents, views.facts) == ({}, {})
    assert views.saved["passed_over"] == {"unopened": 1, "malformed": 2}
    assert views.saved["posts_without_record"] == 2


def _with_an_erased_post(folder: Path) -> tuple[PostDocument, ErasingKeeper]:
    """Its document as it stands, and the keeper's last look at it: a stub of it was seen, and something of another."""
    made = ErasingKeeper(folder)
    made.keep("posts", post(1, "secret"), post(2, "open"))
    made.keep("decisions", act(1, "requested", "ann"), act(1, "confirmed", "eve"))
    (documents, _) = live([made.received("posts"), made.received("decisions")])
    document = documents["forum:1"]
    stub = {"parts": document["parts"], "applied": document["applied"]}
    made.keep("registry", erasure(1, 1, 0, stub=stub))
    made.keep("posts", post(1, "secret"), post(1, "secret").reduced(), post(2, "still open"))
    made.keep("decisions", act(1, "requested", "bob"))
    return document, made


def test_an_erased_post_starts_from_its_stub(tmp_path: Path) -> None:
    """What came later is folded, its history holds only that, and nobody has to accept anything."""
    document, made = _with_an_erased_post(tmp_path)
    later = [made.received("posts")[3], made.received("decisions")[2]]
    views = Views()
    _rebuild(tmp_path, views)
    assert views.documents["forum:1"] == json.loads(json.dumps(fold_post(document, later)))
    assert views.documents["forum:1"]["text"] is None
    assert views.documents["forum:1"]["erased"]
    assert {fact["place"] for fact in views.facts.values() if fact["post_id"] == "forum:1"} == {
        "posts-0-3",
        "decisions-0-2",
    }
    assert (views.saved["erased_posts"], views.saved["passed_over"]) == (1, {"erased": 4})
    refuse_unread(Progress(**views.saved), accepted=False)
    assert b"secret" not in orjson.dumps([views.documents, views.facts])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("write", range(1, 12))
def test_an_erased_post_is_one_stub_however_often_it_is_killed(write: int, tmp_path: Path) -> None:
    """And wherever its entries are cut into pieces."""
    _with_an_erased_post(tmp_path)
    whole, views = Views(), Views(iter([write]))
    _rebuild(tmp_path, whole)
    while not _rebuilt(tmp_path, views):
        pass
    assert (views.documents, views.facts) == (whole.documents, whole.facts)


def test_an_erasure_that_comes_while_it_reads_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key goes only when its Erasure is signed."""
    _, made = _with_an_erased_post(tmp_path)
    views, look, looks = Views(), Stubs.look, iter(range(9))

    def looking(self: Stubs, reader: Folder, states: Sequence[LogState]) -> None:
        look(self, reader, states if next(looks) else [])

    monkeypatch.setattr(Stubs, "look", looking)
    _rebuild(tmp_path, views)
    assert views.saved["passed_over"] == {"erased": 4}
    made.ledger.close()


def test_the_content_of_a_post_that_is_about_to_be_erased_is_in_no_history(tmp_path: Path) -> None:
    """Its key is there until the keeper takes it."""
    keep(tmp_path, [message("posts", post(1, "secret")), message("posts", post(2, "open"))])
    keep(tmp_path, [message("decisions", act(1, state, by)) for state, by in (("requested", "a"), ("confirmed", "b"))])
    views = Views()
    _rebuild(tmp_path, views)
    assert b"secret" not in orjson.dumps([views.documents, views.facts])
    assert len(views.facts) == 4


@pytest.mark.parametrize("stub", [{}, {"parts": {}, "applied": {}}, {"parts": 1, "applied": 2}])
def test_a_stub_that_is_none_leaves_a_post_without_document(stub: dict[str, Any], tmp_path: Path) -> None:
    """It is told as one of which nothing can be read."""
    made = ErasingKeeper(tmp_path)
    made.keep("posts", post(1, "secret"), post(2, "open"))
    made.keep("decisions", act(1, "requested", "ann"), act(1, "confirmed", "eve"))
    made.keep("registry", erasure(1, 1, 0, stub=stub))
    views = Views()
    _rebuild(tmp_path, views)
    assert (set(views.documents), views.saved["posts_without_record"]) == ({"forum:2"}, 1)


def test_a_ledger_without_posts_replaces_nothing(tmp_path: Path) -> None:
    """A keeper that has just begun, or the wrong folder."""
    keep(tmp_path, [message("coverage", Coverage(kind="gap", source="forum", happened_at=START))])
    with pytest.raises(Misconfigured, match="no record about a post"):
        _rebuild(tmp_path, Views())


def test_another_ledger_than_the_one_it_was_begun_with_is_refused(tmp_path: Path) -> None:
    """Its slots would mean other posts."""
    facts = [Received("posts", "id-of-posts", 0, offset, at(offset), seen(f"text {offset}")) for offset in range(3)]
    keep(tmp_path / "one", map(message_of, facts))
    keep(tmp_path / "two", map(message_of, facts[:2]))
    views = Views()
    _rebuild(tmp_path / "one", views)
    with pytest.raises(Misconfigured, match="posts-0-id-of-posts had 3 entries, and here it has 2"):
        _rebuild(tmp_path / "two", views)


async def test_a_server_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said once, and given up at last."""
    monkeypatch.setattr(rebuilding, "RETRY_SECONDS_FIRST", 0.001)
    monkeypatch.setattr(rebuilding, "RETRY_SECONDS_MAX", 0.001)
    tries, said = 0, []
    tell: Any = type("Tell", (), {"says": lambda _, sentence: said.append(sentence)})()

    async def third_time() -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unavailable("the node is away")
        return tries

    assert await patiently(third_time, tell) == 3
    assert said == ["waiting: the node is away"]
    tries = -100
    with pytest.raises(Unavailable):
        await patiently(third_time, tell, give_up_seconds=0.005)
