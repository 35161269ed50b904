"""What somebody asked to be exported, as a value, in JSON for the manifest and in a line for the record of it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from records.errors import Malformed

if TYPE_CHECKING:
    from search.queries import Wanted

SUBJECT_CHARS_MAX = 1_900
_FILTERS = (
    "text", "surfaces", "sources", "authors", "labels", "states", "languages", "severity_min", "from_at", "until_at",
    "url",
)  # fmt: skip
_EITHER = ("visible", "waiting")
_YES = {True: "yes", False: "no"}

_NAMES = {
    "text": "words", "surfaces": "surface", "sources": "source", "authors": "author", "labels": "label",
    "states": "state", "languages": "language", "severity_min": "severity at least", "from_at": "from",
    "until_at": "until", "url": "address", "post_ids": "posts", "hold_id": "legal hold",
    "said_before": "what they said before counts, too", "visible": "seen on the site", "waiting": "waits for a person",
    "via": "through the integration",
    "complete": "with everything else recorded in that time as hashes", "not_captured": "whether this was captured",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Which posts, and why; with `complete`, what else was recorded from `wanted.from_at` until `wanted.until_at`.

    `via` names the integration through which it was asked, if there was one.
    """

    wanted: "Wanted"
    post_ids: tuple[str, ...] = ()
    hold_id: str | None = None
    complete: bool = False
    reason: str | None = None
    via: str | None = None

    def said(self) -> dict[str, Any]:
        """Only what was really asked, in JSON."""
        said = {"via": self.via} | {name: getattr(self.wanted, name) for name in _FILTERS}
        said |= {"said_before": bool(self.wanted.text) and self.wanted.before}
        said |= {name: _YES[value] for name in _EITHER if (value := getattr(self.wanted, name)) is not None}
        said |= {field.name: getattr(self, field.name) for field in fields(self) if field.name != "wanted"}
        return {name: _plain(value) for name, value in said.items() if value not in ("", (), None, False)}


def checked(asked: Asked) -> Asked:
    """The same; raises Malformed for what cannot be answered."""
    wanted = asked.wanted
    if asked.complete and not (wanted.from_at and wanted.until_at):
        raise Malformed(
            "--complete proves that nothing recorded in a time was left out: say which, with --from and --until"
        )
    if wanted.from_at and wanted.until_at and wanted.from_at >= wanted.until_at:
        raise Malformed("--from must lie before --until")
    return asked


def sentence(said: dict[str, Any], *, whole: bool = False) -> str:
    """What was asked in one line; on record a long one is cut, and it is whole in the manifest."""
    line = "; ".join(f"{_NAMES.get(name, name)}: {_told(value)}" for name, value in said.items()) or "every post"
    return line if whole or len(line) <= SUBJECT_CHARS_MAX else line[:SUBJECT_CHARS_MAX] + " … (whole in the manifest)"


def _told(value: Any) -> str:  # noqa: ANN401  of any field
    if value is True:
        return "yes"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:  # noqa: ANN401  of any field
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value
