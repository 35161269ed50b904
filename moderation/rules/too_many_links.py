"""Finds posts with more links than the policy calls many; links to our own pages are not counted."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.links import foreign_links
from records.posts import Post
from records.verdicts import Finding

LABELS = ("links",)


def too_many_links(post: Post, context: Context) -> Iterable[Finding]:
    """From the first link that is too many on."""
    most = context.policy.rules.links_max
    links = foreign_links(post, context)
    if len(links) > most:
        detail = f"at least {len(links)} links, {most} are usual"
        yield context.finding("links", "too_many_links", (links[0][0], links[-1][1]), detail)
