"""The work of the judge: a batch of posts in, one verdict per revision out."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property

from moderation.judge import judge
from moderation.policy import Policy, load_policy
from moderation.scorer import Scorer, load_scorer
from moderation.surroundings import Surroundings
from records.digests import text_digest
from records.posts import Post
from records.received import Received
from records.settings import Settings
from records.topics import VERDICTS
from search.client import Search
from search.surroundings import counts
from stream import metrics
from stream.batches import Limits
from stream.worker import Publish


class Judging:
    """Holds what judging needs: the policy in force, the scorer, and the door to what was posted before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
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
        """The scorer; where it cannot be loaded, posts go on as unscored and an alarm shows."""
        scorer = load_scorer(self._settings.model_dir, self._settings.scorer, self._settings.scorer_threads)
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
        surroundings = await self._surroundings(posts)
        found = await asyncio.to_thread(judge, posts, self.policy, self.scorer, surroundings, datetime.now(UTC))
        await publish(VERDICTS, found)
        metrics.judged(found)  # once, however often the publishing was tried

    async def _surroundings(self, posts: Sequence[Post]) -> Surroundings:
        digests = {text_digest(post.text or "") for post in posts}
        authors = {post.author.author_id for post in posts if post.author}
        texts, by_author = await counts(
            self.search,
            digests,
            authors,
            beside={post.post_id for post in posts},
            authors_since=min(post.seen_at for post in posts) - timedelta(minutes=self.policy.rules.burst_minutes),
        )
        return Surroundings(texts=texts, authors=by_author)
