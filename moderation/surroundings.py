"""What else has been posted: the numbers that rules about behaviour look at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile

from records.digests import text_digest
from records.posts import Post

RECENT_POSTS_MAX = 5_000
RECENT_TIME_MAX = timedelta(seconds=60)
"""The index shows a post a second after it was folded; a fold that is busy may take longer."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How many posts are known by `text_digest` and by `author_id`; what is not named counts as none."""

    texts: Mapping[str, int] = field(default_factory=dict)
    authors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What these numbers need to know of one post."""

    post_id: str
    text_digest: str
    author_id: str | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Recent:
    """The posts that this worker judged last, which the index may not show yet; by `post_id`, with when, oldest first.

    Without it, a burst that arrives in several batches within the index's refresh would be seen by nobody.
    """

    judged: Mapping[str, tuple[datetime, Sighting]] = field(default_factory=dict)

    def after(self, batch: Iterable[Sighting], now: datetime) -> "Recent":
        """The same with a batch that was judged now, and without what is too old or too much."""
        judged = dict(self.judged)
        for sighting in batch:
            before = judged.pop(sighting.post_id, None)
            first = replace(sighting, seen_at=min(before[1].seen_at, sighting.seen_at)) if before else sighting
            judged[sighting.post_id] = (now, first)
        too_many = len(judged) - RECENT_POSTS_MAX
        oldest_first = enumerate(judged.items())
        old = takewhile(lambda one: one[0] < too_many or now - one[1][1][0] > RECENT_TIME_MAX, oldest_first)
        for post_id in [post_id for _, (post_id, _) in old]:
            del judged[post_id]
        return Recent(judged)

    def like(self, batch: Sequence[Sighting]) -> list[Sighting]:
        """Those that share a text or an author with a batch, and are not of it."""
        digests, authors = {one.text_digest for one in batch}, {one.author_id for one in batch} - {None}
        ids = {one.post_id for one in batch}
        return [
            one
            for _, one in self.judged.values()
            if (one.text_digest in digests or one.author_id in authors) and one.post_id not in ids
        ]


def sighting_of(post: Post) -> Sighting:
    """What is kept of a post that has a text."""
    author_id = post.author.author_id if post.author else None
    return Sighting(post.post_id, text_digest(post.text or ""), author_id, post.seen_at)


def counted(sightings: Iterable[Sighting], authors_since: datetime) -> Surroundings:
    """How many posts these are by text, and by author of those seen since then."""
    known = list(sightings)
    authors = Counter(one.author_id for one in known if one.author_id and one.seen_at >= authors_since)
    return Surroundings(Counter(one.text_digest for one in known), authors)


def together(one: Surroundings, other: Surroundings) -> Surroundings:
    """Both; whoever asks sees to it that no post is in both."""
    return Surroundings(
        Counter(one.texts) + Counter(other.texts),
        Counter(one.authors) + Counter(other.authors),
    )
