"""Expiry: first a report of what has outlived its period, at most one a day; after its notice, what is due still."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from console.holding import holds_of, in_force
from console.retaining.acts import STAFF_ID, expired
from console.retaining.due import Due, due, still_due
from console.retaining.holding import finding
from console.retaining.reach import Reach
from moderation.holds import HoldState
from records.registry import ExpiryReport
from records.topics import DECISIONS, REGISTRY
from search.expiring import these

if TYPE_CHECKING:
    from ingest.registry import Registered

REPORTED_POSTS_MAX = 5_000
ACTED_ON = timedelta(days=7)
"""So long after its day a report is acted on; what is due afterwards is told anew."""
AGAIN = timedelta(minutes=10)
"""So often a report of these days is looked at."""

Holds = Mapping[str, HoldState]


@dataclass
class Expiring:
    """When it looked last: at everything, and at each report."""

    _looked_on: date | None = None
    _next: dict[str, datetime] = field(default_factory=dict)

    async def report(self, reach: Reach, registered: "list[Registered]", now: datetime) -> int:
        """How many posts are told today for the first time."""
        reports = _reports(registered)
        report_id = f"expiry-{now:%Y-%m-%d}"
        if self._looked_on == now.date() or any(one.registry_id == report_id for one in reports):
            return 0
        found = await self._found(
            reach, holds_of(registered), _told(reports, reach.settings.expiry_notice_days, now), now
        )
        if found.post_ids:
            await reach.publish(REGISTRY, [found.record(report_id, reach.settings.expiry_notice_days, now)])
        self._looked_on = now.date()
        return len(found.post_ids)

    async def _found(self, reach: Reach, holds: Holds, told: set[str], now: datetime) -> "Found":
        found = Found()
        async with aclosing(due(reach.search, reach.rules, now)) as pages:
            async for some in pages:
                new = [one for one in some if one.post_id not in told]
                held = await held_among(reach, holds, new)
                found.add(one for one in new if one.post_id not in held)
                found.held += len(held)
                if len(found.post_ids) >= REPORTED_POSTS_MAX:
                    break
        return found

    async def expire(self, reach: Reach, registered: "list[Registered]", now: datetime) -> int:
        """How many posts of reports whose notice is over were asked to be erased."""
        if reach.settings.expiry_notice_days is None:
            return 0
        count = 0
        for report in _reports(registered):
            if _acts(report, now) and self._next.get(report.registry_id, now) <= now:
                count += await self._act_on(reach, report, holds_of(registered), now)
                self._next[report.registry_id] = now + AGAIN
        return count

    async def _act_on(self, reach: Reach, report: ExpiryReport, holds: Holds, now: datetime) -> int:
        count = 0
        await reach.search.ask("POST", f"/{reach.search.posts}/_refresh")
        async with aclosing(these(reach.search, report.post_ids)) as pages:
            async for posts in pages:
                found = still_due(posts, reach.rules, now)
                held = await held_among(reach, holds, found)
                acts = [
                    expired(one.post, one.kept, report.registry_id, now) for one in found if one.post_id not in held
                ]
                known = {act["record_id"] for one in found for act in one.post["parts"]["decided"]["decisions"]}
                count += await reach.publish(DECISIONS, [act for act in acts if act.record_id not in known])
        return count


@dataclass
class Found:
    """What a report tells."""

    due: Counter[str] = field(default_factory=Counter)
    post_ids: list[str] = field(default_factory=list)
    held: int = 0

    def add(self, some: Iterable[Due]) -> None:
        """These, as far as there is room."""
        for one in some:
            if len(self.post_ids) < REPORTED_POSTS_MAX:
                self.due[one.kept.retention] += 1
                self.post_ids.append(one.post_id)

    def record(self, report_id: str, notice_days: int | None, now: datetime) -> ExpiryReport:
        """The record of it."""
        return ExpiryReport(
            registry_id=report_id,
            staff_id=STAFF_ID,
            set_at=now,
            due=dict(self.due),
            held=self.held,
            post_ids=tuple(self.post_ids),
            expires_at=None if notice_days is None else now + timedelta(days=notice_days),
        )


async def held_among(reach: Reach, holds: Holds, found: list[Due]) -> set[str]:
    """Those on which there is a hold, by their documents or by the holds themselves."""
    marked = {one.post_id for one in found if one.post["holds"]}
    return marked | set(await finding(reach.search, in_force(holds), [one.post_id for one in found]))


def _reports(registered: "Iterable[Registered]") -> list[ExpiryReport]:
    return [one.said for one in registered if isinstance(one.said, ExpiryReport)]


def _acts(report: ExpiryReport, now: datetime) -> bool:
    return report.expires_at is not None and report.expires_at <= now < report.expires_at + ACTED_ON


def _told(reports: Iterable[ExpiryReport], notice_days: int | None, now: datetime) -> set[str]:
    """What needs no telling: it stands in a report that is still to be acted on, or where nothing is, in any."""
    return {
        post_id
        for one in reports
        if (notice_days is None if one.expires_at is None else now < one.expires_at + ACTED_ON)
        for post_id in one.post_ids
    }
