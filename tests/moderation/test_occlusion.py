"""What a person would see of explanations: the words that carry a label, however often a question is asked."""

import itertools
from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from moderation.scorer.occlusion import CANDIDATES, STRETCHES_MAX, _stretches, occluded

GUARANTEED = {"guaranteed": 0.8, "silver": 0.1}


def by_words(texts: Sequence[str]) -> list[Mapping[str, float]]:
    """A score that grows with the words of a list."""
    return [{"promissory": 0.05 + sum(GUARANTEED.get(word, 0.0) for word in text.split())} for text in texts]


def named(text: str) -> str | None:
    """The words that are named."""
    (found,) = occluded([(text, ("promissory",))], by_words)
    return text[slice(*found["promissory"])] if found else None


def test_the_word_that_carries_the_score_is_named() -> None:
    """Not its neighbours, wherever it stands."""
    assert named("all of this is guaranteed to work") == "guaranteed"
    assert named("guaranteed to work") == "guaranteed"


def test_of_two_words_in_different_places_the_heavier_is_named() -> None:
    """One stretch, the one that the score misses most."""
    assert named("silver will go up and this is guaranteed") == "guaranteed"


def test_two_neighbours_are_named_together() -> None:
    """What the score misses nearly as much belongs to it."""
    assert named("it is guaranteed guaranteed my friend") == "guaranteed guaranteed"


def test_nothing_is_named_where_there_is_nothing_to_choose() -> None:
    """A single word, and no word at all."""
    assert [named(text) for text in ("guaranteed", "", " ")] == [None, None, None]


def test_the_same_question_is_asked_once() -> None:
    """A campaign costs one explanation; another label of the same text costs no more passes."""
    asked: list[str] = []

    def score(texts: Sequence[str]) -> list[Mapping[str, float]]:
        asked.extend(texts)
        return by_words(texts)

    text = "it is guaranteed"
    found = occluded([(text, ("promissory",)), (text, ("promissory",)), (text, ("promissory", "spam"))], score)
    assert len(asked) <= len(text.split()) + 2 * CANDIDATES
    assert found[0] == found[1] == {"promissory": (6, 16)}
    assert found[2]["promissory"] == (6, 16)


@given(st.text(st.sampled_from("ab \t\n\u00a0\u3000."), max_size=200))
def test_stretches_are_the_words_of_the_text(text: str) -> None:
    """In order, apart from one another, few, and with every word in one of them."""
    stretches = _stretches(text)
    assert len(stretches) <= STRETCHES_MAX
    assert " ".join(text[start:end] for start, end in stretches).split() == text.split()
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(stretches))
