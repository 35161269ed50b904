"""Which language a text is written in: found where it is long and clear enough, else as the site says, else none."""

import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

CHARS_MAX = 1_000
"""Characters of a text that are looked at; no language needs more."""
LETTERS_MIN = 16
"""Fewer Latin letters than this are a name, a sigh or a typing error: they could be anything."""
OTHER_LETTERS_MIN = 2
"""In a script that is not Latin two letters are enough to know what a text is not."""
SURE_MIN = 0.5
"""The probability from which on a language counts as found."""
COVERED_MAX = 0.002
"""How probable the languages that the model covers may be, together, where another one is found. An English post that
is called foreign is not scored and costs a person's time, so it takes more to find another language than English."""
OTHER_COVERED_MAX = 0.05
"""The same for a text that is not written in Latin letters."""
NO_LANGUAGE = "zxx"
"""What the detector calls numbers, markup and the like."""
OTHER_LANGUAGE = "und"
"""One that is not written in Latin letters, where a short text does not show which."""
ENGLISH, PIDGIN = "en", "pcm"
"""The detector takes much slangy English for Nigerian Pidgin, so both count as English."""
ALIASES = {"nb": "no", "iw": "he", "in": "id", "fil": "tl", "eng": "en"}
"""Codes that sites use for what the detector calls otherwise."""
_LATIN = (("\u0000", "\u024f"), ("\u1e00", "\u1eff"))
_ADDRESS_SIGNS = ("@", "://", "www.")


def language_of(text: str, said: str | None, covered: Collection[str] = ()) -> str | None:
    """The language's code (ISO 639, as in `en`); `said` is the site's word, `covered` what the model was measured in.

    Where text and site contradict each other, the text counts if it is clear: most sites give the language of the
    page, whatever a visitor writes on it.
    """
    found, told = _found(text, covered), _told(said)
    if found == OTHER_LANGUAGE:
        return found if told is None or told in covered else told
    return found or told


def has_words(text: str) -> bool:
    """Whether anything is left of a text without its addresses, mentions, emojis and blanks."""
    return any(char.isalnum() for word in _words(text) for char in word)


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: blanks and invisible characters only."""
    return all(char.isspace() or unicodedata.category(char) in ("Cc", "Cf") for char in text)


def _found(text: str, covered: Collection[str]) -> str | None:
    words = " ".join(_words(unicodedata.normalize("NFKC", text[:CHARS_MAX])))[:CHARS_MAX]
    latin = sum(char.isalpha() and _is_latin(char) for char in words)
    other = sum(char.isalpha() and not _is_latin(char) for char in words)
    if other > latin:
        return _in_other_letters(words, covered) if other >= OTHER_LETTERS_MIN else None
    # Letters of another script in a Latin text are a name or a disguise; they must not decide.
    return _in_latin_letters("".join(filter(_is_latin, words)), latin, covered) if latin else None


def _in_latin_letters(words: str, letters: int, covered: Collection[str]) -> str | None:
    language, share, share_covered = _ranked(words, covered)
    if share < SURE_MIN or language == NO_LANGUAGE:
        return None
    clear = language in covered or (letters >= LETTERS_MIN and share_covered <= COVERED_MAX)
    return language if clear else None


def _in_other_letters(words: str, covered: Collection[str]) -> str | None:
    language, share, share_covered = _ranked(words, covered)
    if language not in covered and share_covered > OTHER_COVERED_MAX:
        return None
    return language if share >= SURE_MIN and language != NO_LANGUAGE else OTHER_LANGUAGE


def _ranked(words: str, covered: Collection[str]) -> tuple[str, float, float]:
    """The likeliest language, its probability, and that of all covered ones together."""
    ranked: dict[str, float] = dict(_detector().rank(words))
    ranked[ENGLISH] += ranked.pop(PIDGIN)
    language = max(ranked, key=ranked.__getitem__)
    return language, ranked[language], sum(ranked.get(one, 0.0) for one in covered)


def _told(said: str | None) -> str | None:
    """A site's code without its region; what the detector does not know as a code says nothing."""
    code = (said or "").strip().replace("_", "-").split("-")[0].lower()
    code = ALIASES.get(code, code)
    return code if code != NO_LANGUAGE and code in _detector().labels else None


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        if not (word.startswith("#") or any(sign in word.lower() for sign in _ADDRESS_SIGNS)):
            yield word


def _is_latin(char: str) -> bool:
    return any(first <= char <= last for first, last in _LATIN)


@cache
def _detector() -> Any:  # noqa: ANN401  py3langid has no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
