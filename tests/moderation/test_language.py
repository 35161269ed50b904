"""The language of a comment: found where it is clear, never a foreign one for what an English reader wrote."""

from pathlib import Path

import pytest

from moderation.language import CHARS_MAX, has_words, is_blank, language_of

COVERED = ("en",)
SENTENCES = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("sentences.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, text in SENTENCES if code != "en"])
def test_a_sentence_in_another_language_is_known(code: str, text: str) -> None:
    """Ordinary comments, whatever the site says, in quotes, and shouted."""
    assert language_of(text, None, COVERED) == code
    assert language_of(text, "en-US", COVERED) == code
    assert language_of(f"@bank {text} https://www.example.com/help", None, COVERED) == code


@pytest.mark.parametrize("text", [text for code, text in SENTENCES if code == "en"])
def test_what_an_english_reader_wrote_is_never_called_foreign(text: str) -> None:
    """Slang, sighs, names and borrowed words: English, or nothing that could be told."""
    assert language_of(text, None, COVERED) in ("en", None)


@pytest.mark.parametrize(
    "text", ["ок", "класс", "谢谢", "شكرا", "ありがとう", "תודה", "ขอบคุณ", "\u0455\u0441\u0430m \u0430l\u0435rt"]
)
def test_another_script_is_known_not_to_be_english_however_short(text: str) -> None:
    """Which language it is may be unclear; that the model was not measured in it is not."""
    assert language_of(text, None, COVERED) not in ("en", None)
    assert language_of(text, "en", COVERED) not in ("en", None)


def test_the_site_helps_where_the_script_alone_is_clear() -> None:
    """Two Cyrillic letters are some language; the site says which."""
    assert (language_of("ок", None, COVERED), language_of("ок", "ru-RU", COVERED)) == ("und", "ru")


def test_a_few_foreign_letters_do_not_make_a_foreign_text() -> None:
    """A disguise or a name in another script counts as little as it says."""
    assert language_of("This is a great \u043eff\u0435r for everybody, 강남스타일!", None, COVERED) == "en"


def test_fancy_letters_are_read_as_what_they_show() -> None:
    """Mathematical letters are no script of their own."""
    fancy = "you all are such idiots".translate({ord("a") + number: 0x1D4EA + number for number in range(26)})
    assert language_of(fancy, None, COVERED) == "en"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("fr_FR.UTF-8", "fr"),
        ("EN", "en"),
        ("eng", "en"),
        ("nb-NO", "no"),
        ("English", None),
        ("zxx", None),
        ("und", None),
        ("\x1b[31m", None),
        ("", None),
        (None, None),
    ],
)
def test_the_sites_word_counts_where_the_text_says_too_little(said: str | None, language: str | None) -> None:
    """Its code without the region; what is no code of a language says nothing."""
    assert language_of("Touché", said, COVERED) == language


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    """However much follows."""
    english = "This comment goes on and on about the same thing. " * (CHARS_MAX // 50)
    assert language_of(english + "Und dann geht es auf Deutsch weiter. " * 5_000, None, COVERED) == "en"


@pytest.mark.parametrize(
    ("text", "blank", "words"),
    [
        ("", True, False),
        (" \u200b\u2060\n\u00a0", True, False),
        ("🔥❤️", False, False),
        ("https://x.example/a @ana #look", False, False),
        ("www.x.example", False, False),
        ("Look: https://x.example/a", False, True),
        ("見て", False, True),
        ("7", False, True),
    ],
)
def test_what_a_text_shows(text: str, blank: bool, words: bool) -> None:
    """Blank is nothing at all; emojis, links and mentions are something, but no words."""
    assert (is_blank(text), has_words(text)) == (blank, words)
