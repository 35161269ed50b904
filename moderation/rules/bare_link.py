"""Finds posts that are a link and hardly a word beside it."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.links import foreign_links
from records.posts import Post
from records.verdicts import Finding

LABELS = ("links",)


def bare_link(post: Post, context: Context) -> Iterable[Finding]:
    """The first link, where almost nothing is said about it."""
    links = foreign_links(post, context)
    if not links:
        return
    text = post.text or ""
    outside = [text[end:start] for (_, end), (start, _) in zip([(0, 0), *links], [*links, (len(text), 0)], strict=True)]
    words = sum(any(char.isalnum() for char in word) for word in " ".join(outside).split())
    if words <= context.policy.rules.bare_link_words_max:
        yield context.finding("links", "bare_link", links[0], f"{words} words beside {len(links)} links")
