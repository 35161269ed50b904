"""What makes a search comfortable, on a real node: a text typed again, counts, bars, pages that stand still."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from records.documents import PostDocument, findable
from records.errors import Malformed
from records.settings import Settings
from search.client import Search
from search.finder import find, get_post, posts_at
from search.indexer import Indexer
from search.indices import setup
from search.marks import pieces
from search.overview import BARS_MAX, facets, histogram
from search.pages import every, first_page, next_page, place_of, token
from search.queries import Wanted

pytestmark = pytest.mark.live

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = "https://www.example.com/blog/fees"


@pytest.fixture
async def search(live_settings: Settings) -> AsyncIterator[Search]:
    """A connection to the live node, with indices of this test's own."""
    async with Search(live_settings) as connected:
        await setup(connected)
        yield connected


async def given(search: Search, *posts: dict[str, Any], first: int = 1) -> None:
    """These posts are there and searchable, as the fold writes them; `web:1`, `web:2` ... unless they say otherwise."""
    documents: dict[str, PostDocument] = {}
    for number, fields in enumerate(posts, start=first):
        post_id = fields.get("post_id", f"web:{number}")
        found_by = findable(fields.get("text"), fields.get("url"))
        documents[post_id] = {"post_id": post_id, "applied": {"T:0": number}} | found_by | fields  # type: ignore[assignment]
    assert await Indexer(search).write(documents, {}, []) == set()
    await search.ask("POST", f"/{search.posts}/_refresh")


async def found(search: Search, text: str, **wanted: Any) -> list[str]:
    """The ids of the posts that are found, in order."""
    return [hit.document["post_id"] for hit in (await find(search, Wanted(text=text, **wanted))).hits]


@pytest.mark.parametrize(
    ("posted", "typed"),
    [
        ("Gu\u0430r\u0430nt\u0435\u0435d returns", "guaranteed returns"),
        ("a caf\u00e9 cre\u0301me", "cafe creme"),
        ("a cafe creme", "caf\u00e9 cr\u00e8me"),
        ("guar\u200bant\u00adeed ret\ufeffurns", "guaranteed returns"),
        ("\u202eguaranteed\u202c \u2067returns\u2069", "guaranteed returns"),
        (
            "\U0001d420\U0001d42e\U0001d41a\U0001d42b\U0001d41a\U0001d427\U0001d42d\U0001d41e\U0001d41e\U0001d41d",
            "garanteed",
        ),
        ("\u0633\u064e\u0644\u064e\u0627\u0645", "\u0633\u0644\u0627\u0645"),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("\u043d\u043e\u0432\u043e\u0441\u0442\u0438 \u0434\u043d\u044f", "\u043d\u043e\u0432\u043e\u0441\u0442\u0438"),
    ],
)
async def test_a_disguised_text_is_found_as_it_is_read(search: Search, posted: str, typed: str) -> None:
    """Look-alikes, accents, invisible characters, marks of direction; and alphabets that are no disguise."""
    await given(search, {"text": posted}, {"text": "nothing of the kind"})
    assert await found(search, typed) == ["web:1"]


async def test_quotes_mean_the_very_letters(search: Search) -> None:
    """Who wants the disguise itself can have it."""
    await given(search, {"text": "gu\u0430ranteed returns"}, {"text": "guaranteed returns"})
    assert await found(search, '"guaranteed returns"') == ["web:2"]
    assert await found(search, '"gu\u0430ranteed returns"') == ["web:1"]


async def test_a_piece_of_a_text_with_a_typo_finds_it_and_says_that_it_only_comes_near(search: Search) -> None:
    """What has more of it comes first, filters hold, and what matched is marked."""
    text = "I was drowning in bills until Mr. Reed of Prime Ledger showed me how to turn 500 into 6,200"
    await given(
        search,
        {"text": text, "source": "web"},
        {"text": "he showed me how to turn the page", "source": "web"},
        {"text": "nothing of the kind, until now", "source": "web"},
        {"text": text, "source": "other"},
    )
    typed = Wanted(text="untli Mr. Reed off Prime Ledger showed me how to turm 500", sources=("web",))
    answer = await find(search, typed)
    assert answer.nearest
    assert [hit.document["post_id"] for hit in answer.hits] == ["web:1", "web:2"]
    marked = {text for fragment in answer.hits[0].fragments for text, matched in pieces(fragment) if matched}
    assert {"Reed", "Ledger", "turn"} >= marked & {"Reed", "Ledger", "turn"} != set()


async def test_what_is_found_as_asked_is_not_mixed_with_what_comes_near(search: Search) -> None:
    """And a few words, or words in quotes, are never taken for a piece of a text."""
    await given(search, {"text": "the yearly fee of this card is high"}, {"text": "the yearly fee of this account"})
    answer = await find(search, Wanted(text="yearly fee of this card"))
    assert ([hit.document["post_id"] for hit in answer.hits], answer.nearest) == (["web:1"], False)
    assert await found(search, "yearly fee nonsense") == []
    assert await found(search, '"yearly fee of this house"') == []


async def test_an_address_is_found_however_it_was_pasted(search: Search) -> None:
    """And a page finds the posts on it, newest first."""
    await given(
        search,
        {"url": f"{PAGE}#c-1", "posted_at": MARCH.isoformat()},
        {"url": f"{PAGE}#c-2", "posted_at": (MARCH + timedelta(days=1)).isoformat()},
        {"url": "https://www.example.com/other"},
    )
    assert (await get_post(search, "http://WWW.example.com:80/blog/fees/?utm_source=x#c-1") or {})["post_id"] == "web:1"
    assert [post["post_id"] for post in await posts_at(search, f"{PAGE}/")] == ["web:2", "web:1"]
    assert await found(search, "", url=f"{PAGE}?fbclid=1#c-2") == ["web:2"]
    assert await get_post(search, f"{PAGE}#c-3") is None


async def test_an_author_is_found_in_any_case(search: Search) -> None:
    """By the whole name, or the id as it is."""
    await given(search, {"author_id": "U-1", "author_name": "Dana M\u00fcller"}, {"author_name": "Dana"})
    assert await found(search, "", authors=("dana m\u00fcller",)) == ["web:1"]
    assert await found(search, "", authors=("U-1",)) == ["web:1"]
    assert await found(search, "", authors=("DANA",)) == ["web:2"]


async def test_counts_by_surface_author_label_and_more(search: Search) -> None:
    """Of what is wanted and nothing else."""
    one = {
        "surface": "blog/a",
        "source": "web",
        "author_id": "u-1",
        "author_name": "Dana",
        "labels": ["spam", "threat"],
    }
    await given(
        search,
        one | {"state": "open", "severity": 2, "language": "en", "text": "fee"},
        one | {"surface": "blog/b", "state": "open", "text": "fee"},
        {"source": "other", "text": "no"},
    )
    counted = await facets(search, Wanted(text="fee"))
    told = {name: [(share.value, share.posts) for share in facet.shares] for name, facet in counted.items()}
    assert told == {
        "surface": [("blog/a", 1), ("blog/b", 1)],
        "source": [("web", 2)],
        "author": [("u-1", 2)],
        "label": [("spam", 2), ("threat", 2)],
        "state": [("open", 2)],
        "language": [("en", 1)],
        "severity": [("2", 1)],
    }
    assert counted["author"].shares[0].name == "Dana"


async def test_more_values_than_are_told_are_counted_together(search: Search) -> None:
    """So that nobody takes the list for all."""
    await given(search, *({"surface": f"blog/{n}"} for n in range(13)))
    facet = (await facets(search, Wanted()))["surface"]
    assert (len(facet.shares), facet.others) == (10, 3)


@pytest.mark.parametrize(("by", "count"), [("hour", 4), ("day", 3), ("week", 2), ("month", 2)])
async def test_bars_by_time(search: Search, by: Any, count: int) -> None:
    """By the site's time, else by ours; a year that a stranger made up is a bar like others."""
    at = [MARCH - timedelta(days=30), MARCH, MARCH + timedelta(minutes=90), MARCH + timedelta(days=1, hours=1)]
    if by == "week":
        at = [MARCH, MARCH, MARCH, MARCH + timedelta(days=2)]
    await given(search, *({"posted_at": one.isoformat()} for one in at[:3]), {"first_seen_at": at[3].isoformat()})
    told = await histogram(search, Wanted(), by)
    assert len(told.bars) == (count if by != "day" else 3)
    assert sum(bar.posts for bar in told.bars) == 4
    await given(search, {"posted_at": "0001-01-01T00:00:00+00:00"}, {"posted_at": "9999-12-31T23:59:59+00:00"}, first=9)
    assert sum(bar.posts for bar in (await histogram(search, Wanted(), by)).bars) == 6


async def test_only_the_latest_bars(search: Search) -> None:
    """More intervals than fit are said to be there."""
    await given(search, *({"posted_at": (MARCH + timedelta(hours=n)).isoformat()} for n in range(BARS_MAX + 5)))
    told = await histogram(search, Wanted(), "hour")
    assert (len(told.bars), told.cut) == (BARS_MAX, True)
    assert told.bars[-1].from_at == MARCH + timedelta(hours=BARS_MAX + 4)


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "severity"])
async def test_pages_stand_still_while_posts_come_and_change(search: Search, sort: Any) -> None:
    """What was there at the beginning comes once, and nothing else does."""
    await given(search, *({"text": "fee", "posted_at": MARCH.isoformat()} for _ in range(25)))
    answer, place = await first_page(search, Wanted(text="fee", size=10, sort=sort))
    seen = [hit.document["post_id"] for hit in answer.hits]
    await given(search, *({"text": "fee fee", "posted_at": MARCH.isoformat()} for _ in range(10)), first=100)
    while place:
        answer, place = await next_page(search, place_of(token(place)))
        seen += [hit.document["post_id"] for hit in answer.hits]
    assert sorted(seen) == sorted(f"web:{n}" for n in range(1, 26))
    assert answer.total == 25


async def test_all_posts_one_after_the_other(search: Search) -> None:
    """More than one page of them; the server keeps nothing afterwards."""
    await given(search, *({"text": f"fee {n}"} for n in range(1_200)))
    seen = {hit.document["post_id"] async for hit in every(search, Wanted(text="fee"))}
    assert len(seen) == 1_200
    assert [hit async for hit in every(search, Wanted(text="never said"))] == []
    stats = await search.ask("GET", f"/{search.posts}/_stats/search")
    assert stats["_all"]["total"]["search"]["open_contexts"] == 0


async def test_pages_of_what_comes_near(search: Search) -> None:
    """The second page goes on with the same search as the first."""
    await given(search, *({"text": f"the yearly fee of this card is high {n}"} for n in range(5)))
    answer, place = await first_page(search, Wanted(text="the yearly fee of tjis kard iz high", size=3))
    assert answer.nearest
    assert place is not None
    following, none = await next_page(search, place_of(token(place)))
    assert following.nearest
    assert len(following.hits) == 2
    assert none is None


async def test_pages_that_are_no_longer_kept_are_one_sentence(search: Search) -> None:
    """After some minutes, or when the node began anew."""
    await given(search, *({"text": "fee"} for _ in range(3)))
    _, place = await first_page(search, Wanted(text="fee", size=1))
    assert place is not None
    await search.ask("DELETE", "/_pit", {"id": place.pit})
    with pytest.raises(Malformed, match="no longer there"):
        await next_page(search, place)
