"""What a verification says of erased posts: no difference, unless what is left of them says too much or too little."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from console.verifying.contents import Contents
from console.verifying.folded import Folded
from console.verifying.invented import Invented
from console.verifying.outcome import Indexed, Outcome
from console.verifying.pace import Unhurried
from console.verifying.posts import ComparedPosts
from console.verifying.seen import Facts, Posted
from console.verifying.telling import sentences
from console.verifying.where import Where
from console.verifying.whole import Asked, Verification
from moderation.cases import fold_post
from records.ledger.by_subject import partitions
from records.ledger.erasures import Erasures
from records.ledger.reading import Folder, Reader
from records.settings import Settings
from search.client import Search
from search.expunging import without_content
from search.history import history_document
from tests.console.verifying.scene import POSTS
from tests.ingest.keeper.erasing import ErasingKeeper
from tests.records.ledger.erasing import act, erasure, post

SEARCH = cast("Search", SimpleNamespace(posts="posts", history="history"))


def plain(fact: Any) -> dict[str, Any]:
    """As the index gives it back."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(fact))
    return found


class Http:
    """What somebody elsewhere sees of a folder: no keys."""

    def __init__(self, folder: Folder) -> None:
        self.logs, self.hashes, self.leaves = folder.logs, folder.hashes, folder.leaves
        self.slots, self.contents = folder.slots, folder.contents


class Remote(Where):
    """A folder as somebody elsewhere reads it."""

    @contextmanager
    def opened(self) -> Iterator[Reader]:
        """As Where says."""
        with super().opened() as folder:
            yield Http(cast("Folder", folder))


class Made:
    """A ledger with an erased post, of which more came later, and another post; and what the fold made of both."""

    def __init__(self, folder: Path) -> None:
        self.keeper = made = ErasingKeeper(folder)
        made.keep("posts", post(1, "secret"), post(2, "open"))
        made.keep("decisions", act(1, "requested", "ann"), act(1, "confirmed", "eve"))
        self.received = [*made.received("posts"), *made.received("decisions")]
        made.keep("registry", erasure(1, 1, 0))
        made.keep("posts", post(1, "secret"), post(1, "secret").reduced())
        made.keep("decisions", act(1, "requested", "bob"))
        later = [made.received("posts")[3], made.received("decisions")[2]]
        self.received += later
        each = [[one for one in self.received if one.record.post_id == f"forum:{number}"] for number in (1, 2)]
        self.documents: dict[str, Any] = {f"forum:{n}": dict(fold_post(None, each[n - 1])) for n in (1, 2)}
        self.facts: dict[str, Any] = {one.record.record_id: history_document(one) for one in later + each[1]}

    def verify(self, where: type[Where] = Where) -> Outcome:
        """Without indices."""
        asked = Asked(index=False)
        place = where(Settings(witness_ledger_file=self.keeper.folder / "ledger.pub"), self.keeper.folder)
        return asyncio.run(Verification(place, asked, Unhurried()).run([]))

    def compare(self, monkeypatch: pytest.MonkeyPatch, *, remote: bool = False) -> tuple[list[str], Indexed, Contents]:
        """With the indices as they are here; what differs, what was compared, what was opened."""

        async def documents(_: object, index: str, ids: Any) -> Mapping[str, Any]:
            return {id_: held[id_] for id_ in ids if id_ in (held := getattr(self, INDICES[index]))}

        async def compare(reader: Reader) -> ComparedPosts:
            compared = ComparedPosts(SEARCH, reader, Folded({("posts", 0): 9}, known=True), Facts(), Posted())
            for number, extents in partitions(reader, reader.logs()).items():
                async for _ in compared.partition(number, extents):
                    pass
            return compared

        monkeypatch.setattr("console.verifying.posts.documents", documents)
        with closing(Folder(self.keeper.folder)) as folder:
            reader = Http(folder) if remote else folder
            result = asyncio.run(compare(reader)).result
            erasures = Erasures()
            erasures.look(reader, reader.logs())
        result.contents.settle(erasures)
        return (
            [one.said for one in (*result.named.first, *result.contents.named.first)],
            result.indexed,
            result.contents,
        )


INDICES = {"posts": "documents", "history": "facts"}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Everything."""
    found = Made(tmp_path / "ledger")
    yield found
    found.keeper.ledger.close()


@pytest.mark.parametrize("where", [Where, Remote])
def test_what_was_erased_is_counted_and_no_difference(made: Made, where: type[Where]) -> None:
    """Also a sighting that came later, and over HTTP, where nobody sees which keys are there."""
    outcome = made.verify(where)
    assert [one.said for one in outcome.named.first] == []
    assert outcome.ok
    assert outcome.contents is not None
    assert (outcome.contents.erased, outcome.contents.opened) == (4, 4)


@pytest.mark.parametrize("topic", ["posts", "decisions"])
def test_a_key_that_somebody_overwrote_after_an_erasure_is_named(made: Made, topic: str) -> None:
    """An erasure explains what it took, and what is content; not the decisions that came after it."""
    keys = made.keeper.ledger.keys
    slots = keys.find_all([b"post:forum:1", b"post:forum:2"])
    keys.erase(slots[0][-1] if topic == "decisions" else slots[1][0])
    found = made.verify().named
    said = ["decisions-0-2"] if topic == "decisions" else ["posts-0-1"]
    assert [one.said.partition("(")[2].partition(")")[0] for one in found.first] == said
    assert "its key is gone and nothing says that it was erased" in found.first[0].said


@pytest.mark.parametrize("remote", [False, True])
def test_the_stub_of_an_erased_post_is_as_it_should_be(
    made: Made, remote: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, though the post has keys from before its erasure and from after it."""
    said, indexed, contents = made.compare(monkeypatch, remote=remote)
    assert said == []
    assert (indexed.posts, indexed.erased, indexed.skipped, contents.erased) == (1, 1, 0, 4)
    assert "the documents of 1 erased post are stubs" in dict(sentences(Outcome(indexed=indexed)))["What is proved"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "secret"}, "is no stub: text differ"),
        ({"said_before": ["secret"]}, "is no stub: said_before differ"),
        ({"parts": {"observed": {"texts": [{"text": "secret"}]}}}, "is no stub: parts.observed.texts differ"),
        ({"author_name": "Ann"}, "is no stub: author_name differ"),
        ({"erased": False}, "is no stub: erased differ"),
        ({"state": "open"}, "is no stub: state differ"),
        ({"parts": {"observed": {"text": "secret"}}}, "is no stub: parts.observed.text differ"),
        (None, "has not the stub of the erased post forum:1"),
    ],
)
def test_a_document_that_says_more_than_a_stub_is_named(
    change: dict[str, Any] | None, words: str, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or that is not there."""
    if change is None:
        del made.documents["forum:1"]
    else:
        made.documents["forum:1"].update(change)
    said, _, _ = made.compare(monkeypatch)
    assert [words in one for one in said] == [True]


@pytest.mark.parametrize("remote", [False, True])
def test_the_history_of_a_post_whose_keys_are_still_there_may_be_scrubbed(
    remote: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fold is faster than the keeper: facts lack what a person wrote; nothing else may be changed."""
    made = Made.__new__(Made)
    made.keeper = ErasingKeeper(tmp_path / "ledger")
    made.keeper.keep("posts", post(1, "secret"), post(1, "more"), post(2, "open"))
    made.keeper.keep("decisions", act(1, "requested", "ann"), act(1, "confirmed", "eve"))
    received = [*made.keeper.received("posts"), *made.keeper.received("decisions")]
    each = [[one for one in received if one.record.post_id == f"forum:{number}"] for number in (1, 2)]
    made.documents = {f"forum:{n}": dict(fold_post(None, each[n - 1])) for n in (1, 2)}
    made.facts = {one.record.record_id: history_document(one) for one in received}
    scrubbed, gone = (one.record.record_id for one in received[:2])
    assert made.compare(monkeypatch, remote=remote)[0] == []
    made.facts[scrubbed] = without_content(plain(made.facts[scrubbed]))
    assert made.facts[scrubbed]["record"].get("text") is None
    assert made.compare(monkeypatch, remote=remote)[0] == []
    made.facts[scrubbed]["record"]["surface"] = "elsewhere"
    del made.facts[gone]
    assert len(made.compare(monkeypatch, remote=remote)[0]) == 2
    made.keeper.ledger.close()


@pytest.mark.parametrize("late", [False, True])
def test_a_fact_that_still_has_content_of_an_erased_post_is_named(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless it is taken out by the second look."""
    fact = {"post_id": "forum:1", "topic_id": POSTS.topic_id, "partition": 0, "offset": 0, "place": "posts-0-0"}
    page = [("a", fact), ("b", fact | {"record": {"erased": True}}), ("c", fact | {"post_id": "forum:2"})]

    async def walk(*_: object) -> AsyncIterator[Any]:
        yield page

    async def documents(_: object, __: object, ids: list[str]) -> dict[str, Any]:
        return {id_: dict(page)["b"] if late else dict(page)[id_] for id_ in ids}

    monkeypatch.setattr("console.verifying.invented.walk", walk)
    monkeypatch.setattr("console.verifying.invented.documents", documents)
    facts = SimpleNamespace(behind=lambda *_: "stands")
    invented = Invented(SEARCH, cast("Facts", facts), Posted(), Posted(), {"forum:1"})

    async def look() -> None:
        async for _ in invented.facts():
            pass
        assert invented.waits
        await invented.look_again()

    asyncio.run(look())
    invented.name_rest()
    said = [] if late else ["the fact a still has content of the erased post forum:1"]
    assert [one.said for one in invented.named.first] == said
