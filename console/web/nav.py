"""The ways from every page, in the order in which they are shown, and who sees which."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.web.route import (
    ADMINISTRATORS,
    EVERYBODY,
    LETTER_READERS,
    READERS,
    SUPERVISORS,
    WEBHOOK_READERS,
    Asked,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One way: its path, what it is called, who sees it."""

    path: str
    title: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """One way as a page shows it; `here` where the visitor is already."""

    path: str
    title: str
    here: bool


NAV = (
    Item("/", "Queues", EVERYBODY),
    Item("/search", "Search", READERS),
    Item("/overview", "Overview", READERS),
    Item("/policy", "Policy", EVERYBODY),
    Item("/tags", "Tags", READERS),
    Item("/lexicons", "Word lists", READERS),
    Item("/templates", "Replies", SUPERVISORS),
    Item("/tokens", "Integrations", ADMINISTRATORS),
    Item("/webhooks", "Integrations", SUPERVISORS),
    Item("/help", "Help", EVERYBODY),
)
WAYS = (
    Item("/health", "Health", READERS),
    Item("/dead-letters", "Dead letters", LETTER_READERS),
    Item("/rules", "Rules", READERS),
    Item("/tags", "Tags", READERS),
    Item("/model", "Model", READERS),
)
"""What lies behind the overview."""
INTEGRATIONS = (
    Item("/tokens", "Tokens", ADMINISTRATORS),
    Item("/webhooks", "Webhooks", WEBHOOK_READERS),
)
"""What there is of integrations."""


def items_for(asked: Asked, items: Iterable[Item] = NAV) -> list[Shown]:
    """What this visitor may use; nothing for whoever is not signed in."""
    role = asked.visitor.role if asked.visitor else ""
    path = asked.request.url.path
    return [Shown(item.path, item.title, _is_here(item.path, path)) for item in items if role in item.roles]


def _is_here(path: str, now: str) -> bool:
    return path == now or (path != "/" and now.startswith(f"{path}/"))
