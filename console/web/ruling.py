"""The rules: all of them with what they have found, and one with everything that its labels oblige us to."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from console import sheets
from console.web.desk import Desk
from console.web.rendering import page
from console.web.route import Asked, Missing
from console.words import SEVERITIES, counted
from moderation.policy import Policy
from search.totals import fired


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a rule, as the policy has it."""

    name: str
    title: str
    owner: str
    severity: str
    clock: str
    clause: str
    clause_title: str
    removal: bool
    retention: str
    help: str
    address: str


async def rules(desk: Desk, asked: Asked) -> Response:
    """Every rule in running order."""
    found = sheets.lines(desk.policy, await fired(desk.search))
    return page(asked, "rules.html", rules=found, policy=desk.policy)


async def rule(desk: Desk, asked: Asked) -> Response:
    """The sheet of one rule."""
    name = asked.request.path_params["name"]
    found = next((one for one in sheets.lines(desk.policy, await fired(desk.search)) if one["rule"] == name), None)
    if found is None:
        raise Missing(f"there is no rule {name[:100]}")
    return page(asked, "rule.html", rule=found, labels=labels_of(found, desk.policy), policy=desk.policy)


def labels_of(sheet: dict[str, Any], policy: Policy) -> list[Label]:
    """What each label of a rule means, and obliges us to."""
    return [_label(name, policy) for name in sheet["labels"]]


def _label(name: str, policy: Policy) -> Label:
    label = policy.labels[name]
    clause = next(one for one in policy.clauses if one.id == label.clause)
    kept = policy.retention[label.retention]
    return Label(
        name=name,
        title=label.title,
        owner=label.owner,
        severity=SEVERITIES[label.severity],
        clock=f"within {counted(label.clock_hours, 'hour')}" if label.clock_hours else "in turn",
        clause=clause.id,
        clause_title=clause.title,
        removal=clause.removal,
        retention=f"{kept.title}: {counted(kept.years, 'year')}",
        help=label.help or "",
        address=f"/search?{urlencode({'label': name})}",
    )
