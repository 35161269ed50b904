"""The ways from every page, in the order in which they are shown, and who sees which."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

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
    """One way: its path, what it is called, who sees it, and what lies behind it."""

    path: str
    title: str
    roles: frozenset[str]
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """One way as a page shows it; `here` is the `aria-current` where the visitor is already, or behind it."""

    path: str
    title: str
    here: Literal["", "page", "true"]


NAV = (
    Item("/", "Queues", EVERYBODY, ("/queue", "/case", "/bulk")),
    Item("/search", "Search", READERS),
    Item("/overview", "Overview", READERS, ("/health", "/dead-letters", "/rules", "/model")),
    Item("/policy", "Policy", EVERYBODY),
    Item("/tags", "Tags", READERS),
    Item("/lexicons", "Word lists", READERS),
    Item("/templates", "Replies", SUPERVISORS),
    Item("/tokens", "Integrations", ADMINISTRATORS, ("/webhooks",)),
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
    return [Shown(item.path, item.title, _here(item, path)) for item in items if role in item.roles]


def _here(item: Item, now: str) -> Literal["", "page", "true"]:
    if now == item.path:
        return "page"
    below = (f"{path}/" for path in (item.path, *item.behind) if path != "/")
    return "true" if f"{now}/".startswith(tuple(below)) else ""
