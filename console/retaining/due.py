"""What has outlived its retention period, decided by the whole of each document; and when the next period ends."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moderation.policy import Policy
from moderation.retention import Kept, ends, kept_until, labels_by_class, newest_fact

if TYPE_CHECKING:
    from search.client import Search

YEARS_AHEAD = 101
"""No period is longer."""

Post = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy, and the retention classes of the tags."""

    policy: Policy
    classes: Mapping[str, str]

    def kept(self, post: Post) -> Kept:
        """Until when a post is kept."""
        return kept_until(self.policy, post, self.classes)


@dataclass(frozen=True, slots=True)
class Due:
    """A post whose period is over, with what is needed of its document."""

    post: Post
    kept: Kept

    @property
    def post_id(self) -> str:
        """Our id of it."""
        return str(self.post["post_id"])

    @property
    def newest_at(self) -> datetime:
        """When the newest fact about it was recorded."""
        return newest_fact(self.post)


async def due(search: "Search", rules: Rules, now: datetime) -> AsyncGenerator[list[Due], None]:
    """Every post that is due at this time, held or not, page by page."""
    from search.expiring import may_be_due

    wanted = may_be_due(search, ends(rules.policy, now), labels_by_class(rules.policy, rules.classes))
    async with aclosing(wanted) as found:
        async for posts in found:
            yield still_due(posts, rules, now)


def still_due(posts: list[dict[str, Any]], rules: Rules, now: datetime) -> list[Due]:
    """Those of these posts that are due."""
    kept = [Due(post, rules.kept(post)) for post in posts]
    return [one for one in kept if one.kept.until <= now]


async def next_due(search: "Search", rules: Rules, now: datetime) -> datetime | None:
    """The first end of a year at which something falls due that is not due yet; None while there is nothing."""
    for year in range(now.year + 1, now.year + 1 + YEARS_AHEAD):
        new_year = datetime(year, 1, 1, tzinfo=UTC)
        async with aclosing(due(search, rules, new_year)) as found:
            async for some in found:
                if any(one.kept.until > now for one in some):
                    return new_year
    return None
