"""The ways from every page, in the order in which they are shown, and who sees which."""

from dataclasses import dataclass

from console.web.route import ADMINISTRATORS, EVERYBODY, READERS, SUPERVISORS, Asked


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
    Item("/policy", "Policy", EVERYBODY),
    Item("/templates", "Replies", SUPERVISORS),
    Item("/tokens", "Integrations", ADMINISTRATORS),
)


def items_for(asked: Asked) -> list[Shown]:
    """What this visitor may use; nothing for whoever is not signed in."""
    role = asked.visitor.role if asked.visitor else ""
    path = asked.request.url.path
    return [Shown(item.path, item.title, _is_here(item.path, path)) for item in NAV if role in item.roles]


def _is_here(path: str, now: str) -> bool:
    return path == now or (path != "/" and now.startswith(f"{path}/"))
