"""What a reader types who has read a post: eight of its words, without disguise or quotation marks, with one typo."""

import random
import re
from collections.abc import Sequence

from records.plain import retyped

WORDS = 8
DISGUISED_EVERY = 10
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HAS_WORD = re.compile(r"\w")
_DISGUISES = {"a": "\u0430", "e": "e\u0301", "o": "\u043e", "i": "\u00ed", "c": "\u0441", "u": "u\u200b", "n": "\uff4e"}


def disguised(text: str, rng: random.Random) -> str:
    """The same to a reader: look-alikes, accents and invisible characters in half of the letters that have some."""
    return "".join(_DISGUISES[char] if char in _DISGUISES and rng.random() < 0.5 else char for char in text)


def fragments(texts: Sequence[str], count: int, rng: random.Random) -> list[tuple[int, str]]:
    """So many pieces of texts, each with the place of its text; texts with less than eight words are passed over."""
    found: list[tuple[int, str]] = []
    while len(found) < count:
        place = rng.randrange(len(texts))
        words = [word for word in retyped(texts[place]).replace('"', "").split() if _HAS_WORD.search(word)]
        if len(words) >= WORDS:
            start = rng.randrange(len(words) - WORDS + 1)
            found.append((place, _with_a_typo(words[start : start + WORDS], rng)))
    return found


def _with_a_typo(words: list[str], rng: random.Random) -> str:
    place = rng.randrange(len(words))
    return " ".join(_mistyped(word, rng) if number == place else word for number, word in enumerate(words))


def _mistyped(word: str, rng: random.Random) -> str:
    at, letter = rng.randrange(len(word)), rng.choice(_LETTERS)
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return rng.choice(
        [word[:at] + letter + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + word[at + 1 :], swapped]
    )
