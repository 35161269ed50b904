"""Finds a text that stands in other posts too, as campaigns do; short texts are repeated by chance."""

from collections.abc import Iterable

from moderation.rules.context import Context
from records.posts import Post
from records.verdicts import Finding

LABELS = ("repeated_text",)


def repeated_text(post: Post, context: Context) -> Iterable[Finding]:
    """The whole text; the detail says how many other posts were seen before and in the same batch."""
    digest = context.digests[str(post.revision_id)]
    before = context.surroundings.texts.get(digest, 0)
    beside = context.beside.texts.get(digest, 1) - 1
    rules, text = context.policy.rules, post.text or ""
    if (
        before + beside >= rules.repeated_posts_min
        and len(text.split(maxsplit=rules.repeated_words_min)) >= rules.repeated_words_min
    ):
        detail = f"the same text in {before} posts before and {beside} beside this one"
        yield context.finding("repeated_text", "repeated_text", (0, len(text)), detail)
