"""The filters of a search that are about how a case stands now; "now" is the server's, when it is asked."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from records.documents import WAITING
from records.errors import Malformed
from search.words import Query

if TYPE_CHECKING:
    from search.queries import Wanted

NOW = "now"
OLDER_MINUTES_MAX = 5_256_000
"""Ten years; more is a slip, and no server could reckon with just any number."""


def case_filters(wanted: "Wanted") -> list[Query]:
    """One clause for every one of them that is set."""
    whether = {
        "waiting": waiting(),
        "reported": {"range": {"reports": {"gt": 0}}},
        "overdue": _before("due_at", NOW),
        "deferred": deferred(),
        "by_hand": by_hand(),
    }
    asked = {name: getattr(wanted, name) for name in whether}
    found = [whether[name] if wish else _not(whether[name]) for name, wish in asked.items() if wish is not None]
    if wanted.mine:
        found.append(mine(wanted.mine))
    if wanted.unclaimed_by_others:
        found.append(_not(_all(_claimed(), _not(_is("claimed_by", [wanted.unclaimed_by_others])))))
    if wanted.older_minutes is not None:
        found.append(_older(wanted.older_minutes))
    return found


def waiting() -> Query:
    """It waits for a person: as its state says, or since its deferral is over."""
    over = _all(_is("state", ["deferred"]), {"range": {"deferred_until": {"lte": NOW}}})
    return _any(_is("state", WAITING), over)


def deferred() -> Query:
    """It was put off, and its time is still to come."""
    return _all(_is("state", ["deferred"]), {"range": {"deferred_until": {"gt": NOW}}})


def by_hand() -> Query:
    """Its order was refused, and the site does not show what it should; whether a reply is there nothing tells."""
    to_hide = _all(_is("desired", ["hidden", "removed"]), _not(_is("visible", [False])))
    to_show = _all(_is("desired", ["visible"]), _not(_is("visible", [True])))
    return _all(_is("order_result", ["refused"]), _any(to_hide, to_show, _is("action", ["reply"])))


def mine(names: Iterable[str]) -> Query:
    """Claimed by one of these names now, or passed on to one of them."""
    named = list(names)
    passed_on = _all(_is("escalated_to", named), waiting())
    return _any(_all(_is("claimed_by", named), _claimed()), passed_on)


def _claimed() -> Query:
    return {"range": {"claimed_until": {"gt": NOW}}}


def _older(minutes: int) -> Query:
    if not 0 <= minutes <= OLDER_MINUTES_MAX:
        raise Malformed(f"a case can be asked for that waits for 0 to {OLDER_MINUTES_MAX:,} minutes")
    return _before("opened_at", f"{NOW}-{minutes}m")


def _before(field: str, instant: str) -> Query:
    return {"range": {field: {"lt": instant}}}


def _is(field: str, values: Iterable[str | bool]) -> Query:
    return {"terms": {field: list(values)}}


def _all(*queries: Query) -> Query:
    return {"bool": {"filter": list(queries)}}


def _any(*queries: Query) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def _not(query: Query) -> Query:
    return {"bool": {"must_not": [query]}}
