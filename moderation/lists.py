"""Lists that people keep as files: an entry and its label a line; every mistake is told by its line."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from moderation.domains import registrable
from records.errors import Misconfigured

LIST_BYTES_MAX = 1_000_000
MISTAKES_TOLD_MAX = 50
FIELDS = 2
Entries = tuple[tuple[str, str], ...]
"""What is listed, in the order of the file, each with its label."""

_WORD = re.compile(r"[a-z0-9]{3,40}")
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of list: how many entries it may have, and what is wrong with an entry, or None."""

    name: str
    shipped: Path
    entries_max: int
    wrong_with: Callable[[str], str | None]


@dataclass(slots=True)
class _Reading:
    """What was read of one file so far: entries with the line they stood on, and the mistakes."""

    labels: Collection[str]
    kind: Kind
    entries: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def parse_list(kind: Kind, content: bytes, name: str, labels: Collection[str]) -> Entries:
    """The entries of a list; raises Misconfigured with its name, and the line and reason of every mistake."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        broken = content[: error.start].count(b"\n") + 1
        raise Misconfigured(f"the list {name} is not usable: line {broken}: is not UTF-8") from None
    reading = _Reading(labels, kind)
    for number, line in enumerate(lines, 1):
        said = line.split("#", 1)[0].split()
        if said:
            reading.mistakes += [f"line {number}: {mistake}" for mistake in _take(reading, number, said)]
    if len(reading.entries) > kind.entries_max:
        reading.mistakes.append(f"{len(reading.entries)} entries, and at most {kind.entries_max} can be looked for")
    if reading.mistakes:
        raise Misconfigured(f"the list {name} is not usable: {_told(reading.mistakes)}")
    return tuple(reading.entries.items())


def content_of(path: Path, what: str = "list", bytes_max: int = LIST_BYTES_MAX) -> bytes:
    """The bytes of a file that somebody wrote for us (`what` names its kind in errors), as long as they may be."""
    try:
        with path.open("rb") as opened:
            content = opened.read(bytes_max + 1)
    except OSError as error:
        raise Misconfigured(f"the {what} {path} cannot be read: {error.strerror}") from None
    if len(content) > bytes_max:
        raise Misconfigured(f"the {what} {path} is longer than {bytes_max} bytes: shorten it")
    return content


def _take(reading: _Reading, number: int, said: list[str]) -> Iterator[str]:
    """Enters one line, and yields what is wrong with it."""
    entry = said[0]
    wrong = reading.kind.wrong_with(entry)
    if wrong:
        yield f"{entry[:40]!r} {wrong}"
    elif entry in reading.entries:
        yield f"{entry!r} stands on line {reading.lines[entry]} already"
    if len(said) == 1:
        yield f"the label of {entry[:40]!r} is missing"
    elif len(said) > FIELDS:
        yield f"{said[FIELDS][:40]!r} is one word too many: an entry and its label, and nothing else but a # comment"
    elif said[1] not in reading.labels:
        yield f"the policy has no label {said[1][:40]!r}"
    elif not wrong and entry not in reading.entries:
        reading.entries[entry], reading.lines[entry] = said[1], number


def _told(mistakes: list[str]) -> str:
    more = len(mistakes) - MISTAKES_TOLD_MAX
    return "; ".join(mistakes[:MISTAKES_TOLD_MAX]) + (f"; and {more} more" if more > 0 else "")


def _wrong_with_word(entry: str) -> str | None:
    if _WORD.fullmatch(entry):
        return None
    return (
        "is not usable: 3 to 40 of the letters a to z and digits, without accents or capitals, as disguises are undone"
    )


def _wrong_with_domain(entry: str) -> str | None:
    if not _DOMAIN.fullmatch(entry):
        return "is not a domain: small letters, digits and dots, such as example.com, without https:// or a path"
    owned = registrable(entry)
    if owned == entry:
        return None
    return f"lies below {owned}, which is what links are compared with" if owned else "is a suffix that many share"


_LISTS = Path(__file__).parent / "rules" / "lists"
LEXICON = Kind("lexicon", _LISTS / "lexicon.txt", 1_000, _wrong_with_word)
DOMAINS = Kind("domains", _LISTS / "domains.txt", 100_000, _wrong_with_domain)
KINDS = (LEXICON, DOMAINS)
