"""The diagram beside a model's card: its numbers are drawn, and nothing else of the file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.web.reliability import CHARS_MAX, Diagram, Dot, Square, diagram_in, diagram_of
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.scorer.settings import read_settings
from moderation.train import plan
from moderation.train.figures.reliability import reliability
from tests.console.page.reading import Page
from tests.console.web.desks import Scene
from tests.console.web.test_sheets import Counting

TITLE = "Score against share of positives, by label"
BINS = [[0.0, 0.0, 90], [0.25, 0.2, 5], [1.0, 0.9, 5]]


def figures(bins: list[list[float]]) -> Mapping[str, Mapping[str, Any]]:
    """What was measured, of every label the same."""
    return {label: {"bins": bins} for label in plan.LABELS}


def test_what_training_draws_is_read_again() -> None:
    """Every label with its dots, the larger the more texts."""
    found = diagram_of(reliability(figures(BINS)))
    assert found is not None
    assert (found.title, [square.label for square in found.squares]) == (TITLE, list(plan.LABELS))
    for square in found.squares:
        assert [(dot.score, dot.share) for dot in square.dots] == [(0.0, 0.0), (0.25, 0.2), (1.0, 0.9)]
        assert square.dots[0].size > square.dots[1].size
    assert found.squares[0].told == "0.00 at 0.00; 0.20 at 0.25; 0.90 at 1.00"


def test_the_model_that_ships_has_one_of_every_label() -> None:
    """And no other."""
    found = diagram_in(SHIPPED_FOLDER)
    assert found is not None
    assert {square.label for square in found.squares} == set(read_settings(SHIPPED_FOLDER).labels)


async def test_the_card_shows_it_and_says_it(scene: Scene) -> None:
    """A square for each label with all of its dots, told to whoever does not see them; no inline style."""
    index: Any = Counting()
    scene.desk.search = index
    html = (await scene.signed_in("ann").get("/model")).text
    found = diagram_in(SHIPPED_FOLDER)
    assert found is not None
    assert html.count("<circle ") == sum(len(square.dots) for square in found.squares)
    assert len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]+, share at score: [^"]+"', html)) == len(
        found.squares
    )
    assert " style=" not in html
    assert "Picture, beside the card" not in Page(html).text


def test_what_is_no_such_diagram_is_none(tmp_path: Path) -> None:
    """No file, another picture, or numbers that are none."""
    assert diagram_in(tmp_path) is None
    assert diagram_of("<svg><title>x</title><image href='a.png'/></svg>") is None
    assert diagram_of(reliability(figures(BINS)).replace('width="120"', 'width="0"')) is None
    (tmp_path / "reliability.svg").write_bytes(b"\xff" * CHARS_MAX)
    assert diagram_in(tmp_path) is None


@pytest.mark.parametrize("more", ["<script>alert(1)</script>", '<circle onload="x" cx="1" cy="1" r="1"/>'])
def test_nothing_but_numbers_comes_out_of_a_file(more: str) -> None:
    """Whatever else stands in it."""
    found = diagram_of(reliability(figures(BINS)).replace("</svg>", f"{more}</svg>"))
    assert found == diagram_of(reliability(figures(BINS)))


@given(st.text(max_size=300))
def test_whatever_stands_in_it_fails_nobody(text: str) -> None:
    """It is a diagram, or none."""
    found = diagram_of(reliability(figures(BINS)).replace("toxicity", text).replace("120", text[:3]))
    assert found is None or isinstance(found, Diagram)
    assert diagram_of(text) is None


def test_a_dot_keeps_within_its_square() -> None:
    """Also one that a file puts elsewhere."""
    drawn = reliability(figures([[0.5, 0.5, 1]])).replace('cx="88.0"', 'cx="9999.0"')
    found = diagram_of(drawn)
    assert found is not None
    assert found.squares[0] == Square(plan.LABELS[0], (Dot(1.0, 0.5, found.squares[0].dots[0].size),))
