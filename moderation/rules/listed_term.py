"""Finds words and phrases of the lists that people have published, each under the label of its list."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.word_lists import LABELS
from records.posts import Post
from records.verdicts import Finding

__all__ = ["LABELS", "listed_term"]


def listed_term(post: Post, context: Context) -> Iterable[Finding]:
    """Each place where a term stands, with the list and the version of it."""
    for said, place in context.lists.found(post.text or ""):
        detail = f"list {said.registry_id}, version {said.version}"
        yield context.finding(said.label, "listed_term", (place.start, place.end), detail)
