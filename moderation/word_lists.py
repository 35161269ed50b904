"""Lists of words that people publish: which of them stand in a text, word by word, and through disguised letters.

A term is plain words, never a pattern. A text is cut into words, and a term is found where its words follow one
another; capitals, accents, look-alike letters, invisible characters and what stands between words make no difference.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import re2

from records.digests import sha256_hex
from records.errors import Malformed
from records.plain import FILLER, plain
from records.registry import WordList

LABELS = (
    "recommendation", "promissory", "performance", "testimonial", "complaint", "instruction_or_funds", "adverse_event",
    "self_harm", "spam", "impersonation", "personal_data", "toxicity", "severe_toxicity", "threat", "identity_hate",
    "obscene", "insult", "sexual",
)  # fmt: skip
"""What the words of a list can be a sign of; every policy provides for all of them."""
LISTS_MAX = 50
TERM_WORDS_MAX, TERM_SHOWN_MAX = 8, 40
BETWEEN_CHARS_MAX = 3
"""Characters that may stand between two words of a term, whatever they are."""
FOUND_MAX = 32
"""Places in one text that are told of one list."""

_WORD = re2.compile(rf"[\p{{L}}\p{{M}}\p{{N}}{FILLER}]+")
_ALONE = re2.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
"""Scripts that put no space between words: each of their characters is a word of its own."""
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a text: from where (included) to where (excluded), in characters, and the word or words there."""

    start: int
    end: int
    words: Words


@dataclass(frozen=True)
class WordLists:
    """The lists in force. `digest` is None without any; `refused` says by name why one is not among them."""

    lists: tuple[WordList, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str | None:
        """SHA-256 in hex over name, version, label and terms of each."""
        told = [one.model_dump_json(include={"registry_id", "version", "label", "terms"}) for one in self.lists]
        lines = "".join(f"{sha256_hex(one.encode())}\n" for one in told)
        return hashlib.sha256(lines.encode()).hexdigest() if told else None

    def found(self, text: str) -> list[tuple[WordList, Place]]:
        """What they find in a text, in its order; of a list at most `FOUND_MAX` places."""
        if not self._by_words:
            return []
        times: Counter[str] = Counter()
        found = []
        for place in _runs(_cut(text), self._firsts, self._lengths):
            for one in self._by_words.get(place.words, ()):
                times[one.registry_id] += 1
                if times[one.registry_id] <= FOUND_MAX:
                    found.append((one, place))
        return found

    @cached_property
    def _by_words(self) -> Mapping[Words, tuple[WordList, ...]]:
        found: dict[Words, tuple[WordList, ...]] = {}
        for one in self.lists:
            for words in dict.fromkeys(map(words_of, one.terms)):
                found[words] = (*found.get(words, ()), one)
        return found

    @cached_property
    def _firsts(self) -> frozenset[str]:
        return frozenset(words[0] for words in self._by_words)

    @cached_property
    def _lengths(self) -> frozenset[int]:
        return frozenset(map(len, self._by_words))


NO_LISTS = WordLists()


def lists_of(published: Iterable[WordList]) -> WordLists:
    """Those that stand and can be used, by name."""
    usable: list[WordList] = []
    refused: dict[str, str] = {}
    for said in sorted(published, key=lambda one: one.registry_id):
        if said.removed:
            continue
        problem = wrong_with(said) or ("" if len(usable) < LISTS_MAX else f"at most {LISTS_MAX} lists can be in use")
        if problem:
            refused[said.registry_id] = problem
        else:
            usable.append(said)
    return WordLists(tuple(usable), MappingProxyType(refused))


def wrong_with(said: WordList) -> str:
    """Why nothing can be looked for by this list; empty where it can."""
    if said.label not in LABELS:
        return f"label: {said.label} is nothing that words can be a sign of"
    if not said.terms:
        return "terms: there are none"
    try:
        for term in said.terms:
            words_of(term)
    except Malformed as problem:
        return f"terms: {problem}"
    return ""


def words_of(term: str) -> Words:
    """The words of a term, as they are compared; raises Malformed where there is none, or too many."""
    words = tuple(word for place in _cut(term) for word in place.words)
    if not words:
        raise Malformed(f"{term[:TERM_SHOWN_MAX]!r} has no letter and no digit")
    if len(words) > TERM_WORDS_MAX:
        raise Malformed(f"{term[:TERM_SHOWN_MAX]!r} has more than {TERM_WORDS_MAX} words")
    return words


def _cut(text: str) -> list[Place]:
    """The words of a text, as they are compared, each where it stands."""
    text, found = plain(text), []
    for match in _WORD.finditer(text):
        for start, end in _apart(text, *match.span()):
            word = text[start:end].replace(FILLER, "").lower()
            if word:
                found.append(Place(start, end, (word,)))
    return found


def _apart(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run of letters, cut around each that is a word of its own."""
    run, begun = text[start:end], start
    for one in () if run.isascii() else _ALONE.finditer(run):
        begins, ends = one.span()
        yield begun, start + begins
        yield start + begins, start + ends
        begun = start + ends
    yield begun, end


def _runs(cut: Sequence[Place], firsts: Collection[str], lengths: Collection[int]) -> Iterator[Place]:
    """Every run of neighbouring words that begins as some term does, and is as long as one."""
    longest = max(lengths)
    for number, first in enumerate(cut):
        if first.words[0] not in firsts:
            continue
        run: Place | None = None
        for word in cut[number : number + longest]:
            if run and word.start - run.end > BETWEEN_CHARS_MAX:
                break
            run = Place(first.start, word.end, (*run.words, *word.words)) if run else word
            if len(run.words) in lengths:
                yield run
