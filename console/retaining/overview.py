"""How retention stands now: what is due by class, what is held by which hold, and what falls due next."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.holding import holds_of, in_force
from console.recording import registered
from console.retaining.due import Due, Rules, due, next_due
from console.retaining.holding import finding
from console.words import iso
from ingest.registry import newest_of
from moderation.holds import HoldState
from moderation.policy import load_policy
from moderation.tags import retentions_of
from records.registry import ExpiryReport, PublishedTag
from records.settings import Settings


@dataclass
class _Counts:
    due: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    oldest: dict[str, datetime] = field(default_factory=dict)

    def add(self, some: Iterable[Due], covered_by: dict[str, set[str]]) -> None:
        for one in some:
            name = one.kept.retention
            self.due[name] += 1
            self.oldest[name] = min(one.newest_at, self.oldest.get(name, one.newest_at))
            self.held.update({*one.post["holds"], *covered_by.get(one.post_id, ())})


async def overview(settings: Settings, now: datetime) -> dict[str, Any]:
    """Everything as values; instants are ISO 8601."""
    from search.client import Search

    policy = load_policy(settings.policy_file)
    entries = await asyncio.to_thread(registered, settings)
    rules = Rules(policy, retentions_of(settings.tags_dir, policy, newest_of(entries, PublishedTag)))
    async with Search(settings) as search:
        counts = await _counted(search, rules, in_force(holds_of(entries)), now)
        next_at = await next_due(search, rules, now)
    reports = [one.said for one in entries if isinstance(one.said, ExpiryReport)]
    return {
        "classes": [
            {
                "name": name,
                "title": one.title,
                "years": one.years,
                "due": counts.due[name],
                "oldest_at": iso(counts.oldest[name].isoformat()) if name in counts.oldest else None,
            }
            for name, one in policy.retention.items()
        ],
        "held": dict(counts.held.most_common()),
        "next_at": iso(next_at.isoformat()) if next_at else None,
        "notice_days": settings.expiry_notice_days,
        "reports": _to_come(reports, now),
    }


async def _counted(search: Any, rules: Rules, holds: list[HoldState], now: datetime) -> _Counts:  # noqa: ANN401
    counts = _Counts()
    async with aclosing(due(search, rules, now)) as pages:
        async for some in pages:
            counts.add(some, await finding(search, holds, [one.post_id for one in some]))
    return counts


def _to_come(reports: Iterable[ExpiryReport], now: datetime) -> list[dict[str, Any]]:
    coming = sorted(
        ((one.expires_at, one) for one in reports if one.expires_at and one.expires_at > now), key=lambda it: it[0]
    )
    return [
        {"name": one.registry_id, "posts": len(one.post_ids), "expires_at": iso(at.isoformat())} for at, one in coming
    ]
