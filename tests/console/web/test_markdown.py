"""A model's card as blocks: what it uses is known, and whatever else stands in it is text."""

from hypothesis import example, given
from hypothesis import strategies as st

from console.web.care import Care
from console.web.markdown import Piece, blocks, pieces
from console.web.model_card import CARD, Model
from console.web.rendering import environment
from moderation.scorer.load import SHIPPED_FOLDER
from tests.console.page.hostile import CORPUS
from tests.console.page.reading import Page

ELEMENTS = frozenset(
    "html head meta title link body a header main p h1 h2 h3 h4 dl div dt dd article ul li table thead tbody tr th td "
    "code strong em span".split()
)
ATTRIBUTES = frozenset(
    "lang charset name content rel href type class id tabindex role scope aria-label data-theme".split()
)  # fmt: skip
SAMPLE = """# Card

One line
and the next.

## Numbers
| label | rows |
|---|---|
| `spam` | 1 |

- first
  goes on
- **second**
"""


def test_every_construct_is_a_block_of_its_own() -> None:
    """In the order in which they stand."""
    found = blocks(SAMPLE)
    assert [block.kind for block in found] == ["heading", "paragraph", "heading", "table", "list"]
    assert [block.level for block in found if block.kind == "heading"] == [1, 2]
    assert found[1].lines == ((Piece("One line and the next."),),)
    assert found[3].rows[1] == ((Piece("spam", "code"),), (Piece("1"),))
    assert found[4].lines == ((Piece("first goes on"),), (Piece("second", "strong"),))


def test_what_stands_out_in_a_line() -> None:
    """A picture is its words; a star that stands alone is one."""
    assert pieces("a *b* `c*d` 2 * 3 ![e](f.svg)") == (
        Piece("a "),
        Piece("b", "em"),
        Piece(" "),
        Piece("c*d", "code"),
        Piece(" 2 * 3 "),
        Piece("e", "picture"),
    )


def test_the_card_that_ships_is_read_whole() -> None:
    """No mark of Markdown is left in it, and no table has a row that is longer than its head."""
    found = blocks((SHIPPED_FOLDER / CARD).read_text(encoding="utf-8"))
    assert {block.kind for block in found} == {"heading", "paragraph", "list", "table"}
    lines = [line for block in found for line in (*block.lines, *(cell for row in block.rows for cell in row))]
    plain = "".join(piece.text for line in lines for piece in line if piece.kind != "code")
    assert not any(mark in plain for mark in ("**", "](", "|", "`"))
    assert all(len(row) == len(block.rows[0]) for block in found for row in block.rows)


@given(st.text(alphabet="#-*`|![](): ab\n<", max_size=200))
@example("#\n|-|\n- ")
@example("\n".join(CORPUS))
def test_whatever_stands_in_a_card_is_text_on_the_page(text: str) -> None:
    """No element comes but those of a card, and none of them says anything of itself that the text chose."""
    values = {"visitor": None, "nav": [], "message": "", "known": [], "care": Care()}
    html = environment().get_template("model.html").render(values, model=Model("", tuple(blocks(text)), ""))
    found = Page(html)
    assert set(found.tags) <= ELEMENTS
    assert {name for name, _ in found.attributes} <= ATTRIBUTES
