"""The other pages of an export: its list of posts, the answer that something was never captured, and a certificate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from console.dossier.part import NONE, Part
from console.page.facts import Fact, Section
from console.page.rendering import page
from console.telling_whereabouts import headline, not_captured
from records.base import Instant

EXCERPT_CHARS_MAX = 160


class Cover(Part):
    """What a reader must know of an export, or of an answer, before reading it; `kind` is the manifest's."""

    ABSENT: ClassVar[dict[str, str]] = {"counts": NONE, "left_out": NONE}

    kind: Literal["export", "not_captured", "certificate"] = Field(
        title="Kind", description="export: posts with their proofs; not_captured: an answer that there is none"
    )
    asked: str = Field(title="Asked for", description="in the words of whoever asked")
    made_at: Instant = Field(title="Made", description="by the clock of the machine that made it")
    made_by: str = Field(title="Made by", description="the person under whose name it was made")
    counts: dict[str, int] = Field(default_factory=dict, title="In it", description="how many of what")
    left_out: tuple[str, ...] = Field((), title="Left out", description="what was asked for and is not in it, and why")


@dataclass(frozen=True, slots=True)
class Listed:
    """One post in the list of an export; `number` is that of its page, `dossiers/NUMBER.html`."""

    number: int
    post_id: str
    surface: str | None = None
    author_name: str | None = None
    posted_at: datetime | None = None
    first_seen_at: datetime | None = None
    text: str | None = None
    state: str | None = None
    integrity: str | None = None

    @property
    def excerpt(self) -> str | None:
        """The beginning of its text."""
        if self.text is None or len(self.text) <= EXCERPT_CHARS_MAX:
            return self.text
        return self.text[:EXCERPT_CHARS_MAX] + "…"


def render_index(cover: Cover, posts: Iterable[Listed]) -> str:
    """`index.html` of an export: what it is, what its files are, and every post with a link to its dossier."""
    return page("index.html", about=_facts(cover), posts=list(posts))


def render_not_captured(cover: Cover, found: Mapping[str, Any], now: datetime) -> str:
    """The answer that something is not in the record; `found` is what `console.whereabouts.whereabouts` gives.

    With an empty `found["nearest"]` it shows no post of anybody.
    """
    sections = [(title, list(lines)) for title, lines in not_captured(found, now)]
    return page("not_captured.html", about=_facts(cover), headline=headline(found), sections=sections)


def render_certificate(certificate: Part) -> str:
    """A certificate of erasure; every field of it is shown, with its title, its description, or why it is empty."""
    return page("certificate.html", about=_facts(certificate))


def _facts(part: Part) -> Sequence[Fact]:
    return Section({}).facts(part)
