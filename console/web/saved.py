"""What people have saved for the console, as their records say: queues of their own, and replies prepared."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.web.route import SUPERVISORS, Visitor
from ingest.registry import Registered
from records.digests import fact_digest
from records.errors import Malformed
from records.registry import ReplyTemplate, SavedQueue
from search.queues import BUILT_IN, Queue, queue_of

NAME_CHARS_MAX = 64
MINUTES = 60
TAKEN = frozenset(queue.name for queue in BUILT_IN)
_BETWEEN = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Saved:
    """A queue that somebody has saved and that stands; without a `queue` its search is none, as `problem` says."""

    said: SavedQueue
    recorded_ms: int
    queue: Queue | None
    problem: str = ""

    @property
    def name(self) -> str:
        """What the queue is asked for by."""
        return self.said.registry_id

    @property
    def owner(self) -> str:
        """Whose queue it is."""
        return self.said.owner or self.said.staff_id


@dataclass(frozen=True, slots=True)
class Template:
    """A reply that was prepared; whoever sends it fills in what stands in braces."""

    template_id: str
    title: str
    text: str


def queues_in(found: Mapping[str, Registered]) -> list[Saved]:
    """The saved queues that stand, by title."""
    saved = [_saved(one.said, one.recorded_ms) for one in found.values() if isinstance(one.said, SavedQueue)]
    return sorted((one for one in saved if not one.said.removed), key=lambda one: (one.said.title.casefold(), one.name))


def templates_in(found: Mapping[str, Registered]) -> list[Template]:
    """The replies that stand, by title."""
    said = [one.said for one in found.values() if isinstance(one.said, ReplyTemplate)]
    standing = [Template(one.registry_id, one.title, one.text) for one in said if not one.removed]
    return sorted(standing, key=lambda one: (one.title.casefold(), one.template_id))


def may_change(saved: Saved, who: Visitor) -> bool:
    """Whoever owns a queue, and supervisors."""
    return who.role in SUPERVISORS or who.staff_id == saved.owner


def hours_of(minutes: int | None) -> str:
    """A service level in hours, as a form has it."""
    return f"{minutes / MINUTES:g}" if minutes else ""


def name_of(title: str, kind: str) -> str:
    """The name that a title gives to a queue or a template; of a script without Latin letters, a number."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").casefold()
    name = _BETWEEN.sub("-", plain).strip("-")[:NAME_CHARS_MAX].strip("-")
    return name or f"{kind}-{fact_digest(kind, title)[:8]}"


def _saved(said: SavedQueue, recorded_ms: int) -> Saved:
    if said.registry_id in TAKEN:
        return Saved(said, recorded_ms, None, "a queue of ours has this name")
    try:
        queue = queue_of(said)
    except Malformed as problem:
        return Saved(said, recorded_ms, None, f"it cannot be shown: {problem}")
    return Saved(said, recorded_ms, replace(queue, explanation=said.explanation or queue.explanation))
