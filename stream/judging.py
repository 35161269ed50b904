"""The work of the judge: a batch of posts in, one verdict per revision out."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

import structlog

from moderation.judge import judge
from moderation.policy import Policy, load_policy
from moderation.scorer import Scorer, scorer_of
from moderation.surroundings import Recent, Sighting, Surroundings, counted, sighting_of, together
from moderation.tags import TaggingScorer, Tags, load_tags
from records.received import Received
from records.settings import Settings
from records.topics import VERDICTS
from search.client import Search
from search.surroundings import counts
from stream import metrics
from stream.batches import Limits
from stream.worker import Publish

log = structlog.get_logger()


class Judging:
    """Holds what judging needs: the policy in force, the scorer, and what was posted before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
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
    def scorer(self) -> Scorer:
        """The scorer, with the tags in force."""
        return TaggingScorer(self._model, self.tags)

    @cached_property
    def tags(self) -> Tags:
        """The tags in force; where the scorer gives nothing to compare with there are none, and the log says so."""
        tags = load_tags(self._settings.tags_dir, self.policy, self._model)
        if tags.unused:
            log.warning("no tag is in use", reason=tags.unused)
        if tags.fitted:
            log.info("tags in use", tags=dict(tags.thresholds), digest=tags.digest)
        return tags

    @cached_property
    def _model(self) -> Scorer:
        """The model; where it cannot be loaded, posts go on as unscored and an alarm shows."""
        scorer = scorer_of(self._settings)
        metrics.model_loaded(scorer.model_digest is not None)
        return scorer

    @cached_property
    def search(self) -> Search:
        """The door to Elasticsearch, opened in the loop that uses it."""
        return Search(self._settings)

    async def close(self) -> None:
        """Gives the connection back."""
        await self.search.close()

    async def verdicts(self, batch: Sequence[Received], publish: Publish) -> None:
        """Judges the revisions of a batch and publishes what was found."""
        posts = [received.record for received in batch if received.record.text is not None]
        if not posts:
            return
        sightings = [sighting_of(post) for post in posts]
        surroundings = await self._surroundings(sightings)
        now = datetime.now(UTC)
        found = await asyncio.to_thread(judge, posts, self.policy, self.scorer, surroundings, now, self.tags)
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
