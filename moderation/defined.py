"""What staff define beside the policy: tags by examples, and lists of words."""

import hashlib
from dataclasses import dataclass

from moderation.tags import NO_TAGS, Tags
from moderation.word_lists import NO_LISTS, WordLists


@dataclass(frozen=True)
class Defined:
    """All of it that is in force; the tags are those that the scorer in use gives scores of."""

    tags: Tags = NO_TAGS
    lists: WordLists = NO_LISTS

    @property
    def digest(self) -> str | None:
        """That of the tags, where there are no lists; else one over both; None without either."""
        if self.lists.digest is None:
            return self.tags.digest
        return hashlib.sha256(f"{self.tags.digest}\n{self.lists.digest}\n".encode()).hexdigest()


NOTHING = Defined()
