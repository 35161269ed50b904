"""The state of a case, folded from records: `fold_post` gives the document of a post, `derive` joins its four parts."""

from moderation.cases.derive import derive
from moderation.cases.folding import fold_post
from moderation.cases.wants import wanted

__all__ = ["derive", "fold_post", "wanted"]
