"""Finds words of the lexicon, also disguised: l33t, spaced out, stretched, masked, in look-alike letters."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import reported
from records.plain import plain
from records.posts import Post
from records.verdicts import Finding

LABELS = ("obfuscation",)
LIST = "lexicon"


def hidden_word(post: Post, context: Context) -> Iterable[Finding]:
    """Each word under its own label; where it is disguised, the disguise is a finding too."""
    text, lexicon = post.text or "", context.lexicon
    if lexicon.words is None:
        return
    for start, end in lexicon.words.spans(plain(text), group=1):
        span = (start, end)
        if reported(text, span):
            continue
        written = text[start:end]
        label = lexicon.label(plain(written))
        hidden = not (written.isascii() and written.isalpha())
        yield context.finding(label, "hidden_word", span, "disguised" if hidden else "as written")
        if hidden:
            yield context.finding("obfuscation", "hidden_word", span, f"a word listed as {label}")
