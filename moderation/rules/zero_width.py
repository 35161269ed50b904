"""Finds invisible characters inside words, and text that is written in invisible ones; filters miss such words."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("obfuscation",)
FLAG = "\U0001f3f4"
# Zero-width space, joiners, word joiner, invisible operators, grapheme joiner, fillers, variation selectors. Between
# letters of scripts that join or have no spaces (Persian, Hindi, Thai) they are spelling, and between emoji they join.
_UNSEEN = r"\x{200b}-\x{200f}\x{2060}-\x{2064}\x{feff}\x{034f}\x{180e}\x{115f}\x{1160}\x{3164}\x{ffa0}\x{fe00}-\x{fe0f}"
_LETTER = r"\p{Latin}\p{Cyrillic}\p{Greek}"
_PART = rf"[{_LETTER}\pN\p{{Mn}}]"
_SOFT_HYPHEN = r"\x{ad}"
_INSIDE = Pattern(rf"{_PART}*[{_LETTER}][{_UNSEEN}]+[{_LETTER}](?:{_PART}|[{_UNSEEN}]+{_PART})*")
# A soft hyphen is honest where a printer could break the line: never beside a single letter.
_SOFT = Pattern(
    rf"(?:^|[^{_LETTER}])([{_LETTER}]{_SOFT_HYPHEN}[{_LETTER}{_SOFT_HYPHEN}]+|"
    rf"[{_LETTER}{_SOFT_HYPHEN}]+{_SOFT_HYPHEN}[{_LETTER}](?:{_SOFT_HYPHEN}[{_LETTER}{_SOFT_HYPHEN}]*)?)(?:$|[^{_LETTER}{_SOFT_HYPHEN}])"
)
_TAGS = Pattern(r"[\x{e0000}-\x{e007f}]+")


def zero_width(post: Post, context: Context) -> Iterable[Finding]:
    """Each word that is cut by them, and each stretch of tag characters that belongs to no flag."""
    text = post.text or ""
    if text.isascii():
        return
    for span in _INSIDE.spans(text):
        yield context.finding("obfuscation", "zero_width", span, "invisible characters inside a word")
    for span in _SOFT.spans(text, group=1):
        yield context.finding("obfuscation", "zero_width", span, "soft hyphens where no line could break")
    for start, end in _TAGS.spans(text):
        if text[start - 1 : start] != FLAG:
            yield context.finding("obfuscation", "zero_width", (start, end), f"{end - start} invisible tag characters")
