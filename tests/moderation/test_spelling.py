"""What a person would see of the spelling: disguises undone, plain words left alone, and the way back to the text."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.scorer.spelling import READ_CHARS_MAX, spelled_out

LETTERS = st.text("abcdefghi ABC.,!?0134$@-_\u0430\u0435\u200b\U0001f595\U0001f437\u00e9", max_size=60)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("you sh1t", "you shit"),
        ("a$$hole", "asshole"),
        ("w@nker, b!tch", "wanker, bitch"),
        ("f u c k you", "fuck you"),
        ("i.d.i.o.t", "idiot"),
        ("stuuuuupid", "stuupid"),
        ("ki\u200bll", "kill"),
        ("\u0456d\u0456\u043et", "idiot"),
        ("\uff46\uff4f\uff4f\uff4c", "fool"),
        ("you \U0001f437", "you  pig face "),
        ("\U0001f595\U0001f595\U0001f595\U0001f595", " reversed hand with middle finger extended " * 2),
        ("\U0001f9d1\U0001f3ff", " adult  dark skin "),
        ("\u2764\ufe0f", " heavy heart "),
        ("SH1T B1tch sh!t", "SHiT Bitch shit"),
    ],
)
def test_disguises_are_undone(written: str, read: str) -> None:
    """What readers see through, the model need not see through."""
    assert spelled_out(written).text == read


@pytest.mark.parametrize(
    "text",
    [
        "The branch in Leeds opens at 9.",
        "H2O, B12, A1C, mp3, 4x4, 100k, 2nd, $500 and iphone15",
        "write to bob@example.com or see https://example.com/a1b2c3d",
        "www.example.com, the KKK, an xxx",
        "@j0hnny",
        "too good, all bookkeepers agree",
        "yes!yes, no!yes, UK|US, go!go, Oh!What",
        "MP3s, iphone15pro, Make $$$ fast",
        "Advil\u2122 5\u00bd times, it\u2019s fine",
        "",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    """Numbers, addresses, handles and double letters are no disguise; then places are those of the text."""
    assert spelled_out(text).text == text
    assert spelled_out(text).places is None


def test_places_lead_back_to_the_text_as_posted() -> None:
    """The stretch of a word that was read is the stretch that was written, disguise included."""
    text = "so \U0001f437 you f u c k e r, really"
    spelled = spelled_out(text)
    start = spelled.text.index("fucker")
    assert text[slice(*spelled.span(start, start + 6))] == "f u c k e r"


@given(LETTERS)
def test_places_are_in_order_and_inside(text: str) -> None:
    """Whatever was written: one place a character, never backwards, all of them in the text."""
    spelled = spelled_out(text)
    places = spelled.places if spelled.places is not None else tuple(range(len(text)))
    assert len(places) == len(spelled.text)
    assert all(0 <= place < len(text) for place in places)
    assert list(places) == sorted(places)


@given(LETTERS)
def test_nothing_stays_disguised(text: str) -> None:
    """What is spelled out has no emoji, no look-alike and nothing invisible left."""
    assert not set(spelled_out(text).text) & set("\u200b\U0001f595\U0001f437\u0430\u0435")


@pytest.mark.parametrize(
    "trap", ["a ", "a", "a1", "$", "a.b.", "@", "a@", "a:", "a:/.", "\U0001f4b0\U0001f437", "a!", "\u2019"]
)
def test_time_grows_with_the_length_of_a_trap_and_no_faster(trap: str) -> None:
    """Twice as much of any trap takes about twice the time, and no text is read beyond the limit."""

    def spent(characters: int) -> float:
        text = (trap * characters)[:characters]
        began = thread_time()
        assert len(spelled_out(text).text) <= READ_CHARS_MAX
        return thread_time() - began

    spent(1_000)
    assert min(spent(40_000) for _ in range(3)) < 12 * max(min(spent(10_000) for _ in range(3)), 0.002)
