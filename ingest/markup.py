"""From HTML that a stranger may have written to the plain text that a reader sees, with where its links lead."""

import html
import re
from collections.abc import Iterator

_BEGINS = re.compile(r"</?[A-Za-z]")
_SPACE = re.compile(r"[ \t\r\n\f]+")
# Nothing is given back once it is matched (++, *+), so a try is linear, and the first failing one is the last.
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]*+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""(?<![\w-])(href|alt)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)
_PARAGRAPHS = ("p", "blockquote", "pre", "hr")
_LINES = (
    *("br", "li", "ul", "ol", "dl", "dt", "dd", "table", "tr", "form", "fieldset", "address", "details", "summary"),
    *("div", "article", "aside", "section", "main", "nav", "header", "footer", "figure", "figcaption"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
)
_BREAKS = dict.fromkeys(_PARAGRAPHS, "\n\n") | dict.fromkeys(_LINES, "\n")
_UNSEEN = ("script", "style", "template")
_OPENED, _CLOSED = "<!--", "-->"


def plain_text(markup: str) -> str:
    """What a reader sees: tags become line breaks or nothing, entities characters, and a link shows its address."""
    reader = _Reader()
    for piece in _pieces(markup):
        if isinstance(piece, str):
            reader.text(piece)
        else:
            reader.tag(piece)
    return _tidy("".join(reader.parts))


def _pieces(markup: str) -> Iterator[str | re.Match[str]]:
    """Text and tags in turn; what is not closed is text, so that nothing can hide behind it."""
    at, closes = 0, True
    while (begins := markup.find("<", at)) >= 0:
        yield markup[at:begins]
        if closes and markup.startswith(_OPENED, begins):
            ends = markup.find(_CLOSED, begins + len(_OPENED))
            closes, at = ends >= 0, begins if ends < 0 else ends + len(_CLOSED)
        elif _BEGINS.match(markup, begins):
            tag = _TAG.match(markup, begins)
            if tag is None:
                at = begins
                break
            yield tag
            at = tag.end()
        else:
            yield "<"
            at = begins + 1
    yield markup[at:]


class _Reader:
    """What has been read so far, and within which tags we are."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._unseen: str | None = None
        self._verbatim = False
        self._link: tuple[str, int] | None = None

    def text(self, piece: str) -> None:
        """Some text, in which a line break is a space unless it is set as it is."""
        if self._unseen is None:
            said = html.unescape(piece)
            self.parts.append(said.replace("\r\n", "\n") if self._verbatim else _SPACE.sub(" ", said))

    def tag(self, found: re.Match[str]) -> None:
        """A tag that opens or closes."""
        closes, name = bool(found[1]), found[2].lower()
        if name in _UNSEEN:
            self._unseen = name if not closes and self._unseen is None else None
        elif self._unseen is None:
            self._seen(name, _attributes(found[3]), closes=closes)

    def _seen(self, name: str, attributes: dict[str, str], *, closes: bool) -> None:
        if name == "a":
            self._end_link()
            self._link = None if closes else (attributes.get("href", ""), len(self.parts))
        elif name == "img":
            self.parts.append(attributes.get("alt", ""))
        elif name == "pre":
            self._verbatim = not closes
        self.parts.append(_BREAKS.get(name, " " if name in ("td", "th") else ""))

    def _end_link(self) -> None:
        if self._link is not None:
            address, begins = self._link
            if address and _bare(address) != _bare("".join(self.parts[begins:])):
                self.parts.append(f" ({address})")


def _attributes(said: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(said)
    return {one[1].lower(): html.unescape(one[2] or one[3] or one[4] or "").strip() for one in found}


def _bare(address: str) -> str:
    plain = address.strip().removeprefix("mailto:")
    return plain.removeprefix("https://").removeprefix("http://").rstrip("/")


def _tidy(text: str) -> str:
    lines = [" ".join(filter(None, line.split(" "))) for line in text.split("\n")]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip()
