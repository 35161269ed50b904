"""The work of the judge: a batch of posts in, one verdict per revision out."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

from ingest.registry import Registry
from moderation.judge import judge
from moderation.policy import Policy, load_policy
from moderation.scorer import scorer_of
from moderation.surroundings import Recent, Sighting, Surroundings, counted, sighting_of, together
from records.received import Received
from records.settings import Settings
from records.topics import VERDICTS
from search.client import Search
from search.surroundings import counts
from stream import metrics
from stream.batches import Limits
from stream.defining import Defining, Looking
from stream.worker import Publish


class Judging:
    """Holds what judging needs: the policy in force, the scorer, what staff define, and what was posted before."""

    def __init__(self, settings: Settings, registry: Looking | None = None) -> None:
        self._settings = settings
        self._registry = registry
        self._recent = Recent()
        self.limits = Limits(
            "judge",
            batch_max=settings.judge_batch_max,
            wait_seconds=settings.batch_wait_ms / 1000,
        )

    @cached_property
    def policy(self) -> Policy:
        """The policy in force."""
        return load_policy(self._settings.policy_file)

    @cached_property
    def defining(self) -> Defining:
        """What staff define, kept up to date; raises Misconfigured where a file of theirs is wrong."""
        scorer = scorer_of(self._settings)
        metrics.model_loaded(scorer.model_digest is not None)  # without one, posts go on as unscored; an alarm shows
        registry = self._registry or Registry(self._settings)
        return Defining(self._settings.tags_dir, self.policy, scorer, registry)

    @cached_property
    def search(self) -> Search:
        """The door to Elasticsearch, opened in the loop that uses it."""
        return Search(self._settings)

    async def close(self) -> None:
        """Gives the connections back."""
        self.defining.close()
        await self.search.close()

    async def verdicts(self, batch: Sequence[Received], publish: Publish) -> None:
        """Judges the revisions of a batch and publishes what was found."""
        posts = [received.record for received in batch if received.record.text is not None]
        if not posts:
            return
        sightings = [sighting_of(post) for post in posts]
        surroundings = await self._surroundings(sightings)
        under, now = await self.defining.in_force(), datetime.now(UTC)
        found = await asyncio.to_thread(judge, posts, self.policy, under.scorer, surroundings, now, under.defined)
        await publish(VERDICTS, found)
        self._recent = self._recent.after(sightings, now)
        metrics.judged(found)  # once, however often the publishing was tried

    async def _surroundings(self, batch: Sequence[Sighting]) -> Surroundings:
        """What was posted before: by the index, and by what this worker judged so lately that the index may lack it."""
        recent = self._recent.like(batch)
        since = min(one.seen_at for one in batch) - timedelta(minutes=self.policy.rules.burst_minutes)
        texts, authors = await counts(
            self.search,
            {one.text_digest for one in batch},
            {one.author_id for one in batch if one.author_id},
            beside={one.post_id for one in (*batch, *recent)},
            authors_since=since,
        )
        return together(Surroundings(texts, authors), counted(recent, since))
