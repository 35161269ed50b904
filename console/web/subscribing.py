"""Webhooks of cases: who is told when one is opened, decided or overdue, since when, and what could not be told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from console.web.desk import Desk
from console.web.registering import register, what
from console.web.route import Missing, Visitor
from ingest.notifying import webhook
from records.errors import Malformed, Misconfigured
from records.registry import Subscription
from search.happening import DECIDED, OPENED, OVERDUE

EVENTS: Final[Mapping[str, str]] = {
    OPENED: "a case is opened",
    DECIDED: "a case is decided",
    OVERDUE: "a case is overdue",
}
"""What can be told, after "when"."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of event of a webhook: when the last one was delivered, and why the next one could not be."""

    event: str
    delivered_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A webhook that stands."""

    name: str
    url: str
    version: int
    told: tuple[Told, ...]

    @property
    def events(self) -> list[str]:
        """What is told."""
        return [one.event for one in self.told]


def stream_of(name: str, event: str) -> tuple[str, str]:
    """What is remembered of one kind of event of a webhook is found by this."""
    return f"webhook:{name}", event


def standing(desk: Desk) -> list[Subscribed]:
    """All that stand, by name."""
    return [_subscribed(desk, said) for said in _known(desk).values() if not said.removed]


def named(desk: Desk, name: str) -> Subscribed | None:
    """The one of this name, if it stands."""
    said = _known(desk).get(name)
    return None if said is None or said.removed else _subscribed(desk, said)


async def subscribe(
    desk: Desk, who: Visitor, name: str, url: str, events: Iterable[str], at: datetime | None = None
) -> None:
    """From now on this address is told of these events; raises Malformed."""
    wanted, url = tuple(dict.fromkeys(events)), url.strip()
    if not NAME.fullmatch(name):
        raise Malformed("a name has 1 to 64 small letters, digits and hyphens, and does not begin with a hyphen")
    if not wanted:
        raise Malformed("choose at least one thing to be told of")
    try:
        webhook.refuse_address(desk.settings, url)
    except Misconfigured as problem:
        raise Malformed(str(problem)) from None
    await register(desk, who, Subscription, name, {"url": url, "events": wanted}, at)


async def unsubscribe(desk: Desk, who: Visitor, name: str, at: datetime | None = None) -> None:
    """Nobody is told under this name any more; raises Missing for what never was."""
    said = _known(desk).get(name)
    if said is None:
        raise Missing("there is nothing of this name")
    await register(desk, who, Subscription, name, what(said) | {"removed": True}, at)


def _known(desk: Desk) -> dict[str, Subscription]:
    found = desk.set_up.newest("subscription")
    return {name: one.said for name, one in sorted(found.items()) if isinstance(one.said, Subscription)}


def _subscribed(desk: Desk, said: Subscription) -> Subscribed:
    told = tuple(_told(desk, said.registry_id, event) for event in said.events)
    return Subscribed(said.registry_id, said.url, said.version, told)


def _told(desk: Desk, name: str, event: str) -> Told:
    stream = stream_of(name, event)
    known = desk.alerts.told(stream) if desk.alerts else None
    delivered_at = datetime.fromtimestamp(known.told_at, UTC) if known and known.told_at else None
    return Told(event, delivered_at, desk.undelivered.get(stream, ""))
