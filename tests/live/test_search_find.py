"""Finding posts on a real node, as a person would."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from records.digests import text_digest
from records.documents import PostDocument, findable, findable_before
from records.settings import Settings
from search.client import Search
from search.finder import find, get_post, posts_at
from search.indexer import Indexer
from search.indices import setup
from search.marks import pieces
from search.overview import facets
from search.places import post_with_text
from search.queries import Wanted
from search.surroundings import counts
from search.totals import totals
from search.words import WORDS_MAX

pytestmark = pytest.mark.live

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
async def search(live_settings: Settings) -> AsyncIterator[Search]:
    """A connection to the live node, with indices of this test's own."""
    async with Search(live_settings) as connected:
        await setup(connected)
        yield connected


async def given(search: Search, *posts: dict[str, Any]) -> None:
    """These posts are there and searchable; `web:1`, `web:2` ... unless they say otherwise."""
    documents: dict[str, PostDocument] = {}
    for number, fields in enumerate(posts, start=1):
        post_id = fields.get("post_id", f"web:{number}")
        found_by = findable(fields.get("text"), fields.get("url"))
        documents[post_id] = {"post_id": post_id, "applied": {"T:0": number}} | found_by | fields  # type: ignore[assignment]
    assert await Indexer(search).write(documents, {}, []) == set()
    await search.ask("POST", f"/{search.posts}/_refresh")


async def found(search: Search, **wanted: Any) -> list[str]:
    """The ids of the posts that are found, in order."""
    return [hit.document["post_id"] for hit in (await find(search, Wanted(**wanted))).hits]


async def test_words_phrases_and_misspellings(search: Search) -> None:
    """All words must be there, nearly spelled; a phrase must be there as it is."""
    await given(
        search,
        {"text": "Guaranteed returns every month, message me"},
        {"text": "The returns are never guaranteed, he said"},
        {"text": "Nothing about money at all"},
    )
    assert sorted(await found(search, text="guaranteed returns")) == ["web:1", "web:2"]
    assert await found(search, text='"guaranteed returns"') == ["web:1"]
    assert sorted(await found(search, text="garanteed retuns")) == ["web:1", "web:2"]
    assert await found(search, text='"garanteed returns"') == []
    assert await found(search, text='"guaranteed returns" mesage') == ["web:1"]
    assert await found(search, text="guaranteed money") == []


async def test_a_post_is_found_by_what_it_said_before(search: Search) -> None:
    """After what says it now, with the words of that text marked; by a phrase, misread, and word for word, too."""
    old = ("Guaranteed returns every month, just message me today", "Write to me about the harbour pool")
    before = findable_before([{"text": text, "text_digest": text_digest(text)} for text in old])
    await given(
        search,
        {"text": "Nothing to see here", **before},
        {"text": "He says that guaranteed returns every month are a lie that nobody should believe, guaranteed"},
        {"text": "Returns of parcels are on the first Monday of every month, message the shop"},
    )
    assert await found(search, text="guaranteed returns") == ["web:2"]
    hits = (await find(search, Wanted(text="guaranteed returns", before=True))).hits
    assert [(hit.document["post_id"], hit.says) for hit in hits] == [("web:2", "now"), ("web:1", "before")]
    assert ("Guaranteed", True) in pieces(hits[1].fragments[0])
    assert "harbour" not in hits[1].fragments[0]
    for text in (
        '"just message me today"',
        '"returns every month" message',
        "garanteed retuns today",
        '"harbour pool"',
    ):
        assert await found(search, text=text, before=True) == ["web:1"], text
    for text in ("nothing guaranteed", '"today write"'):
        assert await found(search, text=text, before=True) == [], text
    misread = await find(search, Wanted(text="Guarantced returns every month just rnessage me today", before=True))
    assert (misread.nearest, misread.hits[0].document["post_id"], misread.hits[0].says) == (True, "web:1", "before")
    assert await post_with_text(search, "guaranteed returns every month; JUST message me today!") == "web:1"
    counted = await facets(search, Wanted(text="guaranteed returns", before=True))
    assert counted["state"].others == 0


async def test_the_exact_word_comes_before_the_similar_one(search: Search) -> None:
    """Misspellings are found, but later."""
    await given(search, {"text": "fees fees"}, {"text": "a feet of snow"}, {"text": "the fees"}, {"text": "foes"})
    assert (await found(search, text="feet"))[0] == "web:2"


async def test_the_title_and_the_author_are_searched_too(search: Search) -> None:
    """Not only the text."""
    await given(search, {"page_title": "Retirement basics"}, {"author_name": "Dana Miller"})
    assert await found(search, text="retirement") == ["web:1"]
    assert await found(search, text="miller") == ["web:2"]


async def test_each_filter_narrows(search: Search) -> None:
    """One post that each filter finds, and one that it does not."""
    url = "https://www.example.com/blog#c-1"
    fields = {
        "surface": "blog/a",
        "source": "web",
        "author_id": "u-17",
        "author_name": "Dana M.",
        "labels": ["complaint", "promissory_claim"],
        "state": "open",
        "severity": 2,
        "language": "en",
        "url": url,
        "visible": True,
        "unscored": "no model",
        "posted_at": MARCH.isoformat(),
    }
    await given(search, fields, {"severity": 1, "visible": False, "posted_at": (MARCH - timedelta(days=9)).isoformat()})
    for wanted in (
        {"surfaces": ("blog/a", "blog/b")},
        {"sources": ("web",)},
        {"authors": ("u-17",)},
        {"authors": ("Dana M.",)},
        {"labels": ("promissory_claim",)},
        {"states": ("open",)},
        {"severity_min": 2},
        {"languages": ("en",)},
        {"url": url},
        {"visible": True},
        {"unscored": True},
        {"from_at": MARCH, "until_at": MARCH + timedelta(seconds=1)},
    ):
        assert await found(search, **wanted) == ["web:1"], wanted
    assert await found(search, until_at=MARCH) == ["web:2"]


async def test_where_the_site_says_no_time_ours_counts(search: Search) -> None:
    """A post without a time of its own can be found by when it was first seen."""
    await given(search, {"first_seen_at": MARCH.isoformat()})
    assert await found(search, from_at=MARCH) == ["web:1"]
    assert await found(search, from_at=MARCH + timedelta(seconds=1)) == []


async def test_a_fragment_shows_what_matched_and_is_no_markup(search: Search) -> None:
    """What the post itself contains stays text."""
    await given(search, {"text": "<script>alert('fee')</script> what is the fee"})
    (hit,) = (await find(search, Wanted(text="fee"))).hits
    cut = [piece for fragment in hit.fragments for piece in pieces(fragment)]
    assert {text for text, matched in cut if matched} == {"fee"}
    assert "<script>" in "".join(text for text, _ in cut)
    assert "<em>" not in "".join(hit.fragments)


async def test_pages_follow_one_another_without_gap_or_overlap(search: Search) -> None:
    """Also where all posts are of the same instant."""
    await given(search, *({"posted_at": MARCH.isoformat(), "text": "fee"} for _ in range(25)))
    for sort in ("relevance", "newest", "oldest", "severity"):
        seen: list[str] = []
        wanted = Wanted(text="fee", size=10, sort=sort)
        page = await find(search, wanted)
        assert (page.total, page.at_least) == (25, False)
        while page.hits:
            seen += [hit.document["post_id"] for hit in page.hits]
            if not page.after:
                break
            page = await find(search, Wanted(text="fee", size=10, sort=sort, after=page.after))
        assert len(seen) == len(set(seen)) == 25


async def test_orders(search: Search) -> None:
    """Newest, oldest, most severe; posts without the value come last."""
    day = timedelta(days=1)
    await given(
        search,
        {"posted_at": MARCH.isoformat(), "severity": 1},
        {"posted_at": (MARCH + day).isoformat(), "severity": 3},
        {"severity": 2},
    )
    assert await found(search, sort="newest") == ["web:2", "web:1", "web:3"]
    assert await found(search, sort="oldest") == ["web:1", "web:2", "web:3"]
    assert await found(search, sort="severity") == ["web:2", "web:3", "web:1"]


async def test_a_hit_leaves_the_folded_parts_out(search: Search) -> None:
    """They are large, and no list shows them."""
    await given(search, {"text": "fee", "parts": {"observed": {}}})
    (hit,) = (await find(search, Wanted(text="fee"))).hits
    assert "parts" not in hit.document
    assert "parts" in (await get_post(search, "web:1") or {})


async def test_as_many_words_as_a_search_may_have(search: Search) -> None:
    """The limit that we name is one that the server can do."""
    await given(search, *({"text": f"word{n} other{n} fuzzy{n}"} for n in range(300)))
    assert await found(search, text=" ".join(f"wurd{n}" for n in range(WORDS_MAX))) == []


async def test_a_post_by_its_id_or_its_address(search: Search) -> None:
    """Several posts on one address: the newest first."""
    url = "https://www.example.com/blog/1#comments?x=\u00fc"
    await given(
        search,
        {"url": url, "posted_at": MARCH.isoformat()},
        {"url": url, "posted_at": (MARCH + timedelta(days=1)).isoformat()},
        {"url": url + "x"},
        {"post_id": "web:https://x.example/1"},
    )
    assert (await get_post(search, "web:1") or {})["post_id"] == "web:1"
    assert (await get_post(search, url) or {})["post_id"] == "web:2"
    assert [post["post_id"] for post in await posts_at(search, url)] == ["web:2", "web:1"]
    assert (await get_post(search, "web:https://x.example/1") or {})["post_id"] == "web:https://x.example/1"
    assert await get_post(search, "https://never.example/") is None


async def test_surroundings_of_a_thousand_posts_are_one_request(search: Search) -> None:
    """What is known of texts and authors; what is not known is left out."""
    await given(
        search,
        *({"text_digest": f"{n % 3:040x}", "author_id": f"u-{n % 2}"} for n in range(12)),
        {"text_digest": "f" * 40, "author_id": "somebody else"},
    )
    digests = [f"{n:040x}" for n in range(1_000)]
    authors = [f"u-{n}" for n in range(1_000)]
    assert await counts(search, digests, authors) == (
        {f"{n:040x}": 4 for n in range(3)},
        {"u-0": 6, "u-1": 6},
    )
    assert await counts(search, [], ["u-1"]) == ({}, {"u-1": 6})
    assert await counts(search, [], []) == ({}, {})


async def test_the_batch_itself_is_not_counted(search: Search) -> None:
    """A post that is judged again is no other post."""
    await given(search, {"text_digest": "d", "author_id": "u"}, {"text_digest": "d", "author_id": "u"})
    assert await counts(search, ["d"], ["u"], beside=["web:1"]) == ({"d": 1}, {"u": 1})


async def test_surroundings_can_be_recent(search: Search) -> None:
    """Only what was first seen since then, and not what was imported."""
    await given(
        search,
        {"author_id": "u", "first_seen_at": MARCH.isoformat()},
        {"author_id": "u", "first_seen_at": (MARCH + timedelta(hours=2)).isoformat()},
        {"author_id": "u", "first_seen_at": (MARCH + timedelta(hours=2)).isoformat(), "backfill": True},
    )
    assert await counts(search, [], ["u"], authors_since=MARCH + timedelta(hours=1)) == ({}, {"u": 1})


async def test_totals_say_how_things_stand(search: Search) -> None:
    """Posts by state and language, and those that no model has scored."""
    english = {"language": "en"}
    await given(search, {"state": "open"}, {"state": "open", "unscored": "no model"}, {"state": "clear", **english})
    stand = await totals(search)
    assert (stand.posts, stand.facts, stand.by_state, stand.unscored) == (3, 0, {"open": 2, "clear": 1}, 1)
    assert stand.by_language == {"unknown": 2, "en": 1}
