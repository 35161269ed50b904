"""Few-shot tags: labels that staff define by examples, each with a small head over the sentence embedding."""

from moderation.tags.fitted import NO_TAGS, FittedTag, Quality, Tags
from moderation.tags.load import files_in, helps_of, load_tags, retentions_of
from moderation.tags.published import admitted
from moderation.tags.scorer import TaggingScorer

__all__ = [
    "NO_TAGS",
    "FittedTag",
    "Quality",
    "TaggingScorer",
    "Tags",
    "admitted",
    "files_in",
    "helps_of",
    "load_tags",
    "retentions_of",
]
