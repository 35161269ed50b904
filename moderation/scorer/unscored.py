"""A scorer without a model: every text comes back unscored with the reason, so that posts still flow to people."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from moderation.scorer.protocol import Scored, Span


class UnscoredScorer:
    """Gives no scores and says why."""

    model_digest: str | None = None
    labels: tuple[str, ...] = ()
    thresholds: Mapping[str, float] = MappingProxyType({})
    languages: tuple[str, ...] = ()

    def __init__(self, reason: str) -> None:
        self.reason = reason
        self._scored = Scored(unscored=reason)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """The reason, once per text."""
        return [self._scored] * len(texts)

    def explain(self, asked: Sequence[tuple[str, Sequence[str]]]) -> list[Mapping[str, Span]]:
        """Nothing to name."""
        return [MappingProxyType({}) for _ in asked]
