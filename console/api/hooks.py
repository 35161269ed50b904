"""Webhooks out: who is told when a case is opened, decided or overdue."""

from console.api.asked import KeepWebhook
from console.api.operation import Call, Called
from console.api.saved import Named
from console.api.values import Told
from console.web.registering import register, what
from console.web.route import Missing
from ingest.notifying import webhook
from records.errors import Malformed, Misconfigured
from records.registry import Subscription


class Webhook(Told):
    """A subscription; `problems` say what could not be delivered, which is tried again."""

    name: str
    url: str
    events: list[str]
    version: int
    problems: list[str]


class Webhooks(Told):
    """Those that stand, by name."""

    webhooks: list[Webhook]


async def list_webhooks(call: Called) -> Webhooks:
    """Every subscription that stands, and what could not be delivered."""
    return Webhooks(webhooks=[_told(call, one) for one in _known(call).values() if not one.removed])


async def keep_webhook(call: Called, name: Named, asked: KeepWebhook) -> Webhook:
    """From now on this address is told of these events, each by a POST that is signed as in Standard Webhooks.

    `{"type": "case.opened", "timestamp", "data": {"post_id", "since", "version", "state", "labels", ...}}`: how a case
    stands, never what it says. What is not taken (2xx) is tried again, later and later, under the same `webhook-id`;
    the same event may come twice. The subscription outlasts the token that made it. Addresses are those that whoever
    runs Lifeguard allows (`LIFEGUARD_ALERT_HOSTS`).
    """
    try:
        webhook.refuse_address(call.desk.settings, asked.url)
    except Misconfigured as problem:
        raise Malformed(str(problem)) from None
    events = tuple(dict.fromkeys(asked.events))
    await register(call.desk, call.who, Subscription, name, {"url": asked.url, "events": events}, call.at)
    found = _known(call)[name]
    if found.removed:
        raise Missing("it was removed again meanwhile")
    return _told(call, found)


async def remove_webhook(call: Called, name: Named) -> None:
    """Nobody is told under this name any more."""
    known = _known(call).get(name)
    if known is None:
        raise Missing("there is nothing of this name")
    await register(call.desk, call.who, Subscription, name, what(known) | {"removed": True}, call.at)


def _known(call: Call) -> dict[str, Subscription]:
    found = call.desk.set_up.newest("subscription")
    return {name: one.said for name, one in sorted(found.items()) if isinstance(one.said, Subscription)}


def _told(call: Call, said: Subscription) -> Webhook:
    undelivered = call.desk.undelivered
    problems = [undelivered.get((f"webhook:{said.registry_id}", kind), "") for kind in said.events]
    return Webhook(
        name=said.registry_id,
        url=said.url,
        events=list(said.events),
        version=said.version,
        problems=[problem for problem in problems if problem],
    )
