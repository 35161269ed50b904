"""Moving an index on a real node while it is searched and written to."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typer.testing import CliRunner

from records.documents import PostDocument, findable
from records.errors import Misconfigured, Unavailable
from records.settings import Settings
from search.client import Search
from search.finder import find, get_post
from search.indexer import Indexer
from search.indices import body_of, index_behind, setup
from search.mappings import LOOKED_UP, POSTS
from search.queries import Wanted
from search.reindex import closed_to_writes, reindex

pytestmark = pytest.mark.live


@pytest.fixture
async def search(live_settings: Settings) -> AsyncIterator[Search]:
    """A connection to the live node, with indices of this test's own."""
    async with Search(live_settings) as connected:
        await setup(connected)
        yield connected


def documents(numbers: range, offset: int) -> dict[str, PostDocument]:
    """One document for each number, at this offset."""
    return {f"web:{n}": {"post_id": f"web:{n}", "version": offset, "applied": {"T:0": offset}} for n in numbers}


class Writer:
    """Writes like the fold: reads, writes over what it read, waits when told to, reads again on a conflict."""

    def __init__(self, search: Search) -> None:
        self.indexer = Indexer(search)
        self.rounds = self.waits = 0
        self.stopped_after: int | None = None

    async def run(self) -> None:
        """New posts and new versions of old ones, until it is stopped."""
        while self.stopped_after is None or self.rounds < self.stopped_after:
            self.rounds += 1
            some = documents(range(self.rounds * 20), self.rounds)
            while some:
                some = await self._once(some)

    async def _once(self, some: dict[str, PostDocument]) -> dict[str, PostDocument]:
        try:
            held = await self.indexer.read(some)
            conflicts = await self.indexer.write(some, held, [])
        except Unavailable:
            self.waits += 1
            await asyncio.sleep(0.05)
            return some
        return {post_id: some[post_id] for post_id in conflicts}


async def test_nothing_written_during_a_reindex_is_lost(search: Search) -> None:
    """New documents and new versions; searches work all the time; the alias stands for the new index."""
    await Indexer(search).write(documents(range(10_000, 13_000), 1), {}, [])
    writer = Writer(search)
    writing = asyncio.create_task(writer.run())
    moved = await reindex(search, "posts")
    writer.stopped_after = writer.rounds + 3
    await writing
    assert (moved.old, moved.new) == (f"{search.posts}-1", f"{search.posts}-2")
    assert await index_behind(search, search.posts) == moved.new
    held = await Indexer(search).read([f"web:{n}" for n in range(writer.rounds * 20)])
    assert {one.document["version"] for one in held.values()} == {writer.rounds}
    assert len(held) == writer.rounds * 20
    await search.ask("POST", f"/{search.posts}/_refresh")
    assert (await search.ask("GET", f"/{search.posts}/_count"))["count"] == 3_000 + writer.rounds * 20


async def test_what_was_read_before_the_move_must_be_read_again(search: Search) -> None:
    """Sequence numbers of the old index mean nothing in the new one, even where they happen to be equal."""
    indexer = Indexer(search)
    await indexer.write(documents(range(1), 1), {}, [])
    held = await indexer.read(["web:0"])
    await reindex(search, "posts")
    assert (await indexer.read(["web:0"]))["web:0"].seq_no == held["web:0"].seq_no
    assert await indexer.write(documents(range(1), 2), held, []) == {"web:0"}
    await setup(search)  # which removes the old index
    assert await indexer.write(documents(range(1), 2), held, []) == {"web:0"}
    assert await indexer.write(documents(range(1), 2), await indexer.read(["web:0"]), []) == set()


async def test_vectors_and_folded_parts_are_carried_over(search: Search) -> None:
    """Although vectors are not part of what a document gives back."""
    vector = bytes(range(256)) + bytes(range(128))
    embedding = base64.b64encode(vector).decode()
    post: PostDocument = {"post_id": "web:1", "embedding": embedding, "parts": {"a.": {"": 1}}, "applied": {"T:0": 1}}
    await Indexer(search).write({"web:1": post}, {}, [])
    await reindex(search, "posts")
    query = {"query": {"ids": {"values": ["web:1"]}}, "_source": {"exclude_vectors": False}}
    answer = await search.ask("POST", f"/{search.posts}/_search", query)
    source = answer["hits"]["hits"][0]["_source"]
    assert bytes(number & 255 for number in source.pop("embedding")) == vector
    kept = {key: post[key] for key in ("post_id", "parts", "applied")}  # type: ignore[literal-required]
    assert source == await get_post(search, "web:1") == kept | findable(None, None)


async def test_documents_of_an_older_schema_can_be_found_in_the_ways_of_this_one(search: Search) -> None:
    """As a reader would type the text, by the address as it was pasted, and by how much speaks for a look."""
    old = f"{search.posts}-1"
    await search.ask("DELETE", f"/{old}")
    body = body_of("posts", behind_alias=search.posts)
    body["mappings"]["_meta"]["schema_version"] = 1
    fields = {name: field for name, field in POSTS.items() if name not in ("text_plain", "url_plain")}
    body["mappings"]["properties"] = fields | {"url": LOOKED_UP}
    await search.ask("PUT", f"/{old}", body)
    post: PostDocument = {
        "post_id": "web:1",
        "text": "Gu\u0430ranteed caf\u00e9 returns",
        "url": "http://www.example.com/a/#c-1",
        "applied": {"T:0": 1},
        "revision_id": "r2",
        "reports": 2,
        "parts": {"judged": {"verdicts": [_verdict("r1", 1.0), _verdict("r2", 0.5)]}},
    }
    silent: PostDocument = {"post_id": "web:2", "text": None, "url": None, "applied": {"T:0": 2}}
    await Indexer(search).write({"web:1": post, "web:2": silent}, {}, [])
    with pytest.raises(Misconfigured, match="python -m search reindex"):
        await setup(search)
    await reindex(search, "posts")
    await setup(search)
    await search.ask("POST", f"/{search.posts}/_refresh")
    for wanted in (Wanted(text="guaranteed cafe"), Wanted(url="https://www.example.com/a#c-1")):
        assert [hit.document["post_id"] for hit in (await find(search, wanted)).hits] == ["web:1"]
    moved = await get_post(search, "web:1")
    assert moved is not None
    assert moved["evidence"] == 2500
    assert await get_post(search, "web:2") is not None


def _verdict(revision_id: str, score: float) -> dict[str, Any]:
    return {"revision_id": revision_id, "findings": [{"score": score}]}


async def test_an_interrupted_reindex_is_started_again(search: Search) -> None:
    """Killed while the old index was closed: writers wait, and the next reindex brings it to its end."""
    indexer = Indexer(search)
    await indexer.write(documents(range(10), 1), {}, [])
    await search.ask("PUT", f"/{search.posts}-2", {})
    await search.ask("PUT", f"/{search.posts}-1/_block/write")
    with pytest.raises(Unavailable, match="python -m search reindex"):
        await indexer.write(documents(range(20), 2), {}, [])
    assert (await reindex(search, "posts")).new == f"{search.posts}-3"
    assert len(await indexer.write(documents(range(20), 2), {}, [])) == 10
    assert len(await indexer.read(documents(range(20), 2))) == 20


async def test_a_reindex_that_fails_opens_the_index_again(search: Search) -> None:
    """Whatever went wrong, writers go on."""
    with pytest.raises(ZeroDivisionError):
        async with closed_to_writes(search, f"{search.posts}-1"):
            raise ZeroDivisionError
    assert await Indexer(search).write(documents(range(1), 1), {}, []) == set()


def test_the_commands(live_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """`setup`, `reindex` and a wrong name, as a person types them; one sentence where it fails."""
    from search.__main__ import app

    monkeypatch.setattr("search.__main__.settings", lambda: live_settings)
    monkeypatch.setattr("search.__main__.log_to_stderr", lambda *_: None)  # it is for a process of its own
    run = CliRunner().invoke
    before = run(app, ["reindex"])
    assert before.exit_code == 1
    assert "python -m search setup" in before.stderr
    assert run(app, ["setup"]).exit_code == 0
    after = run(app, ["reindex"])
    assert after.exit_code == 0, after.output
    assert f"{live_settings.named('history')}-2" in after.stdout
    assert run(app, ["reindex", "nothing"]).exit_code == 2
