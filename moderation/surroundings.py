"""What else has been posted: the numbers that rules about behaviour look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How many posts are known by `text_digest` and by `author_id`; what is not named counts as none."""

    texts: Mapping[str, int] = field(default_factory=dict)
    authors: Mapping[str, int] = field(default_factory=dict)
