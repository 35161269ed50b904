"""Places of dead letters as words of an address; a word that is none stands for nothing."""

import re
from collections.abc import Mapping

from ingest.letters import Letter

OFFSETS_MAX = 1_000
_AT = re.compile(r"(\d{1,4})-(\d{1,15})", re.ASCII)
_BEFORE = re.compile(r"(\d{1,4})\.(\d{1,15})", re.ASCII)


def at_said(letter: Letter) -> str:
    """The place of one letter, such as `2-17`."""
    return f"{letter.partition}-{letter.offset}"


def at_of(word: str) -> tuple[int, int] | None:
    """The partition and offset in such a word."""
    found = _AT.fullmatch(word)
    return (int(found[1]), int(found[2])) if found else None


def before_said(before: Mapping[int, int]) -> str:
    """Where a page begins, such as `0.17_1.30`."""
    return "_".join(f"{partition}.{offset}" for partition, offset in sorted(before.items()))


def before_of(word: str) -> dict[int, int]:
    """The offset of each partition; of none of them stands for the newest page."""
    parts = [_BEFORE.fullmatch(part) for part in word.split("_")]
    if len(parts) > OFFSETS_MAX or not all(parts):
        return {}
    return {int(part[1]): int(part[2]) for part in parts if part}
