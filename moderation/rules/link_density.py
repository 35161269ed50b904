"""Finds texts that are more links than words, as link farms write them."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.links import foreign_links
from records.posts import Post
from records.verdicts import Finding

LABELS = ("links",)
LINK_CHARS_MAX = 40
"""A longer link weighs no more: who cites one page by its long address says enough about it."""


def link_density(post: Post, context: Context) -> Iterable[Finding]:
    """From the first link to the last, where there are several and they take up most of the text."""
    links, rules = foreign_links(post, context), context.policy.rules
    if len(links) < rules.dense_links_min:
        return
    text = post.text or ""
    shown = sum(not char.isspace() for char in text)
    linked = sum(end - start for start, end in links)
    weight = sum(min(end - start, LINK_CHARS_MAX) for start, end in links)
    share = weight / (shown - linked + weight)
    if share >= rules.dense_links_share_min:
        span = (links[0][0], links[-1][1])
        detail = f"{len(links)} links are {share:.0%} of the text"
        yield context.finding("links", "link_density", span, detail, (share, rules.dense_links_share_min))
