"""Cuts texts into overlapping windows of tokens, so that long ones are read whole; knows where each token stood."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from moderation.scorer.files import TOKENIZER_FILES
from moderation.scorer.protocol import Span
from moderation.scorer.spelling import SpelledOut, spelled_out

WINDOW_TOKENS_MAX = 256
"""Tokens that the model reads at once."""
OVERLAP_TOKENS = 48
"""Tokens of a window that the next one begins with, so that no sentence is only seen in two halves."""
WINDOWS_MAX = 32
"""Windows of one text; what follows, some 30,000 characters on, is not read, and `read_chars` says so."""
SPECIAL_TOKENS = 2

Tokenizer: TypeAlias = Any
"""tokenizers.Tokenizer, which ships no types."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the text at place `text` among those asked: its tokens, and where each of them stands in it.

    `spans` are characters of the text as it was posted; empty where nobody needs them, since the fast way of
    tokenising does not keep them. `cut` where the text goes on and is not read further.
    """

    text: int
    ids: list[int]
    spans: tuple[Span, ...] = ()
    cut: bool = False

    @property
    def span(self) -> Span:
        """The stretch of the text that the window covers."""
        return self.spans[1][0], self.spans[-SPECIAL_TOKENS][1]


class Windows:
    """The tokenizer in a model's folder; may be used from any thread."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = _open(folder)

    def of(self, read: Sequence[SpelledOut]) -> list[Window]:
        """The windows of all texts, in order; spans only of those that have several, or are not read to their end."""
        encoded = self._tokenizer.encode_batch_fast([one.text for one in read]) if read else []
        windows: list[Window] = []
        for place, (one, text) in enumerate(zip(encoded, read, strict=True)):
            if len(one.ids) > SPECIAL_TOKENS:
                whole = text.whole and not one.overflowing
                windows.extend([Window(place, one.ids)] if whole else self._placed(place, text))
        return windows

    def _placed(self, place: int, text: SpelledOut) -> Iterator[Window]:
        encoded = self._tokenizer.encode(text.text)
        parts = [encoded, *encoded.overflowing]
        for number, one in enumerate(parts[:WINDOWS_MAX], 1):
            spans = tuple(text.span(*offsets) for offsets in one.offsets)
            last = number == min(len(parts), WINDOWS_MAX)
            cut = last and (len(parts) > WINDOWS_MAX or not text.whole)
            if len(one.ids) > SPECIAL_TOKENS:
                yield Window(place, one.ids, spans, cut)


def read_as(text: str) -> SpelledOut:
    """The text as the model reads it: spelled out, with what is not encodable (lone surrogates) replaced."""
    return spelled_out(encodable(text))


def encodable(text: str) -> str:
    """Lone surrogates as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _open(folder: Path) -> Tokenizer:
    """The fast tokenizer; its limits are set once, as changing them per call is not safe between threads."""
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")  # it would advise to install PyTorch
    from transformers import PreTrainedTokenizerFast

    whole = PreTrainedTokenizerFast(tokenizer_file=str(folder / TOKENIZER_FILES[0]), model_max_length=WINDOW_TOKENS_MAX)
    tokenizer = whole.backend_tokenizer
    tokenizer.enable_truncation(WINDOW_TOKENS_MAX, stride=OVERLAP_TOKENS)
    tokenizer.no_padding()
    return tokenizer
