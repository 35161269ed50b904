"""Webhooks out: who is told when a case is opened, decided or overdue."""

from console.api.asked import KeepWebhook
from console.api.operation import Called
from console.api.saved import Named
from console.api.values import Instant, Told
from console.web import subscribing
from console.web.route import Missing


class Webhook(Told):
    """A subscription: of each event, when the last one was delivered.

    `problems` say what could not be delivered, which is tried again.
    """

    name: str
    url: str
    events: list[str]
    version: int
    delivered_at: dict[str, Instant | None]
    problems: list[str]


class Webhooks(Told):
    """Those that stand, by name."""

    webhooks: list[Webhook]


async def list_webhooks(call: Called) -> Webhooks:
    """Every subscription that stands, and what could not be delivered."""
    return Webhooks(webhooks=[_told(one) for one in subscribing.standing(call.desk)])


async def keep_webhook(call: Called, name: Named, asked: KeepWebhook) -> Webhook:
    """From now on this address is told of these events, each by a POST that is signed as in Standard Webhooks.

    `{"type": "case.opened", "timestamp", "data": {"post_id", "since", "version", "state", "labels", ...}}`: how a case
    stands, never what it says. What is not taken (2xx) is tried again, later and later, under the same `webhook-id`;
    the same event may come twice. The subscription outlasts the token that made it. Addresses are those that whoever
    runs Lifeguard allows (`LIFEGUARD_ALERT_HOSTS`).
    """
    await subscribing.subscribe(call.desk, call.who, name, asked.url, asked.events, call.at)
    if found := subscribing.named(call.desk, name):
        return _told(found)
    raise Missing("it was removed again meanwhile")


async def remove_webhook(call: Called, name: Named) -> None:
    """Nobody is told under this name any more."""
    await subscribing.unsubscribe(call.desk, call.who, name, call.at)


def _told(one: subscribing.Subscribed) -> Webhook:
    return Webhook(
        name=one.name,
        url=one.url,
        events=one.events,
        version=one.version,
        delivered_at={told.event: told.delivered_at and told.delivered_at.isoformat() for told in one.told},
        problems=[told.problem for told in one.told if told.problem],
    )
