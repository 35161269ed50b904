"""Texts on a page: what changed in them, and where the findings stand."""

from hypothesis import given
from hypothesis import strategies as st

from console.dossier.handling import HowItGotIn
from console.page import render
from console.page.facts import PARTS_MAX, Section
from console.page.marked import AROUND_CHARS, WHOLE_CHARS_MAX, marked
from console.page.revised import WORDS_COMPARED_MAX, changes
from tests.console.page.samples import FIRST, SECOND, arrival, long, observation

TEXTS = st.text(st.sampled_from("ab é\n.<\u202e"), max_size=60)
SPANS = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 80), st.integers(0, 80)), max_size=6)


@given(TEXTS, TEXTS)
def test_a_change_leads_from_one_text_to_the_other(before: str, after: str) -> None:
    """Without what was added it is the earlier text, without what was removed the later one."""
    found = changes(before, after)
    assert "".join(one.text for one in found if one.kind != "added") == before
    assert "".join(one.text for one in found if one.kind != "removed") == after


def test_a_change_is_told_word_by_word() -> None:
    """Only the words that differ stand out."""
    assert [(one.kind, one.text) for one in changes("it returns 12 %", "it returned 12 %")] == [
        ("same", "it "),
        ("removed", "returns"),
        ("added", "returned"),
        ("same", " 12 %"),
    ]


def test_long_texts_without_likeness_are_not_compared() -> None:
    """What differs is one piece: comparing it takes time with the square of its words."""
    old, new = ("a b " * WORDS_COMPARED_MAX, "b c " * WORDS_COMPARED_MAX)
    assert [one.kind for one in changes(f"the {old} end", f"the {new} end")] == ["same", "removed", "added", "same"]


@given(TEXTS, SPANS)
def test_a_marked_text_is_the_text(text: str, spans: list[tuple[int, int, int]]) -> None:
    """Places may overlap, be empty, or lie beyond it: nothing of the text is lost or said twice."""
    found = marked(text, spans)
    assert "".join(piece.text for piece in found) == text
    shown = {number for piece in found for number in piece.ending}
    assert shown == {number for number, start, end in spans if start < min(end, len(text))}


def test_places_that_overlap_are_told_apart() -> None:
    """Each piece knows all findings that stand on it, and where one ends its number stands."""
    found = marked("abcdef", [(1, 0, 4), (2, 2, 6)])
    assert [(one.text, one.numbers, one.ending) for one in found] == [
        ("ab", (1,), ()),
        ("cd", (1, 2), (1,)),
        ("ef", (2,), (2,)),
    ]


def test_of_a_long_text_only_the_surroundings_are_repeated() -> None:
    """It stands whole among the revisions."""
    text = "x" * WHOLE_CHARS_MAX + "guaranteed" + "y" * WHOLE_CHARS_MAX
    found = marked(text, [(1, WHOLE_CHARS_MAX, WHOLE_CHARS_MAX + 10)])
    left_out = WHOLE_CHARS_MAX - 2 * AROUND_CHARS
    assert [one.left_out for one in found] == [0, left_out, 0, 0, 0, left_out, 0]
    assert sum(len(one.text) + one.left_out for one in found) == len(text)


def test_verdicts_show_their_text_and_revisions_their_changes() -> None:
    """Beside the facts of each."""
    dossier = long()
    section = Section({1: FIRST, 2: SECOND})
    verdicts = next(fact for fact in section.facts(dossier.how_it_was_judged) if fact.name == "verdicts")
    assert ["".join(piece.text for piece in item.marked) for item in verdicts.value] == [FIRST, SECOND]
    revisions = next(fact for fact in section.facts(dossier.what) if fact.name == "revisions")
    assert [bool(item.changes) for item in revisions.value] == [False, True]


def test_of_very_many_the_first_and_the_last_are_shown() -> None:
    """Somebody who reports a post ten thousand times makes no page that nobody can open; what is left out is said."""
    count = 10_000
    seen = tuple(observation("reported", number, None) for number in range(count))
    came = HowItGotIn(arrivals=tuple(arrival("reported", number) for number in range(count)))
    when = long().when.model_copy(update={"observations": seen})
    html = render(long().model_copy(update={"when": when, "how_it_got_in": came}))
    assert html.count(f"{count - PARTS_MAX} between the first and the last of these are not shown here") == 2
    assert f"Arrivals: {count} of {count}" in html
    assert "posts-0-9999" in html
    assert "posts-0-5000" not in html
