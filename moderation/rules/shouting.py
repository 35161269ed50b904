"""Finds posts that are written in capitals."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("shouting",)
WORDS_MIN = 4
# Two words of three capitals or more near each other: without them nobody is shouting.
_CAPITALS = Pattern(r"(?-i:\p{Lu}{2}[^\p{Ll}]*\s[^\p{Ll}]*\p{Lu}{3})")


def shouting(post: Post, context: Context) -> Iterable[Finding]:
    """From the first capital to the last, where capitals make up most of a text that is long enough."""
    text, rules = post.text or "", context.policy.rules
    if not _CAPITALS.found(text):
        return
    upper = [place for place, char in enumerate(text) if char.isupper()]
    letters = len(upper) + sum(map(str.islower, text))
    share = len(upper) / letters
    words = len(text.split(maxsplit=WORDS_MIN))
    if letters >= rules.shouting_letters_min and words >= WORDS_MIN and share >= rules.shouting_share_min:
        span = (upper[0], upper[-1] + 1)
        yield context.finding("shouting", "shouting", span, f"{len(upper)} capitals", (share, rules.shouting_share_min))
