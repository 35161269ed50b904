"""What a post said before: its earlier texts, so that whoever holds one of them finds the post.

The first text is kept and the latest others, so many and so long together, however often an author edits. Of a text
that is very long the beginning is kept, as far as a text is retyped. What falls out is still a fact of the history.
Texts that a reader would call the same are one, so that edits of commas push nothing out.
"""

from typing import Any

from records.plain import RETYPED_CHARS_MAX

TEXTS_KEPT = 16
CHARS_KEPT = 60_000
"""Of all of them together: at least three, the first of them."""

Part = dict[str, Any]
Text = dict[str, str]


def with_text(texts: list[Text] | None, text: str | None, digest: str | None) -> list[Text]:
    """The texts with one more, in the order in which they were told; an empty one says nothing."""
    known = list(texts or ())
    if not text or digest is None or any(one["text_digest"] == digest for one in known):
        return known
    return _kept([*known, {"text": text[:RETYPED_CHARS_MAX], "text_digest": digest}])


def said_before(observed: Part) -> list[Text]:
    """The texts that are not what the post says now."""
    return [one for one in observed["texts"] or () if one["text_digest"] != observed["text_digest"]]


def _kept(texts: list[Text]) -> list[Text]:
    first, latest = texts[:1], texts[1:][1 - TEXTS_KEPT :]
    while sum(len(one["text"]) for one in (*first, *latest)) > CHARS_KEPT:
        latest = latest[1:]
    return [*first, *latest]
