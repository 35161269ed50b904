"""The table of what was found, from hand-made hits."""

import io
from typing import Any

from rich.console import Console

from console.hits import summary, table, values
from search.finder import Found, Hit
from search.marks import END, START


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


def test_the_summary_says_how_to_see_more() -> None:
    """A total that is a lower bound says that it is one."""
    assert summary(Found((hit(),), 1, at_least=False, after=())) == "1 post found."
    assert summary(Found((hit(),), 3, at_least=False, after=(1,))).startswith(
        "3 posts found, the first 1 is shown: see more with --limit 3"
    )
    assert summary(Found((hit(),), 10_000, at_least=True, after=(1,))).startswith("at least 10,000 posts found")


def test_machines_get_fragments_in_pieces() -> None:
    """Each stretch says whether it matched."""
    told = values(Found((hit(f"no {START}fees{END}", text="no fees"),), 1, at_least=False, after=()))
    assert told["posts"][0]["fragments"] == [[("no ", False), ("fees", True)]]
    assert told["posts"][0]["url"] is None
