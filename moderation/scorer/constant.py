"""A scorer that says the same of every text at once, for benches and fault runs that are not about the model."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from moderation.scorer.protocol import EMBEDDING_BYTES, Scored, Span

CONSTANT_DIGEST = "0" * 64


class ConstantScorer:
    """Gives `value` for each label, and an embedding of zeros unless told otherwise."""

    model_digest: str | None = CONSTANT_DIGEST
    thresholds: Mapping[str, float] = MappingProxyType({})
    languages: tuple[str, ...] = ()

    def __init__(self, labels: tuple[str, ...] = ("toxicity",), value: float = 0.01, *, embed: bool = True) -> None:
        self.labels = labels
        embedding = bytes(EMBEDDING_BYTES) if embed else None
        self._scored = Scored(MappingProxyType(dict.fromkeys(labels, value)), embedding)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """The same value for every text."""
        return [self._scored] * len(texts)

    def explain(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Mapping[str, Span]]:
        """Nothing to name."""
        return [MappingProxyType({}) for _ in asked]
