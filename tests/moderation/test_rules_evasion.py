"""Rules about evasion: what makes machines read other words than people do; honest uses of the same characters."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]

CUT = [
    "⟦fr\u200bee⟧ stuff",
    "é😀 ⟦mo\u2060n\u2060ey⟧",
    "⟦k\u034fill⟧",
    "⟦pa\ufeffy⟧ and ⟦pa\u00ady\u00adm\u00ade⟧",
    "⟦д\u200bеньги⟧",
    "hidden⟦\U000e0068\U000e0069⟧ text",
]
NOT_CUT = [
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with the joiner that its spelling wants
    "\u0915\u094d\u200d\u0937",  # Hindi
    "\u0e44\u0e17\u0e22\u200b\u0e44\u0e17\u0e22",  # Thai, which has no spaces
    "👩\u200d👩\u200d👧 and ❤\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f wins",
    "Donau\u00addampf\u00adschiff",
    "\ufeffHello, word\u200b and word",
    "cafe\u0301",
    "plain",
]
MIXED = [
    "⟦p\u0430ypal⟧ is down",
    "é😀 ⟦\u0440aypal⟧",
    "⟦googl\u0435⟧, ⟦\u0410pple⟧",
    "⟦pass\u03bford⟧",
    "⟦п\u0070ивет⟧ всем друзьям",
]
NOT_MIXED = [
    "Привет, как дела сегодня",
    "Καλημέρα σε όλους",
    "USB-кабель, IT-шник, iPhoneа и VIPы",
    "Cбербанк",
    "TNFα, PPARγ, IFNβ, 5 μm, 3 kΩ, ΔT",
    "naïve café, Ærøskøbing, ﬁne",
    "日本語 with English",
]
TURNED = [
    "⟦\u202eevil\u202c⟧ twin",
    "é😀 ⟦\u202eno end⟧\nnext line",
    "⟦\u202d\u05e9\u05dc\u05d5\u05dd\u202c⟧",
]
NOT_TURNED = [
    "call \u202d+1 (212) 664-7665\u202c",
    "\u05e9\u05dc\u05d5\u05dd \u2066abc\u2069 \u200f!",
    "\u202e \u202c",
    "\u0645\u0631\u062d\u0628\u0627",
]


@pytest.mark.parametrize("marked", CUT + NOT_CUT)
def test_words_cut_by_what_nobody_sees(check: Check, marked: str) -> None:
    """Invisible characters inside a word are found; joiners that emoji and other scripts need are not."""
    check("zero_width", marked)


@pytest.mark.parametrize("marked", MIXED + NOT_MIXED)
def test_words_of_two_scripts(check: Check, marked: str) -> None:
    """A look-alike letter inside a word is found; real words of any script, signs and endings are not."""
    check("mixed_script", marked)


@pytest.mark.parametrize("marked", TURNED + NOT_TURNED)
def test_text_that_is_turned_around(check: Check, marked: str) -> None:
    """An override that changes what is read is found; marks that languages need are not."""
    check("bidi_override", marked)
