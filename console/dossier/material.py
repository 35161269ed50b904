"""What a dossier is made of: what is the same for many posts, and what was found about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.words import parsed

if TYPE_CHECKING:
    from ingest.registry import Registered
    from moderation.policy import Policy

Fact = Mapping[str, Any]
Document = Mapping[str, Any]

_SIGHTINGS = ("seen", "edited")
_UNKNOWN = "unknown"
REGISTRY_NOT_READ = "the registry, where people set things up, was not read"


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked up once for many dossiers; `registered` is None where `unregistered` says why it was not read."""

    now: datetime
    policy: "Policy | None" = None
    registered: "Sequence[Registered] | None" = None
    unregistered: str = REGISTRY_NOT_READ
    context_posts_max: int = 0
    tag_helps: Mapping[str, str] = field(default_factory=dict)
    tag_retentions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Material:
    """What was found about one post; `document` is None where the index has only facts."""

    post_id: str
    document: Document | None
    facts: Sequence[Fact]
    context: Sequence[tuple[str, Document]] = ()
    others_at_this_address: int = 0
    watched: Mapping[str, Any] | None = None
    asked: str | None = None
    past: bool = False

    @property
    def told(self) -> Document:
        """The document, empty where there is none."""
        return self.document or {}

    @property
    def erased(self) -> bool:
        """Was its content erased?"""
        return bool(self.told.get("erased"))

    @property
    def imported(self) -> bool:
        """Did the source only ever read files, so that its looks say nothing of when the site showed the post?"""
        coverage = (self.watched or {}).get("coverage")
        return bool(coverage and coverage["standing"] == "import")

    def last_given(self, name: str) -> Any:  # noqa: ANN401  JSON
        """What the source last said of the post in sightings, else in whatever else it said about it."""
        observed = sorted(self.about("posts"), key=lambda fact: fact["kind"] in _SIGHTINGS)
        said = [fact["record"].get(name) for fact in observed]
        return next((value for value in reversed(said) if value and value != _UNKNOWN), None)

    def about(self, *topics: str) -> list[Fact]:
        """The facts of some topics, in the order in which they were recorded."""
        return [fact for fact in self.facts if fact["topic"] in topics]


def instant(text: str | None) -> datetime | None:
    """The instant of a fact or document."""
    return parsed(text) if text else None


def given(text: str | None) -> str | None:
    """What the source gave; an empty word is none."""
    return text or None
