"""The colours of a page can be told apart, by day and by night."""

import re

import pytest

from console.page.rendering import environment

CONTRAST_MIN = 4.5
"""For text, by WCAG 2.2 at level AA."""
BLOCK = re.compile(r":root \{([^}]*)\}")
COLOUR = re.compile(r"--([a-z-]+): #([0-9a-f]{6})")
SCHEMES = [dict(COLOUR.findall(block)) for block in BLOCK.findall(environment().get_template("page.css").render())]
PAIRS = [(text, on) for text in ("ink", "muted", "accent") for on in ("paper", "card")]
PAIRS += [("ink", on) for on in ("mark", "mark-more", "gone", "come")]


def luminance(colour: str) -> float:
    """How bright a colour is to the eye."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", SCHEMES, ids=["day", "night", "print"])
@pytest.mark.parametrize(("text", "on"), PAIRS)
def test_every_text_stands_out_from_what_it_stands_on(scheme: dict[str, str], text: str, on: str) -> None:
    """With enough contrast for weak eyes."""
    dark, light = sorted(luminance(scheme[name]) for name in (text, on))
    assert (light + 0.05) / (dark + 0.05) >= CONTRAST_MIN
