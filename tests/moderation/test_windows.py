"""What a person would see of long texts: read to the end, in windows that overlap and know where they stand."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.scorer.batches import BATCH_TOKENS_MAX, by_length, pad
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.scorer.windows import WINDOW_TOKENS_MAX, WINDOWS_MAX, Windows, read_as

SAID = ["branch", "Leeds", "opens", "sh1t", "\U0001f437", "f u c k", "at nine,", "\n", "word " * 200]
WORDS = st.lists(st.sampled_from(SAID), max_size=30)


@pytest.fixture(scope="module")
def windows() -> Windows:
    """The tokenizer of the shipped model."""
    return Windows(SHIPPED_FOLDER)


def test_a_short_text_is_one_window(windows: Windows) -> None:
    """No window is made for nothing, and none for a text without words."""
    assert [window.text for window in windows.of([read_as("one"), read_as(""), read_as("three")])] == [0, 2]


def test_a_long_text_is_read_to_its_end(windows: Windows) -> None:
    """Windows begin at the first word, overlap, and end with the last."""
    text = " ".join(f"word{number}" for number in range(400))
    spans = [window.span for window in windows.of([read_as(text)])]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(later[0] < earlier[1] for earlier, later in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("word " * 100_000, True),
        (" " * 50_000 + "idiot", False),
        ("a fine day" + " " * 50_000 + "idiot", True),
        ("\U0001f4b0\U0001f437" * 900, False),
    ],
)
def test_there_is_an_end_to_windows(windows: Windows, text: str, cut: bool) -> None:
    """No text costs more than the limit, and the last window says whether the text goes on."""
    found = windows.of([read_as(text)])
    assert len(found) <= WINDOWS_MAX
    assert [window.cut for window in found[-1:]] == ([cut] if found else [])


@given(WORDS)
@settings(deadline=None)
def test_tokens_know_where_they_stand(windows: Windows, words: list[str]) -> None:
    """The fast way and the one with places give the same tokens; places lie in the text."""
    text = " ".join(words)
    fast, placed = windows.of([read_as(text)]), list(windows._placed(0, read_as(text)))
    assert [window.ids for window in fast] == [window.ids for window in placed]
    assert all(0 <= start <= end <= len(text) for window in placed for start, end in window.spans)
    assert all(len(window.ids) <= WINDOW_TOKENS_MAX for window in placed)


@given(st.lists(st.integers(3, WINDOW_TOKENS_MAX), max_size=80))
def test_batches_hold_each_row_once_and_keep_the_budget(lengths: list[int]) -> None:
    """Each row is in one batch, and none is padded beyond the budget unless it is alone."""
    rows = [list(range(length)) for length in lengths]
    batches = list(by_length(rows))
    assert sorted(place for batch in batches for place in batch) == list(range(len(rows)))
    for batch in batches:
        ids, mask = pad([rows[place] for place in batch])
        assert ids.size <= BATCH_TOKENS_MAX or len(batch) == 1
        assert mask.sum() == sum(lengths[place] for place in batch)
