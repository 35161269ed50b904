"""Writing to a real node: nothing twice, nothing lost, nothing that a stranger writes makes it fail."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.local.servers import Servers
from records.documents import PostDocument
from records.errors import Misconfigured, NewerVersion, Unavailable
from records.posts import Collector, Post, post_id_of, revision_of
from records.received import Received
from records.settings import Settings
from search.client import Refused, Search
from search.conversation import conversation, conversations, others_at
from search.finder import facts_of, get_post
from search.indexer import Indexer
from search.indices import index_behind, setup
from search.mappings import SCHEMA_VERSION

pytestmark = pytest.mark.live

NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
COLLECTOR = Collector(source="web", version="1", config_digest="ab" * 32)


@pytest.fixture
async def search(live_settings: Settings) -> AsyncIterator[Search]:
    """A connection to the live node, with indices of this test's own."""
    async with Search(live_settings) as connected:
        await setup(connected)
        yield connected


def document(post_id: str, offset: int = 0, **fields: Any) -> PostDocument:
    """A document that says little more than which post it is."""
    return {"post_id": post_id, "applied": {"T:0": offset}, **fields}  # type: ignore[typeddict-item]


def fact(native_id: str, offset: int, text: str = "hello") -> Received:
    """A post that was seen, standing at this offset."""
    record = Post(
        kind="seen",
        post_id=post_id_of("web", native_id),
        source="web",
        native_id=native_id,
        text=text,
        revision_id=revision_of(text),
        seen_at=NOW,
        collector=COLLECTOR,
    )
    return Received("posts", "T", 0, offset, NOW, record)


async def refresh(search: Search) -> None:
    """Makes everything written so far searchable."""
    await search.ask("POST", f"/{search.posts},{search.history}/_refresh")


async def test_setup_again_changes_nothing(search: Search) -> None:
    """What is there stays, documents included."""
    indexer = Indexer(search)
    await indexer.write({"web:1": document("web:1")}, {}, [])
    await setup(search)
    assert await index_behind(search, search.posts) == f"{search.posts}-1"
    assert "web:1" in await indexer.read(["web:1"])


@pytest.mark.parametrize(
    ("version", "expected", "sentence"),
    [
        (SCHEMA_VERSION + 1, NewerVersion, "upgrade this worker first"),
        (SCHEMA_VERSION - 1, Misconfigured, "python -m search reindex"),
    ],
)
async def test_another_schema_is_refused(
    search: Search, version: int, expected: type[Exception], sentence: str
) -> None:
    """Before anything is written to it."""
    await search.ask("PUT", f"/{search.posts}/_mapping", {"_meta": {"schema_version": version}})
    with pytest.raises(expected, match=sentence):
        await setup(search)


async def test_without_indices_the_sentence_says_what_to_run(live_settings: Settings) -> None:
    """A missing alias never becomes an index by accident."""
    async with Search(live_settings) as search:
        with pytest.raises(Misconfigured, match="python -m search setup"):
            await Indexer(search).write({"web:1": document("web:1")}, {}, [fact("1", 0)])
        with pytest.raises(Misconfigured, match="python -m search setup"):
            await get_post(search, "web:1")


async def test_what_was_written_is_read_at_once(search: Search) -> None:
    """Without waiting for the next refresh."""
    indexer = Indexer(search)
    assert await indexer.write({"web:1": document("web:1", text="hello")}, {}, [fact("1", 0)]) == set()
    held = await indexer.read(["web:1", "web:2", "web:1"])
    assert list(held) == ["web:1"]
    assert held["web:1"].document == document("web:1", text="hello")


async def test_who_comes_second_is_told(search: Search) -> None:
    """A document that somebody else made or changed meanwhile is not overwritten."""
    indexer = Indexer(search)
    await indexer.write({"web:1": document("web:1", 1)}, {}, [])
    assert await indexer.write({"web:1": document("web:1", 9), "web:2": document("web:2")}, {}, []) == {"web:1"}
    held = await indexer.read(["web:1"])
    assert await indexer.write({"web:1": document("web:1", 2)}, held, []) == set()
    assert await indexer.write({"web:1": document("web:1", 3)}, held, []) == {"web:1"}
    assert (await indexer.read(["web:1"]))["web:1"].document == document("web:1", 2)


async def test_a_document_with_nothing_new_is_not_written_again(search: Search) -> None:
    """Folding a batch twice costs a read."""
    indexer = Indexer(search)
    await indexer.write({"web:1": document("web:1", 1)}, {}, [])
    before = await indexer.read(["web:1"])
    await indexer.write({"web:1": document("web:1", 1)}, before, [])
    assert await indexer.read(["web:1"]) == before


async def test_a_fact_three_times_is_one_fact(search: Search) -> None:
    """In one batch or in several; the first place at which it stood stays."""
    indexer = Indexer(search)
    assert await indexer.write({}, {}, [fact("1", 0), fact("1", 1)]) == set()
    assert await indexer.write({}, {}, [fact("1", 2)]) == set()
    await refresh(search)
    (found,) = await facts_of(search, "web:1")
    assert found["place"] == "posts-0-0"
    assert found["record"]["text"] == "hello"


async def test_the_facts_of_a_post_come_in_order_and_whole(search: Search) -> None:
    """More than one page of them, written in any order."""
    facts = [fact("1", offset, text=f"revision {offset}") for offset in range(250)]
    await Indexer(search).write({}, {}, facts[::-1])
    await Indexer(search).write({}, {}, [fact("2", 999)])
    await refresh(search)
    assert [found["offset"] for found in await facts_of(search, "web:1")] == list(range(250))


async def test_nothing_that_a_stranger_writes_makes_a_document_fail(search: Search) -> None:
    """Long words, all years, strange names, NUL: kept whole, indexed as far as that is possible."""
    hostile = {
        "web:long": {"surface": "s" * 40_000, "url": "u" * 40_000, "labels": ["l" * 40_000], "text": "x" * 100_000},
        "web:wide": {"author_name": "\U0001f600" * 40_000, "page_title": "\u202e\x00" * 1_000},
        "web:years": {"posted_at": "0001-01-01T00:00:00+00:00", "removed_at": "9999-12-31T23:59:59.999999+00:00"},
        "web:names": {"parts": {"": 1, ".": 2, "a.": 3, " ": {"": [{"x..y": None}]}}},
        "web:large": {"version": 2**63 - 1, "revisions": 2**63},
        "web:zero": {"embedding": base64.b64encode(bytes(384)).decode()},
        "x" * 512: {},
        "web:" + "\U0001f600" * 200: {},
    }
    written = {post_id: document(post_id, **fields) for post_id, fields in hostile.items()}
    indexer = Indexer(search)
    assert await indexer.write(written, {}, []) == set()
    read = await indexer.read(written)
    assert {post_id: held.document.get("parts") for post_id, held in read.items()} == {
        post_id: fields.get("parts") for post_id, fields in hostile.items()
    }
    assert len(read) == len(hostile)


async def test_an_unknown_field_is_a_bug_and_says_so(search: Search) -> None:
    """The mapping is strict: a misspelled field stops the process, and its value is not told."""
    with pytest.raises(Refused, match="strict_dynamic_mapping_exception") as refused:
        await Indexer(search).write({"web:1": document("web:1", txet="secret")}, {}, [])
    assert "secret" not in str(refused.value)


async def test_the_state_is_whole_without_the_embedding(search: Search) -> None:
    """Vectors can be searched but are not given back; everything else is, before and after a refresh."""
    vector = base64.b64encode(bytes(range(1, 128)) * 3 + b"\x01\x02\x03").decode()
    parts = {"judged": {"embedding": vector}}
    indexer = Indexer(search)
    await indexer.write({"web:1": document("web:1", embedding=vector, parts=parts)}, {}, [])
    at_once = (await indexer.read(["web:1"]))["web:1"].document
    await refresh(search)
    later = (await indexer.read(["web:1"]))["web:1"].document
    assert at_once == later == document("web:1", parts=parts)
    knn = {"field": "embedding", "query_vector": [1] * 384, "k": 1, "num_candidates": 1}
    answer = await search.ask("POST", f"/{search.posts}/_search", {"knn": knn})
    assert [hit["_id"] for hit in answer["hits"]["hits"]] == ["web:1"]


async def test_a_batch_larger_than_one_body_is_written_whole(search: Search) -> None:
    """Thirty documents of a megabyte each are several bodies."""
    written = {f"web:{n}": document(f"web:{n}", parts={"text": "x" * 1_000_000}) for n in range(30)}
    indexer = Indexer(search)
    assert await indexer.write(written, {}, []) == set()
    assert len(await indexer.read(written)) == 30


async def test_several_searches_are_answered_in_order_and_all_of_them_or_none(search: Search) -> None:
    """By one request; one that the node does not understand is a bug as if it had been asked alone."""
    written = {f"web:{n}": document(f"web:{n}", text=f"hello number {n}") for n in range(3)}
    await Indexer(search).write(written, {}, [])
    await refresh(search)
    bodies = [{"query": {"match": {"text": str(n)}}} for n in (2, 0)]
    answers = await search.ask_many(search.posts, bodies)
    assert [[hit["_source"]["post_id"] for hit in one["hits"]["hits"]] for one in answers] == [["web:2"], ["web:0"]]
    assert await search.ask_many(search.posts, []) == []
    with pytest.raises(Refused, match="parsing_exception"):
        await search.ask_many(search.posts, [*bodies, {"query": {"no such query": {}}}])
    with pytest.raises(Misconfigured, match="python -m search setup"):
        await search.ask_many(f"{search.posts}-none", bodies)


async def test_neighbours_are_the_same_asked_for_one_or_for_many(search: Search) -> None:
    """The post that is answered stands first, and once; whoever wants none gets none, and its address is counted."""
    said: dict[str, Any] = {
        "source": "web",
        "surface": "talk",
        "thread_id": "t",
        "url_plain": "https://www.example.com/a",
    }
    said["url"] = said["url_plain"]
    written = {
        f"web:{n}": document(f"web:{n}", posted_at=f"2026-03-02T09:0{n}:00Z", parent_post_id="web:1", **said)
        for n in range(5)
    }
    await Indexer(search).write(written, {}, [])
    await refresh(search)
    wanted = [(written["web:3"], 1), (written["web:2"], 0), (document("web:9"), 3), (written["web:0"], 2)]
    found = [[(how, near["post_id"]) for how, near in one] for one in await conversations(search, wanted)]
    assert found == [
        [("parent", "web:1"), ("before", "web:2"), ("after", "web:4")],
        [],
        [],
        [("parent", "web:1"), ("after", "web:2")],
    ]
    assert found == [
        [(how, near["post_id"]) for how, near in await conversation(search, post, size)] for post, size in wanted
    ]
    assert await others_at(search, [written["web:0"], document("web:9"), written["web:4"]]) == [4, 0, 4]


async def test_a_node_that_is_killed_loses_nothing_that_it_answered(search: Search, servers: Servers) -> None:
    """And while it is away, we are told to wait."""
    indexer = Indexer(search)
    written = {f"web:{n}": document(f"web:{n}") for n in range(500)}
    await indexer.write(written, {}, [fact(str(n), n) for n in range(500)])
    servers.kill("node")
    with pytest.raises(Unavailable, match="cannot be reached"):
        await indexer.read(["web:1"])
    with pytest.raises(Unavailable, match="cannot be reached"):
        await indexer.write({"web:new": document("web:new")}, {}, [])
    servers.begin("node")
    assert len(await indexer.read(written)) == 500
    await refresh(search)
    assert (await search.ask("GET", f"/{search.history}/_count"))["count"] == 500
