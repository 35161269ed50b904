"""What the words of a search must find."""

import re
from typing import Any

import pytest

from records.errors import Malformed
from search.words import (
    BEFORE,
    NEAREST_WORDS_MIN,
    NOW,
    TEXT_CHARS_MAX,
    TOGETHER,
    WORDS_MAX,
    may_be_near,
    must,
    nearest,
    together,
)

PAIRS_NEAR_SHARE = 0.3


def phrases_and_words(text: str) -> tuple[list[str], list[str]]:
    """The phrases, and the words that are searched with misspellings."""
    clauses = must(text)
    phrases = [clause["multi_match"]["query"] for clause in clauses if "multi_match" in clause]
    words = [clause["bool"]["should"][1]["match"]["text_plain"]["query"] for clause in clauses if "bool" in clause]
    return phrases, words


def pairs(text: str) -> list[str]:
    """The neighbouring words that are looked for."""
    clauses: list[dict[str, Any]] = nearest(text)[0]["bool"]["should"][0]["bool"]["should"]
    return [clause["match_phrase"]["text_plain"] for clause in clauses]


@pytest.mark.parametrize(
    ("text", "phrases", "words"),
    [
        ("", [], []),
        ("   ", [], []),
        ("guaranteed returns", [], ["guaranteed returns"]),
        ('"guaranteed returns"', ["guaranteed returns"], []),
        ('fee "first year" change', ["first year"], ["fee   change"]),
        ('"a b" "c d"', ["a b", "c d"], []),
        ('an open "quote', [], ["an open  quote"]),
        ('word "" "!!"', [], ["word"]),
    ],
)
def test_quotes_make_phrases(text: str, phrases: list[str], words: list[str]) -> None:
    """What stands in quotes is one phrase; the rest are words; a quote that never closes is no quote."""
    assert phrases_and_words(text) == (phrases, words)


def test_words_may_be_misspelled_but_must_all_be_there() -> None:
    """The fuzzy clause asks for every word; the exact one weighs more."""
    exact, near = must("garanteed returns")[0]["bool"]["should"]
    assert near["match"]["text_plain"]["operator"] == exact["multi_match"]["operator"] == "and"
    assert "fuzziness" in near["match"]["text_plain"]
    assert "fuzziness" not in exact["multi_match"]
    assert exact["multi_match"]["boost"] > 1


def test_words_are_looked_for_as_they_are_seen_and_phrases_as_they_stand() -> None:
    """Who pastes a disguised word finds it plain, too; who puts it in quotes wants those letters."""
    assert phrases_and_words('gu\u0430ranteed "Caf\u00e9"') == (["Caf\u00e9"], ["guaranteed"])


@pytest.mark.parametrize("text", ["x" * (TEXT_CHARS_MAX + 1), "a " * (WORDS_MAX + 1), '""', '"!!"'])
def test_what_no_search_can_be_is_said_so(text: str) -> None:
    """Too long, too many words, or nothing in the quotes: a sentence, not a slow query."""
    with pytest.raises(Malformed):
        must(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("one two three", False),
        ("one two three four", True),
        ("one - two ... three", False),
        ('one two three "four five"', False),
    ],
)
def test_only_a_piece_of_a_text_may_be_near(text: str, *, expected: bool) -> None:
    """A few words must all be there, and quotes are meant."""
    assert may_be_near(text) is expected
    assert NEAREST_WORDS_MIN == 4


def test_words_that_stand_side_by_side_come_first() -> None:
    """Where they are many enough to be a piece of a text; what has all of them is near in any case."""
    assert together("one two three") == together('"one two three four"') == []
    assert together("one two three four")[0]["bool"]["_name"] == TOGETHER
    assert nearest("one two three four")[0]["bool"]["should"][1:] == must("one two three four")


def test_a_piece_of_a_text_is_its_neighbouring_words() -> None:
    """As a reader sees them; what is no word is no neighbour."""
    assert pairs("The C\u0430f\u00e9 - is OPEN") == ["the cafe", "cafe is", "is open"]


def test_what_was_said_before_is_a_way_of_its_own_that_weighs_less() -> None:
    """All of it now, or all of it before; the names tell which of the two it was."""
    [either] = must('fee "first year"', before=True)
    now, earlier = either["dis_max"]["queries"]
    assert now["bool"] == {"must": must('fee "first year"'), "_name": NOW}
    assert (earlier["bool"]["_name"], earlier["bool"]["boost"] < 1) == (BEFORE, True)
    phrase, words = earlier["bool"]["must"]
    assert phrase["multi_match"]["fields"] == ["said_before", "page_title", "author_name"]
    assert "said_before_plain" in words["bool"]["should"][1]["match"]
    assert must("", before=True) == []


def test_no_two_clauses_share_a_name() -> None:
    """The server would tell of one of them only."""
    text = "one two three four"
    for clauses in (must(text, before=True), nearest(text, before=True)):
        named = re.findall(r"'_name': '([^']+)'", str([*clauses, *together(text, before=True)]))
        assert len(named) == len(set(named)) == 6


def test_what_only_comes_near_is_ranked_by_how_near_it_comes() -> None:
    """An earlier text that says nearly all of it stands before a present one that says a third of it."""
    now, earlier = nearest("one two three four", before=True)[0]["dis_max"]["queries"]
    assert now["bool"]["must"] == nearest("one two three four")
    assert earlier["bool"]["boost"] > PAIRS_NEAR_SHARE * 2
