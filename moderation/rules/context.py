"""What a rule may look at beside the post, and how it says what it found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moderation.policy import Policy
from moderation.rules.lexicon import Lexicon, lexicon_of
from moderation.surroundings import Surroundings
from moderation.word_lists import NO_LISTS, WordLists
from records.digests import text_digest
from records.posts import Post
from records.verdicts import Finding, Span

SURE = 1.0


@dataclass(frozen=True, slots=True)
class Context:
    """The policy, what was posted before (`surroundings`), and what stands in the same batch (`beside`).

    `digests` maps the revisions of the batch to their text digest; `lexicon` and `domains` are the policy's lists,
    `lists` those that people have published.
    """

    policy: Policy
    surroundings: Surroundings
    beside: Surroundings
    digests: Mapping[str, str]
    lexicon: Lexicon
    domains: Mapping[str, str]
    lists: WordLists = NO_LISTS

    def finding(
        self,
        label: str,
        rule: str,
        span: tuple[int, int],
        detail: str | None = None,
        scored: tuple[float, float] = (SURE, SURE),
    ) -> Finding:
        """A finding with the severity and clause of the policy; `scored` is what was measured, and the limit."""
        duty = self.policy.labels[label]
        return Finding(
            label=label,
            rule=rule,
            score=scored[0],
            threshold=scored[1],
            severity=duty.severity,
            clause=duty.clause,
            span=Span(start=span[0], end=span[1]),
            detail=detail,
        )


def context_of(
    posts: Sequence[Post], policy: Policy, surroundings: Surroundings, lists: WordLists = NO_LISTS
) -> Context:
    """The context of one batch of posts that all have a text."""
    digests = {str(post.revision_id): text_digest(post.text or "") for post in posts}
    texts = {(digests[str(post.revision_id)], post.post_id) for post in posts}
    authors = {(post.author.author_id, post.post_id) for post in posts if post.author and not post.backfill}
    beside = Surroundings(Counter(digest for digest, _ in texts), Counter(author for author, _ in authors))
    return Context(policy, surroundings, beside, digests, lexicon_of(policy.lexicon), dict(policy.domains), lists)
