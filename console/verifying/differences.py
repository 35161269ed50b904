"""What a verification names: one thing that is not as it was recorded, in a sentence with its place."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from records.ledger.entries import LogId

NAMED_MAX = 20
"""So many of one log, or of one index, are named; the others are counted."""
ALL_NAMED_MAX = 500
"""So many of everything."""

Kind = Literal[
    "altered",  # an entry is another than its hash
    "damaged",  # its bytes are not what was written
    "moved",  # it stands where another should
    "back-dated",  # its time is before that of the entry before it
    "unopened",  # its key does not open it: altered, swapped or lost
    "hashes",  # a stored hash is not that of what is below it
    "checkpoint",  # the ledger's own signed state is not to be believed
    "rewritten",  # a witness cosigned something else
    "truncated",  # a witness cosigned more
    "split view",  # two witnesses were shown different histories
    "witness",  # a witness says what it did not sign, or nothing
    "recreated",  # two logs go on where there should be one
    "document",  # a document is not what its records say
    "fact",  # an indexed fact is not the entry that it names, is missing, or is none
    "coverage",  # the same of what was watched
]


@dataclass(frozen=True, slots=True)
class Difference:
    """One of them: `where` is a log, a post or a record; `entry` is the offset, where it is about one."""

    kind: Kind
    where: str
    said: str
    entry: int | None = None

    def value(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def at_entry(kind: Kind, log: LogId, entry: int, said: str) -> Difference:
    """One about an entry; the sentence goes on after its name."""
    return Difference(
        kind, log.path, f"entry {entry} of {log.path} ({log.topic}-{log.partition}-{entry}) {said}", entry
    )


@dataclass(slots=True)
class Named:
    """The first differences of something, and how many more there were."""

    first: list[Difference] = field(default_factory=list)
    more: int = 0
    most: int = NAMED_MAX

    def add(self, *differences: Difference) -> None:
        """Keeps them, or counts them."""
        room = max(0, self.most - len(self.first))
        self.first += differences[:room]
        self.more += len(differences[room:])

    def join(self, other: "Named") -> None:
        """Those of a part."""
        self.add(*other.first)
        self.more += other.more

    @property
    def count(self) -> int:
        """All of them."""
        return len(self.first) + self.more
