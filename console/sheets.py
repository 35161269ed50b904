"""The sheets of the rules, with what each of them has found: for `lifeguard rules`, and for the console."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from console.words import iso
from moderation.policy import Policy
from moderation.rules.sheet import sheets

if TYPE_CHECKING:
    from search.totals import Fired


def lines(policy: Policy, found: "dict[str, Fired]") -> list[dict[str, Any]]:
    """One for each rule in running order: what it looks for, whose it is, how many posts, and when the newest came."""
    return [asdict(sheet) | _found(found.get(sheet.rule)) for sheet in sheets(policy)]


def _found(fired: "Fired | None") -> dict[str, Any]:
    return {"posts": fired.posts if fired else 0, "newest_at": iso(fired.last_at) if fired else None}
