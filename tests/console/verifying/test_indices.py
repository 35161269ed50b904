"""What indices say is compared with what the ledger has, whatever documents say of themselves."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from console.verifying.contents import Contents
from console.verifying.folded import Folded
from console.verifying.invented import Invented
from console.verifying.posts import Compared, ComparedPosts
from console.verifying.seen import Facts, Posted
from console.verifying.watched import ComparedWatching
from records.codec import encode
from records.coverage import Coverage
from records.ledger.by_subject import partitions
from records.ledger.entries import Entry, LogId, absent
from records.ledger.erasures import Erasures
from records.ledger.growing import Kept
from records.ledger.opened import Opened
from records.ledger.reading import Folder
from records.ledger.store import Ledger
from records.received import Received
from search.client import Search
from tests.console.verifying.scene import BEGAN_MS, POSTS, Scene
from tests.moderation import case_records as make

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
SEARCH = cast("Search", SimpleNamespace(posts="posts", history="history", coverage="coverage"))


async def _no_documents(*_: object) -> dict[str, Any]:
    return {}


def _compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Compared, Facts]:
    """Of an index that has nothing."""
    monkeypatch.setattr("console.verifying.posts.documents", _no_documents)
    facts = Facts()

    async def compare(reader: Folder) -> Compared:
        compared = ComparedPosts(SEARCH, reader, Folded(), facts, Posted())
        for number, extents in partitions(reader, reader.logs()).items():
            async for _ in compared.partition(number, extents):
                pass
        return compared.result

    with closing(Folder(folder)) as reader:
        return asyncio.run(compare(reader)), facts


def test_a_post_that_cannot_be_opened_is_not_counted_as_compared(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted as passed over."""
    scene.change_slots(lambda slots: slots.__setitem__(slice(0, 32), bytes(32)))
    indexed = _compared(scene.folder, monkeypatch)[0].indexed
    assert (indexed.posts, indexed.skipped) == (6, 1)


def test_no_fact_stands_where_an_entry_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two entries of a post."""
    with closing(Ledger(tmp_path, "test")) as ledger:
        log = ledger.log(POSTS)
        log.keep([Kept(0, BEGAN_MS, b"p:1", b"{}")])
        log.keep_absent(absent(1, "an acceptance", BEGAN_MS))
        log.keep([Kept(2, BEGAN_MS, b"p:1", b"{}")])
        log.flush()
        log.sign()
    _, facts = _compared(tmp_path, monkeypatch)
    place = {"post_id": "p:1", "topic_id": POSTS.topic_id, "partition": 0, "offset": 1}
    assert facts.behind("f" * 64, place) == "stands not"


@pytest.mark.parametrize(("id_", "offset", "named"), [("post:3", 10, 0), ("another", 10, 1), ("post:3", 11, 1)])
def test_a_post_under_another_id_is_invented(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, id_: str, offset: int, named: int
) -> None:
    """Though it names a post that there is, and entries of it; a post that came meanwhile is not."""

    async def walk(*_: object) -> AsyncIterator[list[tuple[str, Mapping[str, Any]]]]:
        yield [(id_, {"post_id": "post:3", "applied": {f"{POSTS.topic_id}:0": offset}})]

    monkeypatch.setattr("console.verifying.invented.walk", walk)
    invented = Invented(SEARCH, Facts(), Posted(), Posted())

    async def look() -> None:
        async for _ in invented.posts():
            pass

    asyncio.run(look())
    with closing(Folder(scene.folder)) as reader:
        invented.explain(reader, reader.logs())
    invented.name_rest()
    assert [one.where for one in invented.named.first] == [id_] * named


def test_an_hour_that_was_altered_is_named_whatever_other_partitions_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is doubted is looked at again in all logs, and not in the first alone."""
    monkeypatch.setattr("console.verifying.watched.documents", _no_documents)
    logs = [LogId("c" * 22, "coverage", "w" * 22, number) for number in range(2)]
    with closing(Ledger(tmp_path, "test")) as ledger:
        for log_id, source in zip(logs, ("one", "other"), strict=True):
            beat = Coverage(kind="heartbeat", source=source, from_at=AT, until_at=AT, read=1, happened_at=AT)
            log = ledger.log(log_id)
            log.keep([Kept(0, BEGAN_MS, source.encode(), encode(beat))])
            log.flush()
            log.sign()

    async def compare(reader: Folder) -> ComparedWatching:
        watching = ComparedWatching(SEARCH, reader, Folded(), Posted())
        for state in reader.logs():
            async for _ in watching.log(state):
                pass
        async for _ in watching.again(reader.logs()):
            pass
        watching.name_doubted()
        return watching

    with closing(Folder(tmp_path)) as reader:
        named = asyncio.run(compare(reader)).named.first
    assert [one.where for one in named] == ["one@2026-11-20T12", "other@2026-11-20T12"]


def _received(offset: int) -> Received:
    return Received("posts", POSTS.topic_id, 0, offset, AT, make.seen("x"))


def test_from_where_on_the_index_contradicts_a_log_is_named() -> None:
    """Of many facts only some are named, and the first of all is what matters; one alone is named by itself."""
    compared = Compared()
    compared.contradicts(_received(12))
    assert compared.stretches() == []
    compared.contradicts(_received(9))
    (one,) = compared.stretches()
    assert (one.kind, one.where, one.entry) == ("fact", POSTS.path, 9)


@pytest.mark.parametrize(
    ("erased", "words"),
    [
        (None, "nothing says that it was erased: its key was overwritten, altered, swapped or lost"),
        (False, "is not opened by its key: the key was altered, swapped or lost"),
        (True, "its key is gone and nothing says that it was erased"),
    ],
)
def test_what_cannot_be_opened_says_what_is_known_of_its_key(erased: bool | None, words: str) -> None:
    """Over HTTP nobody but the keeper sees the keys; a person looks which it was."""
    found = Contents()
    for offset in (5, 6):
        found.take(Opened(POSTS, Entry(0, offset, 1, 3, b"p", bytes(32)), why="unopened"), erased, 7)
    assert found.entries == 2
    found.settle(Erasures())
    assert words in found.named.first[0].said
    assert (found.entries, found.named.count, found.erased) == (2, 2, 0)
