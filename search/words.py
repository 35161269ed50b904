"""What the words of a search must find: all of them, nearly spelled; phrases exactly; or what comes nearest to them."""

import re
from itertools import pairwise
from typing import Any

from records.errors import Malformed
from records.plain import retyped

TEXT_CHARS_MAX = 1_000
WORDS_MAX = 64
EXPANSIONS_MAX = 10
"""Similar words that one word of a search stands for; each costs as much as a word."""
NEAREST_WORDS_MIN = 4
"""Of fewer words, nothing is near that lacks one of them."""
PAIRS_NEAR, PAIRS_TOGETHER = "30%", "60%"
"""How many of the neighbouring words must be neighbours in a post for it to be near, and to say what was typed: of the
7 pairs in 8 words 2 and 4, as one typo breaks 2. Among 200,000 real texts a piece of 8 words with a typo finds its post
by pairs alone in the first five 998 times of 1,000, with two typos 990 times, in 2 ms (p95 6). Single words, most of
which must be there, find no more and take longer (3 ms, p95 20)."""
EXACT, TOGETHER = "exact", "together"
"""The names of clauses: a post that matches one says what was asked for, and has not only all the words somewhere."""

Query = dict[str, Any]

SEARCHED = ["text", "page_title", "author_name"]
_PHRASE = re.compile(r'"([^"]*)"')
_HAS_WORD = re.compile(r"\w")


def must(text: str) -> list[Query]:
    """One clause for every phrase, and one for all other words; none where there is nothing to look for."""
    phrases, words = parsed(text)
    return [_phrase(phrase) for phrase in phrases] + ([_words(words)] if words else [])


def piece_of(text: str) -> str:
    """As many words of a text that somebody has before them as one search takes, without their quotes."""
    return " ".join(text[:TEXT_CHARS_MAX].replace('"', " ").split()[:WORDS_MAX])


def may_be_near(text: str) -> bool:
    """Is this a piece of a text as somebody read and typed it? Quotes ask for exactly what they hold."""
    phrases, words = parsed(text)
    return not phrases and len(_pairs(words)) >= NEAREST_WORDS_MIN - 1


def together(text: str) -> list[Query]:
    """An optional clause: of the posts with all the words, those that have them side by side come first."""
    if not may_be_near(text):
        return []
    return [{"bool": {"should": _side_by_side(text), "minimum_should_match": PAIRS_TOGETHER, "_name": TOGETHER}}]


def nearest(text: str) -> list[Query]:
    """A clause for posts with all the words, or with many neighbouring words side by side; more of them come first."""
    near = {"bool": {"should": _side_by_side(text), "minimum_should_match": PAIRS_NEAR}}
    return [{"bool": {"should": [near, *must(text)], "minimum_should_match": 1}}]


def parsed(text: str) -> tuple[list[str], str]:
    """The phrases in quotes, and all other words."""
    if len(text) > TEXT_CHARS_MAX or len(text.split()) > WORDS_MAX:
        raise Malformed(f"a search has at most {WORDS_MAX} words and {TEXT_CHARS_MAX} characters")
    phrases = [phrase for phrase in _PHRASE.findall(text) if _HAS_WORD.search(phrase)]
    words = _PHRASE.sub(" ", text).replace('"', " ").strip()
    if text.strip() and not phrases and not words:
        raise Malformed("there is no word in the quotes")
    return phrases, words


def _side_by_side(text: str) -> list[Query]:
    return [{"match_phrase": {"text_plain": pair}} for pair in _pairs(text)]


def _pairs(text: str) -> list[str]:
    words = [word for word in retyped(text).split() if _HAS_WORD.search(word)]
    return [f"{word} {next_word}" for word, next_word in pairwise(words)]


def _phrase(phrase: str) -> Query:
    return {"multi_match": {"query": phrase, "type": "phrase", "fields": SEARCHED}}


def _words(words: str) -> Query:
    near = {
        "query": retyped(words),
        "operator": "and",
        "fuzziness": "AUTO:4,8",
        "prefix_length": 1,
        "max_expansions": EXPANSIONS_MAX,
    }
    exact = {"query": words, "fields": SEARCHED, "operator": "and", "boost": 3, "_name": EXACT}
    return {"bool": {"should": [{"multi_match": exact}, {"match": {"text_plain": near}}], "minimum_should_match": 1}}
