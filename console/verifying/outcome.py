"""What a verification found: what is proved of each log, what is not, and every difference."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.verifying.contents import Contents
from console.verifying.differences import ALL_NAMED_MAX, Named
from console.verifying.witnessed import Cosigned
from console.words import counted
from records.ledger.reading import LogState


@dataclass(frozen=True, slots=True)
class Proved:
    """One log: so many entries are signed, so many of them cosigned, by whom and when.

    `windows` says by witness when the oldest entry came that it has not cosigned; who has cosigned all is not there.
    """

    path: str
    size: int
    absent: int
    ended: str | None
    cosigned: tuple[Cosigned, ...]
    windows: Mapping[str, int]

    @property
    def covered(self) -> int:
        """How many of its entries a witness has cosigned."""
        return max((min(one.checkpoint.size, self.size) for one in self.cosigned), default=0)

    def value(self) -> dict[str, Any]:
        """For machines."""
        return {
            "path": self.path,
            "size": self.size,
            "absent": self.absent,
            "ended": self.ended,
            "covered": self.covered,
            "cosigned": [{"witness": one.witness, "size": one.checkpoint.size, "at": one.at} for one in self.cosigned],
        }


@dataclass(slots=True)
class Indexed:
    """What was compared of the indices; entries that are on their way there are no differences."""

    posts: int = 0
    facts: int = 0
    watched: int = 0
    on_their_way: int = 0
    oldest_on_its_way_ms: int | None = None
    skipped: int = 0
    erased: int = 0

    def awaited(self, append_ms: int) -> None:
        """An entry that the fold has still to read."""
        self.on_their_way += 1
        oldest = self.oldest_on_its_way_ms
        self.oldest_on_its_way_ms = append_ms if oldest is None else min(oldest, append_ms)


@dataclass(slots=True)
class Outcome:
    """Everything, as far as it has come."""

    logs: list[Proved] = field(default_factory=list)
    named: Named = field(default_factory=lambda: Named(most=ALL_NAMED_MAX))
    contents: Contents | None = None
    indexed: Indexed | None = None
    not_done: list[str] = field(default_factory=list)
    witnesses: Sequence[Mapping[str, Any]] = ()
    protection: str = ""
    windows: Mapping[str, float] = field(default_factory=dict)
    usual_window_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def entries(self) -> int:
        """Of all logs."""
        return sum(log.size for log in self.logs)

    @property
    def protecting(self) -> list[str]:
        """The witnesses that stand outside an administrator's reach."""
        return [str(one["name"]) for one in self.witnesses if one["protects"]]

    @property
    def window(self) -> tuple[str, float]:
        """Of the best witness that protects, or the best of all: its name, and the seconds that it has not cosigned."""
        of_protecting = {name: self.windows[name] for name in self.protecting if name in self.windows}
        return min((of_protecting or self.windows).items(), key=lambda one: one[1], default=("", 0.0))

    @property
    def ok(self) -> bool:
        """Is nothing wrong, and everything done that was asked for?"""
        return not self.named.count and not self.not_done

    def line(self) -> str:
        """The outcome in one line, for the record."""
        covered = sum(log.covered for log in self.logs)
        said = [
            f"{counted(self.entries, 'entry', 'entries')} of {counted(len(self.logs), 'log')}, {covered:,} cosigned"
        ]
        if self.indexed is not None:
            said.append(f"{counted(self.indexed.posts, 'post')} and {counted(self.indexed.facts, 'fact')} compared")
        said += self.not_done
        if not self.named.count:
            return f"nothing differs: {', '.join(said)}"
        first = self.named.first[0].said if self.named.first else "not named"
        return f"{counted(self.named.count, 'difference')} in {', '.join(said)}; the first: {first}"

    def value(self) -> dict[str, Any]:
        """For machines."""
        return {
            "ok": self.ok,
            "entries": self.entries,
            "logs": [log.value() for log in self.logs],
            "differences": [one.value() for one in self.named.first],
            "differences_not_named": self.named.more,
            "not_done": self.not_done,
            "contents": None if self.contents is None else _counts(self.contents),
            "indexed": None if self.indexed is None else _numbers(self.indexed),
            "witnesses": list(self.witnesses),
            "protection": self.protection,
            "window_seconds": round(self.window[1], 1),
            "window_of": self.window[0] or None,
            "windows": {name: round(seconds, 1) for name, seconds in self.windows.items() if name},
            "usual_window_seconds": self.usual_window_seconds,
            "seconds": round(self.seconds, 1),
        }


def proved(state: LogState, absent: int, said: Iterable[Cosigned], windows: Mapping[str, int]) -> Proved:
    """What a log proves, as a value."""
    return Proved(state.log.path, state.size, absent, state.checkpoint.ended, tuple(said), windows)


def _counts(found: Contents) -> dict[str, int]:
    return {name: getattr(found, name) for name in ("opened", "erased", "absent", "malformed")}


def _numbers(found: Indexed) -> dict[str, int | None]:
    names = ("posts", "facts", "watched", "on_their_way", "oldest_on_its_way_ms", "skipped", "erased")
    return {name: getattr(found, name) for name in names}
