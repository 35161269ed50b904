"""A scorer that says of every text, beside what the model says, how much it is like the examples of each tag."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from moderation.scorer.protocol import Scored, Scorer, Span
from moderation.tags.fitted import Tags
from moderation.tags.load import embeddings
from moderation.tags.sentences import sentences

Asked = Sequence[tuple[str, Sequence[str]]]


class TaggingScorer:
    """The scorer `base` with these tags: one pass gives both; may be called from any thread, as `base` may.

    `model_digest` stays that of `base`, since embeddings are compared by it.
    """

    def __init__(self, base: Scorer, tags: Tags) -> None:
        self._base, self._tags = base, tags
        self.model_digest = base.model_digest
        self.labels = (*base.labels, *tags.names)
        self.thresholds: Mapping[str, float] = MappingProxyType({**base.thresholds, **tags.thresholds})
        self.languages = base.languages

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """What `base` says of each, with the scores of the tags where there is an embedding."""
        said = list(self._base.score(texts))
        with_meaning = [place for place, one in enumerate(said) if one.embedding is not None]
        if not self._tags.fitted or not with_meaning:
            return said
        tagged = self._tags.scores(embeddings([said[place] for place in with_meaning]))
        for place, scores in zip(with_meaning, tagged, strict=True):
            said[place] = replace(said[place], scores=MappingProxyType({**said[place].scores, **scores}))
        return said

    def explain(self, asked: Asked) -> list[Mapping[str, Span]]:
        """What `base` names for its labels; for a tag, the sentence that reaches its threshold alone, if one does."""
        spans: list[dict[str, Span]] = [{} for _ in asked]
        for part in (self._by_the_base(asked), self._by_sentence(asked)):
            for place, named in part:
                spans[place].update(named)
        return [MappingProxyType(one) for one in spans]

    def _by_the_base(self, asked: Asked) -> Iterator[tuple[int, Mapping[str, Span]]]:
        own = [[label for label in labels if label not in self._tags.names] for _, labels in asked]
        places = [place for place, labels in enumerate(own) if labels]
        if places:
            yield from zip(places, self._base.explain([(asked[place][0], own[place]) for place in places]), strict=True)

    def _by_sentence(self, asked: Asked) -> Iterator[tuple[int, Mapping[str, Span]]]:
        cut = [(place, span) for place, one in enumerate(asked) for span in self._worth_looking_at(*one)]
        said = self.score([asked[place][0][start:end] for place, (start, end) in cut]) if cut else []
        of_post: dict[int, list[tuple[Span, Mapping[str, float]]]] = {}
        for (place, span), one in zip(cut, said, strict=True):
            of_post.setdefault(place, []).append((span, one.scores))
        for place, found in of_post.items():
            yield place, self._highest(found, asked[place][1])

    def _worth_looking_at(self, text: str, labels: Sequence[str]) -> Sequence[Span]:
        """The sentences of a text that has a tag and several of them."""
        spans = sentences(text) if any(label in self._tags.names for label in labels) else []
        return spans if len(spans) > 1 else ()

    def _highest(
        self, of_text: Sequence[tuple[Span, Mapping[str, float]]], labels: Collection[str]
    ) -> Mapping[str, Span]:
        named = {}
        for tag in set(labels) & set(self._tags.names):
            span, scores = max(of_text, key=lambda one: one[1].get(tag, 0.0))
            if scores.get(tag, 0.0) >= self._tags.thresholds[tag]:
                named[tag] = span
        return named
