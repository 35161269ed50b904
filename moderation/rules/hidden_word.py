"""Finds words of the lexicon, also disguised: l33t, spaced out, stretched, masked, in look-alike letters."""

from collections.abc import Iterable
from pathlib import Path

from moderation.rules.context import Context
from moderation.rules.mention import reported
from moderation.rules.patterns import Pattern
from records.plain import FILLER, plain
from records.posts import Post
from records.verdicts import Finding

LEXICON = Path(__file__).with_name("lists") / "lexicon.txt"
_LOOKALIKES = {
    "a": "a4@*",
    "b": "b8",
    "c": "c(k*",
    "e": "e3*",
    "g": "g9",
    "h": "h#*",
    "i": "i1!|l*",
    "l": "l1|",
    "o": "o0*",
    "s": "s5$z",
    "t": "t7+",
    "u": "uv*@",
    "z": "z2",
}
_INSIDE = rf"[._\-'{FILLER}]?"
_SPACED = rf"[\s._\-*'~,/{FILLER}]{{1,3}}"


def hidden_word(post: Post, context: Context) -> Iterable[Finding]:
    """Each word under its own label; where it is disguised, the disguise is a finding too."""
    text = post.text or ""
    for start, end in _WORDS.spans(plain(text), group=1):
        span = (start, end)
        if reported(text, span):
            continue
        written = text[start:end]
        label = _label(plain(written))
        hidden = not (written.isascii() and written.isalpha())
        yield context.finding(label, "hidden_word", span, "disguised" if hidden else "as written")
        if hidden:
            yield context.finding("obfuscation", "hidden_word", span, f"a word listed as {label}")


def _lexicon() -> dict[str, str]:
    """The words with the label of their findings."""
    lines = (line.split("#")[0].split() for line in LEXICON.read_text("utf-8").splitlines())
    return {line[0]: line[1] for line in lines if line}


def _letter(char: str, *, masked: bool) -> str:
    alike = _LOOKALIKES.get(char, char)
    shown = alike if masked else alike.replace("*", "")
    return "[" + "".join(f"\\{one}" if not one.isalnum() else one for one in dict.fromkeys(shown)) + "]+"


def _disguised(word: str) -> str:
    last = len(word) - 1
    letters = [_letter(char, masked=0 < place < last) for place, char in enumerate(word)]
    return f"{_INSIDE.join(letters)}|{_SPACED.join(letters)}"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(_disguised(word) for word in words)


def _label(written: str) -> str:
    listed = _LEXICON.get(written.lower())
    return listed or next(label for pattern, label in _LABELS if pattern.found(written))


_LEXICON = _lexicon()
_WORDS = Pattern(rf"(?:^|[^a-z0-9])((?:{_any_of(_LEXICON)})(?:e?[sz]|ing|ed|y)?)\b")
_LABELS = [(Pattern(rf"^(?:{_any_of([word])})(?:e?[sz]|ing|ed|y)?$"), label) for word, label in _LEXICON.items()]
