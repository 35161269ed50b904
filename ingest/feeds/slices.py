"""Where the entries of a feed stand in its bytes: exact, without expanding or fetching anything that XML could ask for.

What one stranger wrote must not hide what others wrote: where the whole is not well-formed, it is looked at once more
with what strays in it painted over, byte for byte, so that the places stay the same.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from ingest.feeds.mending import painted_over
from records.errors import Malformed

DEPTH_MAX = 200
ENTRIES_MAX = 2000
FRAME_BYTES_MAX = 100_000
ENTRY_DEPTHS = (1, 2)
ROOTS = ("rss", "feed", "RDF")
ENTRIES = ("item", "entry")
WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}

Bounds = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Slices:
    """The bytes of a feed, how they are encoded, and from where to where each entry goes."""

    body: bytes
    encoding: str
    bounds: Bounds

    def __iter__(self) -> Iterator[bytes]:
        """The exact bytes of each entry, in their order."""
        return (self.body[start:end] for start, end in self.bounds)

    def alone(self, entry: bytes) -> str:
        """The feed as if this were its only entry, so that none can harm another."""
        head, tail = self.body[: self.bounds[0][0]], self.body[self.bounds[-1][1] :]
        text = "".join(map(self._decoded, (head, entry, tail))).lstrip("\ufeff\t\r\n ")
        return text.partition("?>")[2] if text.startswith("<?xml ") else text

    def _decoded(self, piece: bytes) -> str:
        try:
            return piece.decode(self.encoding)
        except UnicodeDecodeError:  # an entry in another encoding than the feed says it has is most often in this one
            return piece.decode(self.encoding if self.encoding in WIDE.values() else "windows-1252", "replace")


def slices(body: bytes, charset: str | None = None) -> Slices:
    """The entries of a feed; `charset` is what HTTP says. Raises Malformed where the whole cannot be read."""
    problem = "it is empty"
    for number, (content, encoding) in enumerate(_ways_to_read(body, charset)):
        reader = _Reader(content, encoding)
        try:
            return Slices(body, reader.encoding, reader.bounds())
        except (expat.ExpatError, ValueError, LookupError) as error:
            problem = problem if number else str(error)
    raise Malformed(f"is not XML that we can read: {problem}")


def _ways_to_read(body: bytes, charset: str | None) -> Iterator[tuple[bytes, str | None]]:
    yield body, None
    if charset is not None and _known(charset):
        yield body, charset
    if body[:2] not in WIDE:
        yield painted_over(body), "utf-8"


def _known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        return False
    return True


class _Reader:
    """One way through a feed with expat, which tells where each element begins and ends."""

    def __init__(self, content: bytes, encoding: str | None) -> None:
        self.encoding = encoding or WIDE.get(content[:2], "utf-8")
        self._fixed = encoding is not None or content[:2] in WIDE
        self._content = content
        self._depth = 0
        self._begins: int | None = None
        self._bounds: list[tuple[int, int]] = []
        self._parser = parser = expat.ParserCreate(encoding)
        parser.UseForeignDTD(True)  # noqa: FBT003  a name that only HTML knows, as &nbsp;, is passed over
        parser.XmlDeclHandler = self._declared
        parser.EntityDeclHandler = self._refuse_entities
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def bounds(self) -> Bounds:
        """From where to where each entry goes."""
        self._parser.Parse(self._content, True)  # noqa: FBT003  that this is all
        if self._bounds and self._bounds[0][0] + len(self._content) - self._bounds[-1][1] > FRAME_BYTES_MAX:
            raise Malformed(f"has more than {FRAME_BYTES_MAX} bytes around its entries")
        return tuple(self._bounds)

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        if encoding and not self._fixed:
            self.encoding = encoding

    def _refuse_entities(self, *_: Any) -> None:  # noqa: ANN401  what they are does not matter
        raise Malformed("declares entities, which no feed needs and which could unpack to anything")

    def _start(self, name: str, _: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self._depth and local not in ROOTS:
            raise Malformed("is XML, but neither RSS nor Atom")
        if local in ENTRIES and self._depth in ENTRY_DEPTHS and self._begins is None:
            self._begins = self._parser.CurrentByteIndex
            self._begins_depth = self._depth
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise Malformed(f"is nested deeper than {DEPTH_MAX} levels")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._begins is None or self._depth != self._begins_depth:
            return
        self._bounds.append((self._begins, self._after(name, self._parser.CurrentByteIndex)))
        self._begins = None
        if len(self._bounds) > ENTRIES_MAX:
            raise Malformed(f"has more than {ENTRIES_MAX} entries")

    def _after(self, name: str, at: int) -> int:
        if not self._content.startswith(f"</{name}".encode(self.encoding, "replace"), at):
            return at  # `<item/>` is its own end, and expat stands behind it already
        closes = ">".encode(self.encoding)
        return self._content.index(closes, at) + len(closes)
