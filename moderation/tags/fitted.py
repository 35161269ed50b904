"""A tag with its fitted head, its threshold and its quality; and all tags in force, as one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np

from moderation.policy import LabelPolicy, Policy
from moderation.tags.files import TagFile
from moderation.tags.head import Floats, Head, fit, sigmoid

SPREAD = 100.0
"""Variance of a head's weights before anything is seen. With 30 to 1,000, few things change for better or worse."""
EXAMPLES_WEIGHT, COUNTER_WEIGHT, BACKGROUND_WEIGHT = 0.5, 0.15, 0.35
"""What each part counts together, however many posts are in it."""
SLOPE_SPREAD = 100.0
SLOPE_MIN = 0.01
BACKGROUND_SHARE, COUNTER_SHARE = 0.02, 0.2
"""The operating point of a tag that gives no threshold: the lowest score, in hundredths, that no more than these shares
of the background and of the counter-examples reach when they are left out; and never one at which a post is more likely
not of the tag."""
THRESHOLD_MIN, THRESHOLD_STEP = 0.5, 0.01
FOUND_SHARE_MIN, MISTAKEN_SHARE_MAX = 0.6, 0.05
"""A tag that finds fewer of its examples again, or more of the ordinary posts, is called weak."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many posts."""

    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What a tag says of posts that were left out when it was fitted, each in its turn.

    `found` of the examples, and by mistake `wrong_counter` of the counter-examples and `wrong_background` of the
    ordinary posts; `missed` and `mistaken` are the posts themselves, the farthest from the threshold first.
    """

    found: Share
    wrong_counter: Share
    wrong_background: Share
    missed: tuple[str, ...] = ()
    mistaken: tuple[str, ...] = ()

    @property
    def weak(self) -> bool:
        """Whether it finds too few of its examples again, or too many of the ordinary posts."""
        found, wrong = self.found, self.wrong_background
        return found.count < FOUND_SHARE_MIN * found.of or wrong.count > MISTAKEN_SHARE_MAX * wrong.of


@dataclass(frozen=True, slots=True)
class FittedTag:
    """A tag ready to score; its score is as if half of all posts carried it.

    `digest` is that of its file or its entry, which has a `version`.
    """

    file: TagFile
    head: Head
    threshold: float
    quality: Quality
    digest: str = ""
    version: int | None = None


@dataclass(frozen=True)
class Tags:
    """All tags in force. `digest` is None without any; `unused` says why there are none although some are defined.

    `refused` says by name why a published one is not among them.
    """

    fitted: tuple[FittedTag, ...] = ()
    digest: str | None = None
    unused: str | None = None
    refused: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(tag.file.name for tag in self.fitted)

    @cached_property
    def thresholds(self) -> Mapping[str, float]:
        """By name: the score from which on it makes a finding."""
        return MappingProxyType({tag.file.name: tag.threshold for tag in self.fitted})

    @cached_property
    def versions(self) -> Mapping[str, int]:
        """By name: the version of those that were published."""
        return MappingProxyType({tag.file.name: tag.version for tag in self.fitted if tag.version is not None})

    @cached_property
    def duties(self) -> Mapping[str, LabelPolicy]:
        """By name: what a finding of it obliges us to."""
        return MappingProxyType({tag.file.name: tag.file.duty(tag.threshold) for tag in self.fitted})

    def provided_for(self, policy: Policy) -> Policy:
        """The policy with the duties of the tags beside its own; its digest stays that of its file."""
        return policy.model_copy(update={"labels": {**policy.labels, **self.duties}}) if self.fitted else policy

    def scores(self, embeddings: Floats) -> list[dict[str, float]]:
        """For each embedding, by name."""
        logits = embeddings @ self._weights + self._offsets
        return [dict(zip(self.names, row, strict=True)) for row in sigmoid(logits).tolist()]

    @cached_property
    def _weights(self) -> Floats:
        return np.stack([tag.head.weights for tag in self.fitted], axis=1)

    @cached_property
    def _offsets(self) -> Floats:
        return np.array([tag.head.offset for tag in self.fitted])


NO_TAGS = Tags()


@dataclass(frozen=True, slots=True)
class Posts:
    """Texts with their embeddings, one a row."""

    texts: Sequence[str]
    rows: Floats


def fitted(file: TagFile, examples: Posts, counter: Posts, background: Posts) -> FittedTag:
    """The tag with the head that tells its examples from everything else, and how well it does."""
    parts = (examples, counter, background)
    rows = np.concatenate([part.rows for part in parts])
    sizes = [len(part.texts) for part in parts]
    weights = np.repeat([EXAMPLES_WEIGHT, COUNTER_WEIGHT, BACKGROUND_WEIGHT], sizes) / np.repeat(sizes, sizes)
    carried = np.repeat([1.0, 0.0, 0.0], sizes)
    raw, left_out = fit(rows, carried, weights, SPREAD)
    slope, offset = _calibration(left_out, carried, weights)
    scores = np.split(sigmoid(slope * left_out + offset), np.cumsum(sizes)[:-1])
    threshold = file.threshold or _threshold(*scores[1:])
    head = Head(slope * raw.weights, slope * raw.offset + offset)
    return FittedTag(file, head, threshold, _quality(parts, scores, threshold))


def _calibration(left_out: Floats, carried: Floats, weights: Floats) -> tuple[float, float]:
    """Slope and offset that make probabilities of left-out logits, with the cautious targets of Platt (1999)."""
    many = carried.sum()
    targets = np.where(carried > 0, (many + 1) / (many + 2), 1 / (len(carried) - many + 2))
    balanced = weights / np.where(carried > 0, EXAMPLES_WEIGHT, weights[carried == 0].sum()) / 2
    line, _ = fit(left_out[:, None], targets, balanced * len(carried), SLOPE_SPREAD)
    return max(float(line.weights[0]), SLOPE_MIN), line.offset


def _threshold(counter: Floats, background: Floats) -> float:
    """The next hundredth above the score that one post too many would reach."""
    highest = max(_exceeded(counter, COUNTER_SHARE), _exceeded(background, BACKGROUND_SHARE))
    steps = np.floor(highest / THRESHOLD_STEP) + 1
    return float(np.clip(round(steps * THRESHOLD_STEP, 2), THRESHOLD_MIN, 1 - THRESHOLD_STEP))


def _exceeded(scores: Floats, share: float) -> float:
    """The score that at most this share of the scores exceeds."""
    return float(np.sort(scores)[-1 - int(share * len(scores))]) if len(scores) else 0.0


def _quality(parts: Sequence[Posts], scores: Sequence[Floats], threshold: float) -> Quality:
    examples, *others = parts
    reached = [Share(int((part >= threshold).sum()), len(part)) for part in scores]
    texts = [text for part in others for text in part.texts]
    wrong = np.concatenate(scores[1:])
    missed = [examples.texts[place] for place in np.argsort(scores[0]) if scores[0][place] < threshold]
    mistaken = [texts[place] for place in np.argsort(-wrong) if wrong[place] >= threshold]
    return Quality(reached[0], reached[1], reached[2], tuple(missed), tuple(mistaken))
