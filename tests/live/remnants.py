"""Looks for words in everything that folders hold, byte by byte: raw, in other spellings, and in packed files."""

import base64
import gzip
import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

CHUNK_BYTES = 1 << 22
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_FIRST_OF_ITS_OWN = (0, 2, 3)
"""By how many bytes stand before a word in its group of three: the first base64 digit that is the word's alone."""


def spellings(word: str) -> set[bytes]:
    """As UTF-8, as UTF-16 of either order, and as a part of anything in base64."""
    said = word.encode()
    found = {said, word.encode("utf-16-le")[:-1]}
    for before, first in enumerate(_FIRST_OF_ITS_OWN):
        digits = base64.b64encode(bytes(before) + said + bytes(2))
        own = digits[first : (before + len(said)) * 8 // 6]
        found |= {own, own.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


def remnants(words: Iterable[str], *folders: Path, since: float = 0) -> dict[str, list[str]]:
    """By word, the files that hold it in any spelling, or are named by it.

    Files that nobody wrote to since a time (in seconds since 1970) cannot hold what did not exist then.
    """
    wanted = {word: spellings(word) for word in words}
    found: dict[str, list[str]] = {word: [] for word in wanted}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            for word in _in_file(path, wanted, since):
                found[word].append(str(path.relative_to(folder.parent)))
    return found


def _in_file(path: Path, wanted: dict[str, set[bytes]], since: float) -> set[str]:
    try:
        if not path.is_file() or path.stat().st_mtime < since:
            return {word for word in wanted if word in path.name}
        named = {word for word in wanted if word in path.name}
        return named | _in_pieces(_pieces(path), wanted)
    except FileNotFoundError:
        return set()


def _in_pieces(pieces: Iterable[bytes], wanted: dict[str, set[bytes]]) -> set[str]:
    found = set()
    for piece in pieces:
        found |= {word for word, spelled in wanted.items() if any(one in piece for one in spelled)}
    return found


def _pieces(path: Path) -> Iterator[bytes]:
    """What a file holds, piece by piece with some overlap, and what is packed in it; holes of sparse files are left."""
    with path.open("rb") as file:
        begins, size = file.read(4), path.stat().st_size
        at = 0
        while (start := _data(file.fileno(), at, size)) is not None:
            file.seek(start)
            data = file.read(CHUNK_BYTES)
            yield data
            at = start + max(len(data) - 1_024, 1)
            if start + len(data) >= size:
                break
    if begins == _ZIP:
        yield from _members(path.read_bytes())
    elif begins[:2] == _GZIP:
        yield gzip.decompress(path.read_bytes())


def _members(packed: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        for name in opened.namelist():
            data = opened.read(name)
            yield name.encode()
            yield data
            if data.startswith(_ZIP):
                yield from _members(data)


def _data(number: int, at: int, size: int) -> int | None:
    """Where the next bytes are that were ever written."""
    try:
        return os.lseek(number, at, os.SEEK_DATA) if at < size else None
    except OSError:
        return None
