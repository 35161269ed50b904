"""What a timeline says, before anybody draws it: moments in lanes, and stretches of time with a state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Lane = Literal["site", "seen", "judged", "decided", "done"]
State = Literal["visible", "perhaps", "watched", "gap", "backfilled", "not watched"]
LANES: dict[Lane, str] = {
    "site": "What the site's clock says",
    "seen": "What we saw, and what others told us",
    "judged": "How it was judged",
    "decided": "What people decided",
    "done": "What the site was asked, and answered",
}
STATES: dict[State, str] = {
    "visible": "it stood on the site",
    "perhaps": "it may have stood on the site: between two looks nobody looks",
    "watched": "its source was watched",
    "gap": "a gap: nothing was seen",
    "backfilled": "nothing was seen then, and it was read afterwards",
    "not watched": "nothing says that anybody watched",
}
CLOCKS = {
    "site": "the site's clock",
    "ours": "our clock",
    "recorded": "the clock of the record",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at one instant, by one of the three clocks."""

    at: datetime
    lane: Lane
    what: str
    clock: Literal["site", "ours", "recorded"] = "ours"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time that was one way; without an end it goes on."""

    from_at: datetime
    until_at: datetime | None
    state: State


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is to be drawn; moments in any order."""

    moments: tuple[Moment, ...] = ()
    on_the_site: tuple[Stretch, ...] = ()
    watched: tuple[Stretch, ...] = ()

    def in_order(self) -> tuple[Moment, ...]:
        """The moments by their instants, whichever clock told them."""
        return tuple(sorted(self.moments, key=lambda moment: moment.at))

    def instants(self) -> list[datetime]:
        """Every instant that the picture must show, in order; how long we watched has none of its own."""
        edges = [at for one in self.on_the_site for at in (one.from_at, one.until_at) if at]
        return sorted({moment.at for moment in self.moments} | set(edges))
