"""What spares whoever reviews: which texts are hidden from them until they ask, and how their pages look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from moderation.policy import Policy

Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Care:
    """What every page heeds for one person.

    `masked` has the labels whose texts are hidden from them, each with its title; `grave` those whose texts count as
    exposure. After `break_minutes` without a pause they are reminded of one; 0 is never.
    """

    theme: Theme = "system"
    masked: Mapping[str, str] = field(default_factory=dict)
    grave: frozenset[str] = frozenset()
    break_minutes: int = 0


def hidden(care: Care, labels: Iterable[str]) -> tuple[str, ...]:
    """The titles of the labels for which a text that carries these is hidden; empty where it is shown."""
    return tuple(care.masked[label] for label in dict.fromkeys(labels) if label in care.masked)


def is_grave(care: Care, labels: Iterable[str]) -> bool:
    """Whether looking at a text that carries these counts as exposure."""
    return not care.grave.isdisjoint(labels)


def carried(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of the text that a document shows; of one that nobody has judged yet, those of its earlier texts.

    A text that is not there, or was erased, carries nothing: there is nothing to hide.
    """
    if document.get("erased") or not document.get("text"):
        return ()
    return tuple(document.get("labels") or ()) if document.get("judged", True) else carried_before(document)


def carried_before(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The labels of all texts that a post has had, as far as its document knows them."""
    verdicts = document.get("parts", {}).get("judged", {}).get("verdicts", ())
    found = {finding["label"] for verdict in verdicts for finding in verdict["findings"]}
    return tuple(sorted(found | set(document.get("labels") or ()) | set(document.get("labels_before") or ())))


def gravest(policy: Policy) -> frozenset[str]:
    """The labels of the highest severity that this policy gives."""
    most = max(label.severity for label in policy.labels.values())
    return frozenset(name for name, label in policy.labels.items() if label.severity == most)
