"""Finds characters that turn the direction of text around, so that people read other words than machines do."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("obfuscation",)
# An override to the left turns anything around; one to the right only what is written to the left, and telephones put
# it around the numbers that people copy from them.
_TURNED = Pattern(
    r"\x{202e}[^\n\x{202c}]*[\pL\pN][^\n\x{202c}]*\x{202c}?"
    r"|\x{202d}[^\n\x{202c}]*[\p{Hebrew}\p{Arabic}][^\n\x{202c}]*\x{202c}?",
)


def bidi_override(post: Post, context: Context) -> Iterable[Finding]:
    """Each stretch from the override to its end, or to the end of the line."""
    text = post.text or ""
    if text.isascii():
        return
    for span in _TURNED.spans(text):
        yield context.finding("obfuscation", "bidi_override", span, "shown in another order than it is written")
