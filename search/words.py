"""What the words of a search must find: all of them, nearly spelled; phrases exactly; or what comes nearest to them."""

import re
from dataclasses import dataclass
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
EXACT_BEFORE, TOGETHER_BEFORE = "exact before", "together before"
"""The same of its earlier texts."""
NOW, BEFORE = "now", "before"
"""The names of the two ways to match: by what a post says now, and by what it said before."""
BEFORE_WEIGHS, NEAR_BEFORE_WEIGHS = 0.02, 0.9
"""What says it now comes first. What only comes near is ranked by how near it comes: hardly anything outweighs that."""

Query = dict[str, Any]

SEARCHED = ["text", "page_title", "author_name"]


@dataclass(frozen=True, slots=True)
class _Said:
    """Where words are looked for: as written, as retyped; and the names of the clauses."""

    fields: list[str]
    plain: str
    exact: str
    together: str


_NOW = _Said(SEARCHED, "text_plain", EXACT, TOGETHER)
_BEFORE = _Said(["said_before", *SEARCHED[1:]], "said_before_plain", EXACT_BEFORE, TOGETHER_BEFORE)
_PHRASE = re.compile(r'"([^"]*)"')
_HAS_WORD = re.compile(r"\w")


def must(text: str, *, before: bool = False) -> list[Query]:
    """One clause for every phrase, and one for all other words; none where there is nothing to look for.

    With `before`, all of them in what a post says now, or all in what it said before.
    """
    now = _must(text, _NOW)
    return [_either(now, _must(text, _BEFORE), BEFORE_WEIGHS)] if before and now else now


def piece_of(text: str) -> str:
    """As many words of a text that somebody has before them as one search takes, without their quotes."""
    return " ".join(text[:TEXT_CHARS_MAX].replace('"', " ").split()[:WORDS_MAX])


def may_be_near(text: str) -> bool:
    """Is this a piece of a text as somebody read and typed it? Quotes ask for exactly what they hold."""
    phrases, words = parsed(text)
    return not phrases and len(_pairs(words)) >= NEAREST_WORDS_MIN - 1


def together(text: str, *, before: bool = False, weighs: float = BEFORE_WEIGHS) -> list[Query]:
    """An optional clause: of the posts with all the words, those that have them side by side come first."""
    if not may_be_near(text):
        return []
    return [_together(text, _NOW)] + ([_together(text, _BEFORE, boost=weighs)] if before else [])


def nearest(text: str, *, before: bool = False) -> list[Query]:
    """A clause for posts with all the words, or with many neighbouring words side by side; more of them come first."""
    now = _nearest(text, _NOW)
    return [_either(now, _nearest(text, _BEFORE), NEAR_BEFORE_WEIGHS)] if before else now


def parsed(text: str) -> tuple[list[str], str]:
    """The phrases in quotes, and all other words."""
    if len(text) > TEXT_CHARS_MAX or len(text.split()) > WORDS_MAX:
        raise Malformed(f"a search has at most {WORDS_MAX} words and {TEXT_CHARS_MAX} characters")
    phrases = [phrase for phrase in _PHRASE.findall(text) if _HAS_WORD.search(phrase)]
    words = _PHRASE.sub(" ", text).replace('"', " ").strip()
    if text.strip() and not phrases and not words:
        raise Malformed("there is no word in the quotes")
    return phrases, words


def _must(text: str, said: _Said) -> list[Query]:
    phrases, words = parsed(text)
    return [_phrase(phrase, said) for phrase in phrases] + ([_words(words, said)] if words else [])


def _either(now: list[Query], before: list[Query], weighs: float) -> Query:
    """The better of the two ways counts alone."""
    ways = [_all(now, NOW), _all(before, BEFORE, boost=weighs)]
    return {"dis_max": {"queries": ways}}


def _all(clauses: list[Query], name: str, **more: float) -> Query:
    return {"bool": {"must": clauses, "_name": name, **more}}


def _together(text: str, said: _Said, **more: float) -> Query:
    pairs = _side_by_side(text, said)
    return {"bool": {"should": pairs, "minimum_should_match": PAIRS_TOGETHER, "_name": said.together, **more}}


def _nearest(text: str, said: _Said) -> list[Query]:
    near = {"bool": {"should": _side_by_side(text, said), "minimum_should_match": PAIRS_NEAR}}
    return [{"bool": {"should": [near, *_must(text, said)], "minimum_should_match": 1}}]


def _side_by_side(text: str, said: _Said) -> list[Query]:
    return [{"match_phrase": {said.plain: pair}} for pair in _pairs(text)]


def _pairs(text: str) -> list[str]:
    words = [word for word in retyped(text).split() if _HAS_WORD.search(word)]
    return [f"{word} {next_word}" for word, next_word in pairwise(words)]


def _phrase(phrase: str, said: _Said) -> Query:
    return {"multi_match": {"query": phrase, "type": "phrase", "fields": said.fields}}


def _words(words: str, said: _Said) -> Query:
    near = {
        "query": retyped(words),
        "operator": "and",
        "fuzziness": "AUTO:4,8",
        "prefix_length": 1,
        "max_expansions": EXPANSIONS_MAX,
    }
    exact = {"query": words, "fields": said.fields, "operator": "and", "boost": 3, "_name": said.exact}
    return {"bool": {"should": [{"multi_match": exact}, {"match": {said.plain: near}}], "minimum_should_match": 1}}
