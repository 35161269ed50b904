"""What every scorer gives: calibrated scores and an embedding per text, or the reason why there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

EMBEDDING_BYTES = 384
"""One signed byte per dimension of the sentence embedding: round(127 x) of a vector of length 1."""

Span = tuple[int, int]
"""A stretch of a text, in characters: start included, end excluded."""


@dataclass(frozen=True)
class Scored:
    """What a model says about one text.

    `scores` are calibrated, 0 to 1, by label, and empty when `unscored` gives a reason. Of a text that was read in
    several windows, `windows` says by label which stretch scored highest. `read_chars` says how many characters the
    model read of a text that is too long even so; None means all of them.
    """

    scores: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    embedding: bytes | None = None
    unscored: str | None = None
    windows: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))
    read_chars: int | None = None


class Scorer(Protocol):
    """A model, its stand-in, or its absence; `score` may be called from any thread."""

    @property
    def model_digest(self) -> str | None:
        """SHA-256 in hex over graph, tokenizer and settings; None without a model."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that `score` gives numbers for."""
        ...

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Label -> score at the operating point that the model card states."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the model was measured in (ISO 639, as in `en`); none named means any."""
        ...

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """One value per text, in the same order."""
        ...

    def explain(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Mapping[str, Span]]:
        """For each text and the labels found in it, by label: the stretch that carries it, where one can be named."""
        ...
