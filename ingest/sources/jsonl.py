"""Posts from a file, or from standard input: one JSON object a line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from ingest.capture import Whole, capture_of
from ingest.lines import LINE_BYTES_MAX, Line, beginning_of, lines, opened, place, whole_of
from ingest.posts import Reading
from ingest.sources.source import Bad, Cursor, Item, SourceKind
from records.codec import parse_json
from records.dead_letters import DEAD_LETTER_BYTES_MAX
from records.digests import sha256_hex
from records.errors import Malformed, Misconfigured
from records.posts import Post

KIND = SourceKind(
    name="jsonl",
    purpose="a file or standard input, one JSON object a line",
    history=True,
    edits=True,
    removals=True,
    reactions=True,
)
MEDIA_TYPE = "application/json"
_MARK = b"\xef\xbb\xbf"


@dataclass
class JsonLines:
    """A file of posts, read from where it was left; `path` None is a stream that cannot be read again."""

    reading: Reading
    path: Path | None
    stream: BinaryIO | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def name(self) -> str:
        """The name that its posts are recorded under."""
        return self.reading.source

    @property
    def cursor_name(self) -> str | None:
        """Source and file: two files under one source name have a place each."""
        if self.path is None:
            return None
        return f"jsonl.{self.name}.{sha256_hex(str(self.path.resolve()).encode('utf-8', 'surrogateescape'))[:12]}"

    def items(self, cursor: Cursor | None) -> Iterator[Item]:
        """Every line after the cursor that is not blank, as a post or as something that is none."""
        if self.path is None:
            if self.stream is None:
                raise Misconfigured("there is neither a file nor a stream to read from")
            yield from self._items(self.stream, 0, 0, None)
            return
        with opened(self.path) as file:
            whole = whole_of(file)
            offset, line = place(file, cursor)
            file.seek(offset)
            yield from self._items(file, offset, line, whole)

    def _items(self, file: BinaryIO, offset: int, line: int, whole: Whole | None) -> Iterator[Item]:
        beginning = beginning_of(file) if self.path is not None else {}
        for found in lines(file, offset, line):
            if found.content.strip() or found.whole is not None:
                cursor = {"offset": found.ends_at, "line": found.number, **beginning}
                yield Item(self._read(found, whole), cursor, found.ends_at)

    def _read(self, line: Line, whole: Whole | None) -> Post | Bad:
        if line.whole is not None:
            return _bad(line, line.whole, f"is longer than {LINE_BYTES_MAX} bytes")
        try:
            value = parse_json(line.content.removeprefix(_MARK) if line.number == 1 else line.content)
            return self.reading.post(value, capture_of(line.content, whole, media_type=MEDIA_TYPE), self.now())
        except Malformed as problem:
            return _bad(line, Whole.of(line.content), str(problem))


def _bad(line: Line, whole: Whole, reason: str) -> Bad:
    return Bad(line.number, line.content[:DEAD_LETTER_BYTES_MAX], whole.sha256, whole.size_bytes, reason)
