"""What means the same, on a real node and with the shipped model."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from moderation.scorer import Scorer, load_scorer
from records.digests import text_digest
from records.documents import PostDocument, findable
from records.errors import Malformed
from records.settings import Settings
from search.client import Search
from search.duplicates import duplicates
from search.indexer import Indexer
from search.indices import setup
from search.likeness import Meaning, like, meaning_of
from search.queries import Wanted

pytestmark = pytest.mark.live

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
SCAM = "I was drowning in bills until Mr. Reed of Prime Ledger showed me how to turn 500 into 6,200. No risk at all."
REWORDED = (
    "Hello all, I was drowning in bills until Mr. Reed of Prime Ledger showed me how to turn 500 into 6,200! No risk."
)
WARNING = "Everyone, this Reed is a scam. He promises that 500 becomes 6,200 with no risk. Report it."
WEATHER = "Lovely weather for the garden party on Sunday, and the cake was excellent."


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """The model that ships with us."""
    return load_scorer()


@pytest.fixture
async def search(live_settings: Settings) -> AsyncIterator[Search]:
    """A connection to the live node, with indices of this test's own."""
    async with Search(live_settings) as connected:
        await setup(connected)
        yield connected


async def given(search: Search, scorer: Scorer, *posts: dict[str, Any]) -> None:
    """These posts are there, judged and searchable; `web:1`, `web:2` ..., a day apart."""
    documents: dict[str, PostDocument] = {}
    scored = scorer.score([fields["text"] for fields in posts])
    for number, (fields, said) in enumerate(zip(posts, scored, strict=True), start=1):
        at = (MARCH + timedelta(days=number)).isoformat()
        documents[f"web:{number}"] = {  # type: ignore[assignment]
            "post_id": f"web:{number}",
            "applied": {"T:0": number},
            "text_digest": text_digest(fields["text"]),
            "embedding": said.embedding and base64.b64encode(said.embedding).decode(),
            "model_digest": scorer.model_digest,
            "posted_at": at,
            "first_seen_at": at,
            **findable(fields["text"], None),
            **fields,
        }
    assert await Indexer(search).write(documents, {}, []) == set()
    await search.ask("POST", f"/{search.posts}/_refresh")


def meaning(scorer: Scorer, text: str) -> Meaning:
    """Of a pasted text."""
    return Meaning(scorer.score([text])[0].embedding or b"", scorer.model_digest or "")


async def test_what_means_the_same_comes_first(search: Search, scorer: Scorer) -> None:
    """Nearest first, with how near; neither the post itself nor what is about something else is there."""
    await given(search, scorer, {"text": SCAM}, {"text": WEATHER}, {"text": WARNING}, {"text": REWORDED})
    found = await like(search, Wanted(size=10), await meaning_of(search, "web:1"))
    assert [hit.document["post_id"] for hit in found.hits] == ["web:4", "web:3"]
    assert [(hit.similarity or 0) > 0.8 for hit in found.hits] == [True, False]
    assert "embedding" not in found.hits[0].document
    pasted = await like(search, Wanted(size=2), meaning(scorer, SCAM))
    assert [hit.document["post_id"] for hit in pasted.hits] == ["web:1", "web:4"]
    assert pasted.hits[0].similarity == pytest.approx(1)
    assert pasted.at_least


async def test_every_filter_narrows_what_is_alike(search: Search, scorer: Scorer) -> None:
    """Also words."""
    surfaces = ("blog/a", "blog/b", "blog/a")
    texts = (SCAM, SCAM, WARNING)
    await given(search, scorer, *({"text": t, "surface": s} for t, s in zip(texts, surfaces, strict=True)))
    asked = meaning(scorer, SCAM)
    for wanted, expected in (
        (Wanted(surfaces=("blog/b",)), ["web:2"]),
        (Wanted(text="everyone"), ["web:3"]),
        (Wanted(until_at=MARCH + timedelta(days=2)), ["web:1"]),
    ):
        assert [hit.document["post_id"] for hit in (await like(search, wanted, asked)).hits] == expected


async def test_embeddings_of_another_model_are_not_compared(search: Search, scorer: Scorer) -> None:
    """They mean something else."""
    await given(search, scorer, {"text": SCAM}, {"text": SCAM, "model_digest": "f" * 64})
    assert [hit.document["post_id"] for hit in (await like(search, Wanted(), meaning(scorer, SCAM))).hits] == ["web:1"]


async def test_what_cannot_be_compared_says_why(search: Search, scorer: Scorer) -> None:
    """Not there, not judged, or judged without a model that knows it."""
    nothing = {"text": SCAM, "embedding": None}
    zero = base64.b64encode(bytes(384)).decode()
    await given(search, scorer, nothing, nothing | {"unscored": "no text"}, {"text": SCAM, "embedding": zero})
    for post_id, why in (("web:1", "no model"), ("web:2", "no text"), ("web:3", "no model"), ("web:9", "no post")):
        with pytest.raises(Malformed, match=why):
            await meaning_of(search, post_id)


async def test_posts_that_say_the_same_are_one_group(search: Search, scorer: Scorer) -> None:
    """Word for word and reworded; who, where, from when to when. Neither the warning nor a lone post belongs to it."""
    campaign = [
        {"text": SCAM, "author_id": "u-1", "author_name": "Dana", "surface": "blog/a"},
        {"text": SCAM.upper(), "author_id": "u-2", "surface": "blog/a"},
        {"text": REWORDED, "author_id": "u-3", "surface": "blog/b"},
    ]
    await given(
        search, scorer, *campaign, {"text": WARNING}, {"text": WEATHER}, {"text": "Thanks!"}, {"text": "thanks"}
    )
    first, second = await duplicates(search, Wanted(size=10))
    assert (first.posts, first.texts, first.authors, first.surfaces) == (3, 2, 3, 2)
    assert [(share.value, share.posts) for share in first.named_surfaces] == [("blog/a", 2), ("blog/b", 1)]
    assert {share.name for share in first.named_authors} == {"Dana", None}
    assert (first.first_at or "")[:10] == "2026-03-02"
    assert (first.last_at or "")[:10] == "2026-03-04"
    assert first.text.lower() == SCAM.lower()
    assert (second.posts, second.texts) == (2, 1)
    (narrowed,) = await duplicates(search, Wanted(surfaces=("blog/a",), size=10))
    assert (narrowed.posts, narrowed.texts) == (2, 1)


async def test_texts_that_say_nothing_are_no_group(search: Search, scorer: Scorer) -> None:
    """All emoji have one embedding, and posts without a text one digest."""
    await given(search, scorer, {"text": "\U0001f525"}, {"text": "\U0001f44f"}, {"text": ""}, {"text": " "})
    assert await duplicates(search, Wanted()) == []


async def test_an_old_rewording_is_found_over_a_text_that_was_repeated(search: Search, scorer: Scorer) -> None:
    """Though it is not among the newest posts that are compared with one another."""
    filler = ({"text": f"{n}", "embedding": None, "model_digest": None} for n in range(1_000))
    await given(search, scorer, {"text": REWORDED}, {"text": SCAM}, {"text": SCAM}, *filler)
    (group,) = await duplicates(search, Wanted())
    assert (group.posts, group.texts) == (3, 2)
