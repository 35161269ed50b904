"""What the page of one case shows, worked out from what was gathered: pure, and without a clock of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from console.page.marked import Marked, marked
from console.page.revised import Change, changes
from console.web.care import carried, carried_before
from console.web.deeds import Deed, deeds
from console.web.saying import (
    BECAUSE,
    BY_HAND,
    DONE,
    KEYS,
    STATES,
    TITLES,
    age,
    due,
    how_sure,
    link_of,
    pressing,
    short,
)
from console.words import minute
from moderation.cases.judged import of_revision
from moderation.gate import ACTS, ON_THE_SITE, Refusal, Reviewer, holder_of, may_act
from moderation.policy import Clause, Policy
from records.documents import PostDocument
from search.conversation import Near
from search.handled import AuthorHistory, Fact

DIGITS_MAX = 9
SAID_OF = ("leave", "hide", "remove", "reply", "escalate", "defer")


@dataclass(frozen=True, slots=True)
class Alike:
    """A post that says the same, and how nearly: the cosine of their meanings, 1 where it is word for word."""

    document: PostDocument
    similarity: float


@dataclass(frozen=True, slots=True)
class Material:
    """What was gathered about one case."""

    document: PostDocument
    near: Sequence[Near]
    author: AuthorHistory
    alike: Sequence[Alike]
    observations: Sequence[Fact]
    handling: Sequence[Fact]
    abilities: frozenset[str]
    """What the source of this post can have done on its site."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding: its number on the text, what was found, by whom, how sure, and under which clause."""

    number: int
    title: str
    sure: str
    clause: str
    pressing: str
    placed: bool
    detail: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another post in a line or two; `labels` are what its text carries."""

    post_id: str
    who: str
    text: str
    when: str
    how: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """What changed from one revision to the next."""

    when: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """One act: its key, and why it cannot be taken now."""

    act: str
    title: str
    key: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause as a reason, with the digit that chooses it, if it has one."""

    clause_id: str
    title: str
    digit: str
    removal: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Everything on the page."""

    document: PostDocument
    labels: tuple[str, ...]
    labels_before: tuple[str, ...]
    """What its text carries, and what any of its texts has carried."""
    pieces: tuple[Marked, ...]
    reasons: tuple[Reason, ...]
    because: tuple[str, ...]
    state: str
    waits: str
    due: str
    link: str | None
    nature: str
    near: tuple[tuple[str, Other], ...]
    author: str
    by_author: tuple[Other, ...]
    alike: tuple[Other, ...]
    earlier: tuple[Earlier, ...]
    deeds: tuple[Deed, ...]
    buttons: tuple[Button, ...]
    refusals: tuple[tuple[str, tuple[str, ...]], ...]
    """What stands against acts, or is to be known about them, each with the acts that it is about."""
    choices: tuple[Choice, ...]
    holder: str | None
    undoes: str | None
    """The decision that stands, by its record, where it can be taken back."""


def case_of(material: Material, policy: Policy, who: Reviewer, now: datetime) -> Case:
    """The page of this case for this person."""
    document = material.document
    verdict = of_revision(document["parts"]["judged"], document.get("revision_id"))
    found = list(verdict["findings"]) if verdict else []
    decided = document["parts"]["decided"]
    standing, allowed = decided["decision"], may_act(document, who, now)
    return Case(
        document=document,
        labels=carried(document),
        labels_before=carried_before(document),
        pieces=tuple(marked(document.get("text") or "", _spans(found))),
        reasons=tuple(_reason(number, one, policy) for number, one in enumerate(found, 1)),
        because=tuple(BECAUSE[one] for one in document.get("reopened_because") or () if one in BECAUSE),
        state=STATES.get(document["state"], document["state"]),
        waits=age(document.get("opened_at"), now),
        due=due(document.get("due_at"), now),
        link=link_of(document.get("url")),
        nature=policy.nature(document["surface"]),
        near=tuple((place, other(one)) for place, one in material.near),
        author=_author(material.author),
        by_author=tuple(other(one) for one in material.author.newest),
        alike=tuple(other(one.document, one.similarity) for one in material.alike),
        earlier=_earlier(material.observations),
        deeds=deeds(material.handling, decided),
        buttons=tuple(
            Button(act, TITLES[act], KEYS[act], refusal.reason if (refusal := allowed[act]) else "") for act in ACTS
        ),
        refusals=_refusals(allowed, material.abilities, document["source"]),
        choices=choices_of(policy, [finding["clause"] for finding in found]),
        holder=holder_of(document, now),
        undoes=standing["record_id"] if standing else None,
    )


def other(document: Mapping[str, Any], similarity: float | None = None) -> Other:
    """Another post, as a line of a list."""
    how = DONE.get(document.get("action") or "", "") or STATES.get(document["state"], "")
    alike = "" if similarity is None else "word for word" if similarity == 1 else f"{similarity:.0%} alike"
    who = document.get("author_name") or document.get("author_id") or "somebody without a name"
    when = minute(document.get("posted_at") or document.get("first_seen_at"))
    text = short(document.get("text")) if not document.get("erased") else "erased"
    return Other(
        document["post_id"], who, text, when, ", ".join(said for said in (how, alike) if said), carried(document)
    )


def _spans(findings: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, int]]:
    return [(number, *one["span"]) for number, one in enumerate(findings, 1) if one["span"]]


def _reason(number: int, finding: Mapping[str, Any], policy: Policy) -> Reason:
    label = policy.labels.get(finding["label"])
    clause = next((one for one in policy.clauses if one.id == finding["clause"]), None)
    return Reason(
        number=number,
        title=label.title if label else finding["label"],
        sure=how_sure(finding["rule"], finding["score"], finding["threshold"]),
        clause=f"{clause.id} {clause.title}" if clause else finding["clause"],
        pressing=pressing(finding["severity"]),
        placed=finding["span"] is not None,
        detail=finding.get("detail") or "",
        help=(label.help or "") if label else "",
    )


def _author(history: AuthorHistory) -> str:
    """What is known of whoever wrote it, in a sentence."""
    if not history.posts:
        return "No other post by this author."
    counted = [f"{count:,} {DONE[action]}" for action, count in history.by_action.items() if action in DONE]
    many = f"{history.posts:,} other post{'s' if history.posts > 1 else ''} by this author"
    return f"{many}: {', '.join(counted)}." if counted else f"{many}; no decision stands on any of them."


def _earlier(observations: Sequence[Fact]) -> tuple[Earlier, ...]:
    """From each text to the next, the latest first; the same text seen again is no change."""
    texts: list[tuple[str, str]] = []
    for fact in observations:
        text = fact["record"].get("text")
        if text is not None and (not texts or texts[-1][1] != text):
            texts.append((minute(fact["record"].get("site_at") or fact["record"]["seen_at"]), text))
    steps = pairwise(texts)
    return tuple(Earlier(when, tuple(changes(before, after))) for (_, before), (when, after) in steps)[::-1]


def _refusals(
    allowed: Mapping[str, Refusal | None], abilities: frozenset[str], source: str
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each reason once; of acts that do not come up now, such as taking back what nobody decided, nothing is said."""
    found: dict[str, list[str]] = {}
    for act in SAID_OF:
        refusal = allowed[act]
        if refusal:
            found.setdefault(refusal.reason, []).append(act)
        elif act in ON_THE_SITE and act not in abilities:
            found.setdefault(BY_HAND.format(source=source), []).append(act)
    return tuple((reason, tuple(acts)) for reason, acts in found.items())


def choices_of(policy: Policy, found: Sequence[str] = ()) -> tuple[Choice, ...]:
    """Every clause, those of the findings first; nine of them have a digit."""

    def order(clause: Clause) -> tuple[int, bool, int]:
        place = found.index(clause.id) if clause.id in found else len(found)
        return place, not clause.removal, policy.clauses.index(clause)

    ordered = sorted(policy.clauses, key=order)
    return tuple(
        Choice(one.id, one.title, str(number) if number <= DIGITS_MAX else "", one.removal)
        for number, one in enumerate(ordered, 1)
    )
