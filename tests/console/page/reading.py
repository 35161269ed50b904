"""Reads a page as a browser would: its elements, its attributes, and the text between them."""

from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser

from console.dossier.part import Part
from console.page.shown import day, hour, visible

TAGS = frozenset(
    "html head meta title style body header main footer nav aside section figure figcaption h1 h2 h3 h4 h5 h6 p em "
    "strong code ol ul li dl dt dd div span a bdi time table caption thead tbody tr th td mark sup del ins "
    "svg desc defs pattern g path rect circle line text".split()
)
ATTRIBUTES = frozenset(
    "lang charset http-equiv content name class id href dir datetime scope data-title aria-label aria-labelledby "
    "aria-hidden role viewbox x y x1 x2 y1 y2 cx cy r d width height patternunits fill".split()
)
ADDRESSES = ("href", "src", "srcset", "action", "formaction", "xlink:href", "data", "poster", "background", "fill")


@dataclass
class Page(HTMLParser):
    """What stands in a page; `text` leaves out its style sheet."""

    html: str
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    style: str = ""
    comments: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element and what it says of itself."""
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        """The end of the innermost element of that name."""
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """What a person reads, or the style sheet."""
        if self._open[-1:] == ["style"]:
            self.style += data
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        """There should be none."""
        self.comments.append(data)

    def policy(self) -> str:
        """What the page allows itself to load and run."""
        return next(value for name, value in self.attributes if value.startswith("default-src"))


def unsaid(html: str, part: Part) -> list[str]:
    """Every text and instant of a part that a reader of the page does not find."""
    text = " ".join(Page(html).text.split())
    said = [" ".join(visible(leaf).split()) for leaf in leaves(part) if isinstance(leaf, str)]
    said += [f"{day(leaf)} {hour(leaf)}" for leaf in leaves(part) if isinstance(leaf, datetime)]
    return [one for one in said if one not in text]


def leaves(value: object) -> list[object]:
    """Every value in a part, however deep; of an empty field the reason."""
    if isinstance(value, Part):
        fields = (getattr(value, name) for name in type(value).model_fields if name != "absent")
        return [leaf for inner in (*fields, value.absent) for leaf in leaves(inner)]
    if isinstance(value, tuple):
        return [leaf for inner in value for leaf in leaves(inner)]
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    return [] if value is None else [value]
