"""One order: why it is refused before anybody asks the site, or what the site is asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ingest.enforcing.site import Done, Failed, Site
from records.orders import ACTIONS, Action, Order

BY_HAND = "carry it out on the site by hand"
_DOES: dict[Action, str] = {
    "hide": "hide a post",
    "remove": "remove a post",
    "restore": "restore a post",
    "reply": "reply to a post",
}


def place_of(post_id: str) -> tuple[str, str]:
    """The source of a post and the site's own id of it; an id of which only a digest was kept is none."""
    source, _, native_id = post_id.partition(":")
    return source, "" if native_id.startswith("~") else native_id


def refusal(order: Order, able: Mapping[str, frozenset[Action]], now: datetime, hours_max: int) -> str | None:
    """Why nobody asks the site, in a sentence for a moderator; `able` is what each source can do."""
    source, native_id = place_of(order.post_id)
    can = able.get(source, frozenset())
    if not can:
        return f"the source {source} takes no orders: {BY_HAND}"
    if order.action not in can:
        others = ", ".join(_DOES[action] for action in ACTIONS if action in can)
        return f"the source {source} cannot {_DOES[order.action]} (it can {others}): {BY_HAND}"
    if not native_id:
        return f"of the site's own id of this post only a digest is known: {BY_HAND}"
    if order.action == "reply" and not (order.reply_text or "").strip():
        return "there is no text to reply with"
    if now - order.ordered_at > timedelta(hours=hours_max):
        return f"it is more than {hours_max} hours old: decide again, or {BY_HAND}"
    return None


def carry_out(order: Order, site: Site) -> Done:
    """Asks the site; raises Failed and SiteAway."""
    _, native_id = place_of(order.post_id)
    match order.action:
        case "hide":
            return site.hide(native_id)
        case "remove":
            return site.remove(native_id)
        case "restore":
            return site.restore(native_id)
        case "reply":
            if order.reply_text is None:
                raise Failed("there is no text to reply with")
            return site.reply(native_id, order.reply_text, order.order_id)
