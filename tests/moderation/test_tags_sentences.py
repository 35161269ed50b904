"""The sentences of a text: nothing of what it says is lost between them."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.tags.sentences import SENTENCES_MAX, sentences

PIECES = st.sampled_from(["Hello", "no", ".", "?!", " ", "\n", "…", "3.5", "”", "\u200b", "ü", "e.g."])


def said(text: str) -> list[str]:
    """The sentences themselves."""
    return [text[start:end] for start, end in sentences(text)]


def test_a_text_is_cut_where_a_sentence_ends() -> None:
    """At stops that spacing follows, and at new lines; quotes and brackets stay with what they close."""
    text = "He said “stop.” Then, at 3.50 p.m.,\nnothing!?  (Really.) ok"
    assert said(text) == ["He said “stop.”", "Then, at 3.50 p.m.,", "nothing!?", "(Really.)", "ok"]


def test_what_has_no_word_is_no_sentence() -> None:
    """Stops and pictures alone."""
    assert said("... !!! \n 🔥 \n") == []
    assert said("") == []


def test_a_text_of_very_many_sentences_is_looked_at_up_to_the_limit() -> None:
    """And no further."""
    assert len(sentences("No. " * 10_000)) == SENTENCES_MAX


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_sentences_stand_in_order_and_hold_every_letter(text: str) -> None:
    """They never overlap."""
    spans = sentences(text)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    letters = [place for place, char in enumerate(text) if char.isalnum()]
    assert all(any(start <= place < end for start, end in spans) for place in letters)
