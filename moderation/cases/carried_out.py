"""What was carried out on the site: the topics `orders` and `outcomes`, each folded by itself in offset order."""

from typing import Any

from moderation.cases.instants import iso, latest
from records.orders import Order, Outcome
from records.received import Received

ORDERS_KEPT = 50
OUTCOME_IDS_KEPT = 200

Part = dict[str, Any]


def nothing() -> Part:
    """The part before the first order."""
    return {
        "orders": {"ordered": [], "recorded_at": None},
        "outcomes": {"results": [], "observed": None, "outcome_ids": [], "recorded_at": None},
    }


def fold_order(carried_out: Part, received: Received) -> Part:
    """The part with one more order; an id that is known is the same order again."""
    order: Order = received.record
    orders = carried_out["orders"]
    if order_of(carried_out, order.order_id):
        return carried_out
    recorded_at = iso(received.recorded_at)
    ordered = {"order_id": order.order_id, "action": order.action, "recorded_at": recorded_at}
    return {
        **carried_out,
        "orders": {
            "ordered": [*orders["ordered"], ordered][-ORDERS_KEPT:],
            "recorded_at": latest(orders["recorded_at"], recorded_at),
        },
    }


def fold_outcome(carried_out: Part, received: Received) -> Part:
    """The part with one more outcome: the site's answer to an order, or what was seen there later."""
    outcome: Outcome = received.record
    outcomes = carried_out["outcomes"]
    if outcome.record_id in outcomes["outcome_ids"]:
        return carried_out
    recorded_at = iso(received.recorded_at)
    return {
        **carried_out,
        "outcomes": {
            "results": _results(outcomes["results"], outcome, recorded_at),
            "observed": _observed(outcomes["observed"], outcome, recorded_at),
            "outcome_ids": [*outcomes["outcome_ids"], outcome.record_id][-OUTCOME_IDS_KEPT:],
            "recorded_at": latest(outcomes["recorded_at"], recorded_at),
        },
    }


def order_of(carried_out: Part, order_id: str | None) -> Part | None:
    """The order with this id, if it was given."""
    return next((order for order in carried_out["orders"]["ordered"] if order["order_id"] == order_id), None)


def result_of(carried_out: Part, order_id: str) -> str | None:
    """What the site last answered to this order: `done`, `failed` or `refused`."""
    answer = answer_to(carried_out, order_id)
    return None if answer is None else str(answer["result"])


def answer_to(carried_out: Part, order_id: str) -> Part | None:
    """The same with `attempt`, `happened_at` (by our clock) and `recorded_at`."""
    results = carried_out["outcomes"]["results"]
    return next((result for result in results if result["order_id"] == order_id), None)


def recorded_at(carried_out: Part) -> str | None:
    """The append time of the newest record in this part."""
    return latest(carried_out["orders"]["recorded_at"], carried_out["outcomes"]["recorded_at"])


def _results(results: list[Part], outcome: Outcome, recorded_at: str) -> list[Part]:
    if outcome.result == "observed":
        return results
    others = [result for result in results if result["order_id"] != outcome.order_id]
    result = {
        "order_id": outcome.order_id,
        "result": outcome.result,
        "attempt": outcome.attempt,
        "happened_at": iso(outcome.happened_at),
        "recorded_at": recorded_at,
    }
    return [*others, result][-ORDERS_KEPT:]


def _observed(before: Part | None, outcome: Outcome, recorded_at: str) -> Part | None:
    """The latest look at the site, and `since` which look before it, happened and recorded, each saw the same."""
    happened_at = iso(outcome.happened_at)
    if outcome.visible is None or (before is not None and before["happened_at"] > happened_at):
        return before
    same = before is not None and before["visible"] == outcome.visible
    look = [happened_at, recorded_at]
    since = before.get("since", look) if before is not None and same else look
    return {"visible": outcome.visible, "happened_at": happened_at, "recorded_at": recorded_at, "since": since}
