"""Every rule as a line that people can read: its labels, who owns them, and what it looks for."""

import sys
from dataclasses import dataclass

from moderation.policy import Policy
from moderation.rules import RULES, Rule


@dataclass(frozen=True, slots=True)
class Sheet:
    """One rule, from its own file and the policy; `owners` are those of its labels, each once."""

    rule: str
    labels: tuple[str, ...]
    owners: tuple[str, ...]
    looks_for: str


def sheets(policy: Policy) -> list[Sheet]:
    """All rules in running order."""
    return [_sheet(rule, policy) for rule in RULES]


def _sheet(rule: Rule, policy: Policy) -> Sheet:
    labels = _labels(rule, policy)
    owners = tuple(dict.fromkeys(policy.labels[label].owner for label in labels))
    looks_for = (sys.modules[rule.__module__].__doc__ or "").split("\n", 1)[0].rstrip(".")
    return Sheet(rule.__name__, labels, owners, looks_for)


def _labels(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """The labels that its file states, and those of the list that it reads, if it reads one."""
    file = vars(sys.modules[rule.__module__])
    listed = (label for _, label in getattr(policy, file["LIST"])) if "LIST" in file else ()
    return tuple(dict.fromkeys((*file["LABELS"], *listed)))
