"""Patterns on a linear-time engine (RE2): hostile text can make them wait for nobody."""

from collections.abc import Iterator
from typing import Any

import re2

SPANS_MAX = 32
PROGRAM_BYTES_MAX = 16 * 1024 * 1024


class Pattern:
    """A case-insensitive regular expression in RE2's syntax, without backtracking.

    Reports at most `SPANS_MAX` places, in characters of the text. A text without one costs one pass.
    """

    def __init__(self, expression: str) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        options.max_mem = PROGRAM_BYTES_MAX
        self._regex: Any = re2.compile(expression, options)
        self._gate: Any = re2.Set.SearchSet(options)
        self._gate.Add(expression)
        self._gate.Compile()

    def found(self, text: str) -> bool:
        """Whether it occurs at all."""
        return bool(self._gate.Match(text))

    def spans(self, text: str, group: int = 0, most: int = SPANS_MAX) -> Iterator[tuple[int, int]]:
        """The first places where it occurs, or where that group of it does."""
        if not self._gate.Match(text):
            return
        for number, match in enumerate(self._regex.finditer(text)):
            if number == most:
                return
            yield match.span(group)


def phrases(*said: str) -> Pattern:
    """Any of the phrases, as whole words: a space is any spacing, `'` any apostrophe or none, ` ... ` up to 3 words."""
    return Pattern(rf"\b(?:{'|'.join(_written(phrase) for phrase in said)})\b")


def phrases_to_a_sign(*said: str) -> Pattern:
    """The same for phrases that end in a sign such as `%`, behind which there is no end of a word."""
    return Pattern(rf"\b(?:{'|'.join(_written(phrase) for phrase in said)})")


def _written(phrase: str) -> str:
    gap = r"\s{1,3}(?:[^\s.!?;:]+\s{1,3}){0,3}"
    return phrase.replace(" ... ", gap).replace(" ", r"(?:[\s\x{a0}]{1,3})").replace("'", "['\u2019\u2018`\u00b4]?")
