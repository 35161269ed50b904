"""How long a post has to be kept: the longest retention period among everything that was ever found in it. Pure.

A period runs from the end of the year, in UTC, in which the newest fact about the post was recorded; a class of 0 years
asks for none. Acts of legal holds and of erasure are no such facts: asking for an erasure must not put it off.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moderation.cases.carried_out import recorded_at as carried_out_at
from moderation.policy import Policy

WITHOUT_LABEL = "moderation"
"""The retention class of a post in which nothing was found, where the policy has one of this name; else its longest."""
YEAR_MAX = 9999
CUSTODY = frozenset({"legal_hold", "erase"})
"""Acts about keeping a post, not about the post."""

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when (excluded) a post is kept at least, and the retention class that says so."""

    retention: str
    title: str
    until: datetime


def kept_until(policy: Policy, document: Document, classes: Mapping[str, str] | None = None) -> Kept:
    """`classes` are the retention classes of tags, which the policy does not name.

    By all labels that a verdict ever gave, if the document has its `parts`; else by those of today.
    """
    name = max(classes_of(policy, document, classes), key=lambda name: (policy.retention[name].years, name))
    retention, newest = policy.retention[name], newest_fact(document)
    return Kept(name, retention.title, end_of(newest, retention.years) if retention.years else newest)


def classes_of(policy: Policy, document: Document, classes: Mapping[str, str] | None = None) -> set[str]:
    """The retention classes of its labels; a label that nobody knows any more counts as the longest there is."""
    named = {label: duty.retention for label, duty in policy.labels.items()} | dict(classes or {})
    found = {named.get(label) for label in labels_ever(document)} or {WITHOUT_LABEL}
    known = {name for name in found if name in policy.retention}
    return known if len(known) == len(found) else known | {longest(policy)}


def ends(policy: Policy, now: datetime) -> dict[str, datetime]:
    """By retention class: what has had no new fact since has outlived that period."""
    year = now.astimezone(UTC).year
    found = {name: one.years for name, one in policy.retention.items()}
    return {name: datetime(year - years, 1, 1, tzinfo=UTC) if years else now for name, years in found.items()}


def labels_by_class(policy: Policy, classes: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """The labels, tags among them, of each retention class."""
    found: dict[str, list[str]] = {name: [] for name in policy.retention}
    named = {label: duty.retention for label, duty in policy.labels.items()} | dict(classes or {})
    for label, name in sorted(named.items()):
        found.setdefault(name, []).append(label)
    return {name: found[name] for name in policy.retention}


def longest(policy: Policy) -> str:
    """The class with the longest period; of several, the last by name."""
    return max(policy.retention, key=lambda name: (policy.retention[name].years, name))


def end_of(recorded_at: datetime, years: int) -> datetime:
    """When so many years are over, counted from the end of this instant's year in UTC."""
    year = recorded_at.astimezone(UTC).year + 1 + years
    return datetime(min(year, YEAR_MAX), 1, 1, tzinfo=UTC)


def labels_ever(document: Document) -> set[str]:
    """Every label that any verdict on any revision gave."""
    verdicts = (document.get("parts") or {}).get("judged", {}).get("verdicts", ())
    ever = {finding["label"] for verdict in verdicts for finding in verdict["findings"]}
    return ever | {label for verdict in verdicts for label in verdict["labels_since"]} | set(document["labels"])


def newest_fact(document: Document) -> datetime:
    """When the newest fact about the post was recorded."""
    parts = document.get("parts")
    instants = [instant for instant in _recorded(parts) if instant] if parts else []
    return datetime.fromisoformat(max(instants, default=document["recorded_at"]))


def _recorded(parts: Document) -> Iterator[str | None]:
    yield from (parts[name]["recorded_at"] for name in ("observed", "judged"))
    yield carried_out_at(parts["carried_out"])
    decided = parts["decided"]
    others = [act["recorded_at"] for act in decided["decisions"] if act["kind"] not in CUSTODY]
    # Only so many acts are remembered: where all of them are of custody, what was decided before counts as new.
    yield from others or ([decided["recorded_at"]] if decided["version"] else [])
