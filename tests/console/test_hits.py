"""The table of what was found, from hand-made hits."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from console.hits import summary, table, value, values
from console.looking import Answer
from search.finder import Found, Hit
from search.marks import END, START
from search.overview import Bar, Facet, Histogram, Share


def hit(*fragments: str, **said: Any) -> Hit:
    """One hit; `said` names only what the test is about."""
    return Hit({"post_id": "site:c-1", "surface": "blog/fees", "state": "clear", **said}, fragments, 1.0)  # type: ignore[typeddict-item]


def shown(one: Hit) -> str:
    """The table as it is printed."""
    out = io.StringIO()
    Console(file=out, width=120, markup=False, emoji=False, highlight=False).print(table([one]))
    return out.getvalue()


def test_matches_stand_out_and_strangers_stay_harmless() -> None:
    """The marks are gone, escapes are shown, markup is text."""
    said = shown(hit(f"no {START}fees{END} \x1b[2J [red]at all[/red]", "later", author_name="D\u202ea"))
    assert "no fees ␛[2J [red]at all[/red] … later" in said
    assert "D⟨U+202E⟩a" in said
    assert not set(said) & {START, END, "\x1b", "\u202e"}


def test_a_post_without_text_or_author_or_time_says_so() -> None:
    """No cell is left to guess at."""
    said = shown(hit(text="", first_seen_at="2026-10-26T09:15:00Z", visible=False))
    for expected in ("no text", "author not given", "seen 2026-10-26 09:15", "clear, gone"):
        assert expected in said


def test_an_erased_post_shows_no_text() -> None:
    """Even where the index should still hold some."""
    said = shown(hit("secret", text="secret", erased=True, state="erased"))
    assert "secret" not in said
    assert "erased" in said


def answer(
    *hits: Hit, total: int = 1, at_least: bool = False, nearest: bool = False, token: str | None = None
) -> Answer:
    """What a search was answered."""
    return Answer(Found(hits, total, at_least, (), nearest), token)


def test_the_summary_says_how_to_see_more() -> None:
    """A total that is a lower bound says that it is one."""
    assert summary(answer(hit())) == "1 post found."
    assert summary(answer(hit(), total=3)).startswith("3 posts found, the first 1 is shown: see more with --limit 3")
    assert summary(answer(hit(), total=10_000, at_least=True)).startswith("at least 10,000 posts found")


def test_a_page_says_that_there_are_others() -> None:
    """And for how long."""
    assert (
        summary(answer(hit(), total=3, token="t")) == "3 posts found, 1 of them here; the next ones, within 5 minutes:"
    )


def test_what_is_alike_says_how_much() -> None:
    """In a column of its own, which nobody else sees."""
    alike = replace(hit(text="a fee"), similarity=0.876)
    assert "0.88" in shown(alike)
    assert "Alike" in shown(alike)
    assert "Alike" not in shown(hit(text="a fee"))
    assert summary(answer(alike), like=True) == "All 1 that are near, nearest first; 1.00 means the same."
    assert summary(answer(alike, at_least=True), like=True).startswith("The 1 nearest, nearest first")


def test_machines_get_fragments_in_pieces() -> None:
    """Each stretch says whether it matched."""
    told = values(answer(hit(f"no {START}fees{END}", text="no fees"), nearest=True))
    assert told["posts"][0]["fragments"] == [[("no ", False), ("fees", True)]]
    assert told["posts"][0]["url"] is told["posts"][0]["similarity"] is told["after"] is None
    assert told["nearest"] is True


def test_machines_get_counts_without_posts() -> None:
    """Where only counts were asked for."""
    facets = {"source": Facet((Share("web", 2),), 1)}
    histogram = Histogram("day", (Bar(datetime(2026, 3, 2, tzinfo=UTC), 2),), cut=False)
    told = values(Answer(answer(hit()).found, None, facets, histogram), posts_too=False)
    assert "posts" not in told
    assert told["facets"] == {"source": {"values": [{"value": "web", "posts": 2, "name": None}], "others": 1}}
    assert told["histogram"]["bars"] == [{"from": "2026-03-02T00:00:00Z", "posts": 2}]


def test_what_only_an_earlier_text_says_is_marked_as_such() -> None:
    """For people before the text, for machines by name."""
    before = replace(hit(f"all {START}fees{END} are gone", text="quite another thing"), matched=("before",))
    assert "An earlier text says this: all fees are gone" in " ".join(shown(before).split())
    assert "another thing" not in shown(before)
    assert value(before)["says"] == "before"
    assert "earlier" not in shown(replace(before, matched=("now", "before")))
