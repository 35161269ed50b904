"""Which reports are acted on, what is told again, and which erasures wait for a hold that nobody saw."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from console.retaining.due import Due, Rules, still_due
from console.retaining.erasing import contested
from console.retaining.expiring import ACTED_ON, REPORTED_POSTS_MAX, Found, _acts, _told
from console.retaining.reach import Reach
from moderation.policy import load_policy
from moderation.retention import Kept
from records.registry import ExpiryReport, Hold

NOW = datetime(2030, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def report(days: float | None, *post_ids: str) -> ExpiryReport:
    """A report that is to be acted on in so many days."""
    found = Found(post_ids=list(post_ids))
    made = found.record("expiry-1", 30, NOW)
    return made.model_copy(update={"expires_at": None if days is None else NOW + days * DAY})


@pytest.mark.parametrize(("days", "acts"), [(None, False), (1, False), (0, True), (-6.9, True), (-7, False)])
def test_a_report_is_acted_on_for_a_week_after_its_notice(days: float | None, acts: bool) -> None:
    """What was held for longer is told once more."""
    assert _acts(report(days), NOW) is acts
    assert _told([report(days, "web:1")], 30, NOW) == ({"web:1"} if days is not None and days > -7 else set())
    assert ACTED_ON == 7 * DAY


def test_without_a_notice_each_post_is_told_once() -> None:
    """And once more when there is one: a report that nobody acts on warns of nothing."""
    assert _told([report(None, "web:1")], None, NOW) == {"web:1"}
    assert _told([report(None, "web:1")], 30, NOW) == set()


def test_a_report_has_an_end() -> None:
    """The next day tells the rest."""
    found, kept = Found(), Kept("moderation", "Reviews", NOW)
    found.add(Due({"post_id": str(number)}, kept) for number in range(REPORTED_POSTS_MAX + 1))
    said = found.record("expiry-1", None, NOW)
    assert (len(said.post_ids), said.due, said.expires_at) == (REPORTED_POSTS_MAX, {"moderation": 5_000}, None)


def test_a_period_ends_with_a_year() -> None:
    """On its last day nothing is due, on the next all."""
    policy = load_policy()
    one = policy.retention["moderation"].model_copy(update={"years": 1})
    rules = Rules(policy.model_copy(update={"retention": {**policy.retention, "moderation": one}}), {})
    posts = [{"post_id": "web:1", "labels": [], "holds": [], "recorded_at": "2029-03-01T12:00:00.000000Z"}]
    assert still_due(posts, rules, datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)) == []
    assert [one.post_id for one in still_due(posts, rules, datetime(2031, 1, 1, tzinfo=UTC))] == ["web:1"]


@dataclass
class FoundBy:
    """An index that finds every post that is asked for, and remembers the questions."""

    posts: str = "posts"
    asked: list[Any] = field(default_factory=list)

    async def ask(self, _method: str, _path: str, body: Any, **_: Any) -> Any:
        """As Search."""
        self.asked.append(body)
        ids = body["query"]["bool"]["filter"][-1]["ids"]["values"]
        return {"hits": {"hits": [{"_source": {"post_id": post_id}} for post_id in ids]}}


@dataclass(frozen=True)
class Entry:
    """An entry of the registry, recorded when."""

    said: Hold
    recorded_at: datetime


def entry(at: datetime, state: Any = "placed", by: str = "cora") -> Entry:
    """Of the hold `case-7`."""
    said = Hold(registry_id="case-7", staff_id=by, set_at=at, state=state, reason="court", query={"text": "bond"})
    return Entry(said, at)


@pytest.mark.parametrize(
    ("minutes", "holds", "waits"),
    [(-2, [], False), (-0.5, [], True), (0.5, [], True), (-2, ["case-7"], True), (-2, ["other"], False)],
)
async def test_an_erasure_waits_for_a_hold_that_nobody_saw(minutes: float, holds: list[str], waits: bool) -> None:
    """One that stood for a while was seen by who confirmed it, or is on the document."""
    documents = {
        "web:1": {
            "post_id": "web:1", "holds": holds, "recorded_at": NOW.isoformat(),
            "parts": {"decided": {"erasure": {"confirmed_at": NOW.isoformat()}}},
        }
    }  # fmt: skip
    reach = cast("Reach", type("Lent", (), {"search": FoundBy(), "put_on": {}})())
    placed = cast("Any", [entry(NOW + minutes * timedelta(minutes=1))])
    assert await contested(reach, documents, placed) == ({"web:1"} if waits else set())
    if not holds:
        reach.put_on[placed[0].said.record_id] = NOW - timedelta(seconds=3)
        assert await contested(reach, documents, placed) == set()
    over = [*placed, entry(NOW, "release_requested"), entry(NOW, "released", "omar")]
    assert await contested(reach, documents, over) == set()
