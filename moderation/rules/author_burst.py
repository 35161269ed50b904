"""Finds authors who post more at a time than people do."""

from collections.abc import Iterable

from moderation.rules.context import Context
from records.posts import Post
from records.verdicts import Finding

LABELS = ("burst",)


def author_burst(post: Post, context: Context) -> Iterable[Finding]:
    """The whole text; the detail says how many other posts of the author were seen lately and in the same batch."""
    if post.author is None or post.backfill:  # what is imported comes all at once
        return
    before = context.surroundings.authors.get(post.author.author_id, 0)
    beside = context.beside.authors.get(post.author.author_id, 1) - 1
    if before + beside >= context.policy.rules.burst_posts_min:
        detail = f"{before} posts of this author before and {beside} beside this one"
        yield context.finding("burst", "author_burst", (0, len(post.text or "")), detail)
